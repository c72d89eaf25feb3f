"""The features of a plan as feature columns, by their kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

from specrun.compiler import statistics
from specrun.compiler.expressions import (
    Assign,
    Expression,
    Identifier,
    Items,
    Literal,
    Mapped,
    Operation,
    call,
    literals,
    name,
)
from specrun.compiler.features import Boolean, Category, Cross, Feature, Number
from specrun.compiler.plan import FeatureGroup, Plan
from specrun.compiler.quoting import quoted
from specrun.compiler.script.encodings import true_texts, vocabulary
from specrun.compiler.script.stack import Reason

Key: TypeAlias = Callable[[Expression], Expression]
"""From the name of an input to that of its feature column."""

_NAME, _COLUMN = map(name, ("name", "column"))
_FUNCTION = Identifier("normalized")
_SCOPE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*", re.ASCII)
"""Names that a feature column may have: TensorFlow makes scopes of them."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The feature columns of a group, made in a loop over its names.

    `steps` come first. A numeric column takes the last of `values`, each an expression of the variables `learnt` and of
    `value`, which is the one before it, or the raw value; any other is made by `column`. `dense`, of the variable
    `column`, is what the network takes. `function` is the name for a function that computes several `values`.
    """

    group: FeatureGroup
    key: Expression
    steps: tuple[Assign, ...] = ()
    learnt: tuple[Identifier, ...] = ()
    values: tuple[Expression, ...] = ()
    column: Expression | None = None
    dense: Expression = _COLUMN
    function: Identifier = _FUNCTION


def unfit_features(plan: Plan) -> Iterator[Reason]:
    """Why features cannot be feature columns."""
    for group in plan.features:
        if type(group.feature) not in _RULES:
            yield Reason(f"has no rule for features of the kind `{group.kind}`", group.spans[0])
        elif isinstance(group.feature, Cross) and len(group.columns) > 1:
            yield Reason("takes the same cross once", group.spans[1])


def columns_of(plan: Plan) -> tuple[Columns, ...]:
    """The feature columns of all groups."""
    key = _keyed if is_keyed(plan) else _itself
    made = [_RULES[type(cast("Feature", group.feature))](group, key) for group in plan.features]
    return tuple(_with_functions(made))


def is_keyed(plan: Plan) -> bool:
    """Whether some input has a name that no feature column may have."""
    return not all(_SCOPE.fullmatch(column) for group in plan.features for column in group.columns)


def names_of(groups: Iterable[FeatureGroup]) -> Expression | None:
    """The lists of the inputs of some groups, added up; None where there are none."""
    total: Expression | None = None
    for group in groups:
        if group.input is not None:
            variable = name(group.variable)
            total = variable if total is None else Operation("+", total, variable)
    return total


def texts_of(plan: Plan) -> Expression | None:
    """The lists of the inputs that are categories."""
    return names_of(group for group in plan.features if isinstance(group.feature, Category))


def by_type(plan: Plan, numbers: str, texts: str) -> Expression:
    """A dictionary with an expression of each input's name: `numbers` where it is a number, `texts` where a text."""
    total: Expression | None = None
    for value, dtype in ((numbers, "float32"), (texts, "string")):
        over = names_of(group for group in plan.features if group.dtype == dtype)
        if over is not None:
            each = Mapped(Identifier("name"), quoted(value), over, _NAME)
            total = each if total is None else Operation("|", total, each)
    assert total is not None
    return total


def _keyed(column: Expression) -> Expression:
    return quoted("KEYS[column]", column=column)


def _itself(column: Expression) -> Expression:
    return column


def _with_functions(made: Iterable[Columns]) -> Iterator[Columns]:
    """The columns, each function with a name of its own."""
    number = 0
    for columns in made:
        number += len(columns.values) > 1
        yield replace(columns, function=_FUNCTION if number < 2 else Identifier(f"{_FUNCTION}_{number}"))


