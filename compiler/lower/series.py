"""A series in a plan: features over windows, labels of the rows that follow, parts that look back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from specrun.compiler.expressions import (
    Assign,
    Call,
    Expression,
    From,
    Item,
    Items,
    Literal,
    Name,
    Operation,
    Slice,
    Statement,
    call,
    method,
    name,
    occurrences,
    rewritten,
    substituted,
)
from specrun.compiler.features import Recipe
from specrun.compiler.series import Series

WINDOW = name("WINDOW")
_HORIZON = name("HORIZON")
_GIVEN: Expression = Item(name("inputs"), name("name"))
_VALUE = name("value")


def constants(series: Series) -> dict[str, int]:
    """The numbers that a script names at its top."""
    return {"WINDOW": series.window} | ({"HORIZON": series.horizon} if series.horizon > 1 else {})


def windowed(recipe: Recipe, series: Series) -> Recipe:
    """The recipe of a column over a window: its values lie behind one another, each encoded as it would be alone."""
    tensor = replace(recipe.tensor, shape=(None, series.window, *recipe.tensor.shape[1:]))
    recipe = replace(recipe, row=(series.window,), raw=_windows(recipe.raw, series), tensor=tensor)
    if recipe.embedding is not None:
        return recipe  # of whole numbers, an embedding makes vectors by itself
    value: Expression = call("keras.ops.expand_dims", _GIVEN, Literal(-1))
    steps: tuple[Statement, ...] = ()
    if sum(occurrences(part, _GIVEN) for part in (*recipe.steps, recipe.encoding)) > 1:
        steps, value = (Assign((_VALUE,), value),), _VALUE
    steps += tuple(rewritten(step, lambda part: _over_window(part, value)) for step in recipe.steps)
    return replace(recipe, steps=steps, encoding=rewritten(recipe.encoding, lambda part: _over_window(part, value)))


def _over_window(part: Expression, value: Expression) -> Expression:
    if part == _GIVEN:
        return value
    return replace(part, axes=part.axes + 1) if isinstance(part, From) else part


def _windows(raw: Expression, series: Series) -> Expression:
    """All the windows that something follows: of `rows[[name]].to_numpy()` those of `rows[name]`."""
    assert isinstance(raw, Call)
    assert not isinstance(raw.function, str | Call | Name | Item)
    column = substituted(raw.function.value, Items((name("name"),)), name("name"))
    windows = call("numpy.lib.stride_tricks.sliding_window_view", column, WINDOW)
    return Item(windows, Slice(stop=Operation("-", None, _horizon(series))))


def following(labels: Expression, column: str, series: Series) -> Expression:
    """The labels of what follows each window, of those of all the rows.

    A horizon of several rows is one of numbers, and the column holds them.
    """
    if series.horizon > 1:
        numbers = method(Item(name("rows"), Literal(column)), "to_numpy", Literal("float32"))
        labels = call("numpy.lib.stride_tricks.sliding_window_view", numbers, _HORIZON)
    return Item(labels, Slice(start=WINDOW))


def context_steps(parts: Iterable[str]) -> Iterator[Assign]:
    """The steps that put the last rows of one part before those of the next: its first windows look back on them."""
    for before, part in pairwise(parts):
        look_back = method(name(before), "tail", WINDOW)
        yield Assign((name(part),), call("pandas.concat", Items((look_back, name(part)))))


def _horizon(series: Series) -> Expression:
    return _HORIZON if series.horizon > 1 else Literal(1)
