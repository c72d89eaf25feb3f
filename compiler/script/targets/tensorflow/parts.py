"""The smaller parts of a script: what it takes of a data frame, and what the saved model takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from specrun.compiler.expressions import (
    Call,
    Expression,
    Group,
    Identifier,
    Items,
    Mapped,
    joined,
    name,
    within,
)
from specrun.compiler.plan import FeatureGroup, Plan
from specrun.compiler.quoting import quoted
from specrun.compiler.script.options import Refused
from specrun.compiler.script.targets.tensorflow.encoding import EncodedGroup
from specrun.compiler.script.targets.tensorflow.translator import calls_keras

Try: TypeAlias = "Callable[..., tuple[Expression, ...]]"


@dataclass(frozen=True, slots=True)
class Loop:
    """A dictionary of `value`, by each `name` in `over`."""

    value: Expression
    over: Expression


def raw_columns(plan: Plan, tried: Try) -> Iterator[Loop]:
    """The raw columns of the data frame `rows`, those that are had alike in one loop."""
    values = ((g, v) for g in plan.features if g.raw is not None for v in tried(g.spans[0], _raw, g))
    return _loops(values)


def _loops(values: Iterable[tuple[FeatureGroup, Expression]]) -> Iterator[Loop]:
    alike: dict[Expression, list[Expression]] = {}
    for group, value in values:
        alike.setdefault(value, []).append(name(group.variable))
    return (Loop(value, joined("+", lists)) for value, lists in alike.items())


def _raw(group: FeatureGroup) -> Expression:
    """The raw values of a column, as a tensor. Raises Refused."""
    raw = group.raw
    assert raw is not None
    if calls_keras(raw):
        raise Refused(f"a {group.kind}, whose rows have to be made equally long")
    is_tensor = isinstance(raw, Call) and str(raw.function).startswith("tensorflow.")
    return raw if is_tensor else quoted("tf.constant(raw)", raw=raw)


def specifications(plan: Plan) -> Iterator[Loop]:
    """What the saved model takes, as `tf.TensorSpec`."""
    return _loops((group, _specification(group)) for group in plan.features if group.input is not None)


def _specification(group: FeatureGroup) -> Expression:
    assert group.input is not None
    (row,) = group.input.arguments
    assert isinstance(row, Group)
    return quoted(f"tf.TensorSpec([None, *row], tf.{group.dtype})", row=Items(row.items))


def labels(expression: Expression) -> Expression:
    """What the output is compared with, as an expression of the data frame `rows`."""
    match expression:
        case Call("keras.utils.to_categorical", (index, count)):
            return quoted("tf.one_hot(index, count)", index=index, count=count)
    return within(expression, labels)


def encoded_parts(expression: Expression) -> Expression:
    """What the encoder gives: all that is joined is of floats already."""
    match expression:
        case Call(Call("keras.layers.Concatenate"), (values,)):
            return quoted("tf.concat(values, -1)", values=encoded_parts(values))
        case Call("keras.ops.cast", (value, _)):
            return encoded_parts(value)
    return within(expression, encoded_parts)


def embeddings(groups: Iterable[EncodedGroup]) -> Expression | None:
    """The trained vectors of the columns that are embedded, as Keras draws them first."""
    each: list[Expression] = []
    for encoded in groups:
        if encoded.embedded is not None:
            vectors = quoted("tf.Variable(tf.random.uniform([*shape], -0.05, 0.05))", shape=Items(encoded.embedded))
            each.append(Mapped(Identifier("name"), vectors, name(encoded.group.variable), name("name")))
    return joined("|", each) if each else None


def samples(plan: Plan) -> Expression:
    """How many samples there are to train on."""
    if plan.series is None:
        return quoted("len(train)")
    return quoted("len(train) - WINDOW - HORIZON + 1" if plan.series.horizon > 1 else "len(train) - WINDOW")