def _numbers(group: FeatureGroup, key: Key) -> Columns:
    number = cast("Number", group.feature)
    is_scaled = number.buckets is None and number.normalize != "none"
    known: Expression = statistics.COLUMN
    steps: list[Assign] = []
    learnt: dict[str, Expression] = {}
    values: list[Expression] = []
    if number.clip is not None and (is_scaled or number.missing in _STAND_INS):
        known = name("known")
        steps.append(Assign((known,), statistics.clipped(*number.clip)))
    if number.missing in _STAND_INS:
        learnt["stand_in"] = call("float", _STAND_INS[str(number.missing)](known))
    if number.missing != "error":
        stand_in = name("stand_in") if learnt else Literal(float(number.missing))
        values.append(quoted("tf.where(tf.math.is_nan(value), stand_in, value)", stand_in=stand_in))
    for function, bound in zip(("maximum", "minimum"), number.clip or (), strict=False):
        if bound is not None:
            values.append(quoted(f"tf.{function}(value, bound)", bound=Literal(float(bound))))
    if is_scaled:
        centre, scale = _SCALES[number.normalize]
        learnt |= {"centre": quoted(centre, known=known), "scale": quoted(f"{scale} or 1", known=known)}
        values.append(quoted("(value - centre) / scale"))
    steps += [Assign((name(variable),), expression) for variable, expression in learnt.items()]
    variables = tuple(map(Identifier, learnt))
    return Columns(group, key(_NAME), tuple(steps), variables, tuple(values), dense=_bucketed(number))


def _bucketed(number: Number) -> Expression:
    if number.buckets is None:
        return _COLUMN
    return quoted("tf.feature_column.bucketized_column(column, bounds)", bounds=literals(number.buckets))


def _booleans(group: FeatureGroup, key: Key) -> Columns:
    boolean = cast("Boolean", group.feature)
    values: list[Expression] = []
    if group.dtype == "string":
        true = true_texts(group)
        if len(true.items) == 1:
            values.append(quoted("tf.cast(tf.equal(value, true), tf.float32)", true=true.items[0]))
        else:
            found = "tf.reduce_any(tf.equal(value, true), axis=-1, keepdims=True)"
            values.append(quoted(f"tf.cast({found}, tf.float32)", true=true))
    elif boolean.missing != "error":
        stand_in = Literal(1.0 if boolean.missing == "true" else 0.0)
        values.append(quoted("tf.where(tf.math.is_nan(value), stand_in, value)", stand_in=stand_in))
    return Columns(group, key(_NAME), values=tuple(values))


def _categories(group: FeatureGroup, key: Key) -> Columns:
    category, dense = cast("Category", group.feature), _ONE_HOT
    if category.encoding == "hashing":
        hashed = "tf.feature_column.categorical_column_with_hash_bucket(key, bins)"
        column = quoted(hashed, key=key(_NAME), bins=Literal(category.bins))
        return Columns(group, key(_NAME), column=column, dense=dense)
    place = ", num_oov_buckets=1" if category.unknown == "own" else ""
    listed = f"tf.feature_column.categorical_column_with_vocabulary_list(key, vocabulary{place})"
    if category.encoding == "embedding":
        # Keras's Embedding begins with such weights, an embedding column with others.
        weights = "tf.random_uniform_initializer(-0.05, 0.05)"
        embedded = f"tf.feature_column.embedding_column(column, width, initializer={weights})"
        dense = quoted(embedded, width=Literal(category.dim))
    steps = (Assign((name("vocabulary"),), vocabulary(group)),)
    return Columns(group, key(_NAME), steps, column=quoted(listed, key=key(_NAME)), dense=dense)


def _crosses(group: FeatureGroup, key: Key) -> Columns:
    crossed = Items(tuple(key(Literal(column)) for column in group.crossed))
    buckets = Literal(cast("Cross", group.feature).buckets)
    column = quoted("tf.feature_column.crossed_column(crossed, buckets)", crossed=crossed, buckets=buckets)
    return Columns(group, key(_NAME), column=column, dense=_ONE_HOT)


_ONE_HOT = quoted("tf.feature_column.indicator_column(column)")
_STAND_INS = {"mean": statistics.mean, "median": statistics.median}
_SCALES = {
    "zscore": ("known.mean()", "known.std(ddof=0)"),
    "minmax": ("known.min()", "(known.max() - known.min())"),
    "robust": ("known.median()", "(known.quantile(0.75) - known.quantile(0.25))"),
}
"""What is taken off a number, and what it is then divided by."""
_RULES: Mapping[type, Callable[[FeatureGroup, Key], Columns]] = {
    Number: _numbers,
    Boolean: _booleans,
    Category: _categories,
    Cross: _crosses,
}
