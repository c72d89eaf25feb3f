"""A series in a plan: features over windows, labels of the rows that follow, parts that look back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from specrun.compiler.diagnostics import Diagnostic, Label
from specrun.compiler.expressions import (
    Assign,
    Attribute,
    Call,
    Expression,
    From,
    Item,
    Items,
    Literal,
    Operation,
    Slice,
    call,
    literals,
    method,
    name,
    rewritten,
    substituted,
    walk,
)
from specrun.compiler.features import Recipe
from specrun.compiler.plan import FeatureGroup, Head
from specrun.compiler.resolve import Resolved
from specrun.compiler.series import Series
from specrun.compiler.tensor import Tensor

WINDOW = name("WINDOW")
HORIZON = name("HORIZON")
_GIVEN: Expression = Item(name("inputs"), name("name"))
_VALUE = name("value")


def windowed(recipe: Recipe, series: Series) -> Recipe:
    """The recipe of a column over a window: its values lie behind one another, each encoded as it would be alone."""
    tensor = replace(recipe.tensor, shape=(None, series.window, *recipe.tensor.shape[1:]))
    recipe = replace(recipe, row=(series.window,), raw=_windows(recipe.raw, series), tensor=tensor)
    if recipe.embedding is not None:
        return recipe  # of whole numbers, an embedding makes vectors by itself
    alone = Assign((_VALUE,), call("keras.ops.expand_dims", _GIVEN, Literal(-1)))
    steps = tuple(rewritten(step, _over_window) for step in recipe.steps)
    encoding = rewritten(recipe.encoding, _over_window)
    encoding = _with_window(encoding, tensor) if series.window == 1 else encoding
    return replace(recipe, steps=(alone, *steps), encoding=encoding)


def _with_window(encoding: Expression, tensor: Tensor) -> Expression:
    """The encoding of a window of one row, which has no axis any more where `Hashing` takes both of length one away."""
    if not any(isinstance(part, Call) and part.function == "keras.layers.Hashing" for part in walk(encoding)):
        return encoding
    return Call(call("keras.layers.Reshape", literals(tensor.shape[1:])), (encoding,))


def _over_window(part: Expression) -> Expression:
    if part == _GIVEN:
        return _VALUE
    return replace(part, axes=part.axes + 1) if isinstance(part, From) else part


def _windows(raw: Expression, series: Series) -> Expression:
    """All the windows that something follows: of `rows[[name]].to_numpy()` those of `rows[name]`."""
    assert isinstance(raw, Call)
    assert isinstance(raw.function, Attribute)
    column = substituted(raw.function.value, Items((name("name"),)), name("name"))
    windows = call("numpy.lib.stride_tricks.sliding_window_view", column, WINDOW)
    return Item(windows, Slice(stop=Operation("-", None, _horizon(series))))


def ahead(head: Head, series: Series, names: Mapping[str, str]) -> Head:
    """The head with the labels of what follows each window, in place of those of all the rows.

    `names` has what the data frame calls columns that are features too. A horizon of several rows is one of numbers.
    """
    labels = head.labels
    for column in head.columns:
        labels = substituted(labels, Literal(column), Literal(names.get(column, column)))
    if series.horizon > 1:
        numbers = Item(name("rows"), Literal(names.get(head.columns[0], head.columns[0])))
        values = method(numbers, "to_numpy", Literal("float32"))
        labels = call("numpy.lib.stride_tricks.sliding_window_view", values, HORIZON)
    return replace(head, labels=Item(labels, Slice(start=WINDOW)))


def context_steps(parts: Iterable[str]) -> Iterator[Assign]:
    """The steps that put the last rows of one part before those of the next: its first windows look back on them."""
    for before, part in pairwise(parts):
        look_back = method(name(before), "tail", WINDOW)
        yield Assign((name(part),), call("pandas.concat", Items((look_back, name(part)))))


def check_both(resolved: Resolved, groups: Iterable[FeatureGroup]) -> Iterator[Diagnostic]:
    """Columns that are features and targets: the data frame holds them once, as texts or as numbers."""
    words = {"string": "texts", "float32": "numbers"}
    for group in groups:
        for column, span in zip(group.sources, group.spans, strict=True):
            target = next((target for target in resolved.spec.targets if column in target.columns), None)
            held = group.frame if target is None else resolved.frame_of(target)
            if target is not None and held != group.frame:
                read = words.get(group.frame, f"a {group.frame}")
                message = (
                    f"`{column}` is read as {read} for the {group.kind}, and as {words.get(held, held)} for the target"
                )
                hint = "make the feature a `timeseries`"
                if held == "string" or target.has_class:
                    hint = "make the feature a `category`, and list the `classes` as texts, in quotes"
                label = Label(target.at_column(column), "it is the target here")
                yield Diagnostic("S231", message, span, hint, labels=(label,))


def _horizon(series: Series) -> Expression:
    return HORIZON if series.horizon > 1 else Literal(1)
