"""How the network does on rows of one kind: on those of each value of a column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from specrun.compiler.plan import Plan
from specrun.runtime.report.judged import Answers, Judged
from specrun.runtime.report.measures import measures_of, scores
from specrun.runtime.report.resampling import Interval, interval_of_mean
from specrun.runtime.report.words import cell

LEAST_ROWS = 20
MOST_SLICES = 10
_MOST_VALUES = 200
"""A column with more values than these has hardly one with enough rows."""
_BINS = 4


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows in which a column has a value: how many, what they score, and how far that is from all others'."""

    column: str
    value: str
    rows: int
    score: Interval
    away: float


@dataclass(frozen=True, slots=True)
class Slices:
    """The slices of a head that differ most, of all that were looked at, in the `measure`; `score` is that of all."""

    head: str
    measure: str
    mode: str
    score: float
    looked_at: int
    slices: tuple[Slice, ...]


def slices_of(plan: Plan, judged: Judged, answers: Answers) -> Slices:
    """The slices by categories, booleans and quarters of numbers; those first that differ most, by standard errors."""
    values = scores(answers)
    found = list(_slices(plan, judged.frame, values)) if plan.series is None else []
    found.sort(key=lambda one: -abs(one[0].away))
    main = measures_of(answers)[0]
    kept = tuple(replace(one, score=interval_of_mean(values[mask])) for one, mask in found[:MOST_SLICES])
    return Slices(answers.head.name, main.name, main.mode, float(values.mean()), len(found), kept)


def _slices(plan: Plan, frame: Any, values: Any) -> Iterator[tuple[Slice, Any]]:
    """Each slice, without its interval, and which rows are in it."""
    for group in plan.features:
        if group.input is not None and group.kind in _NAMED:
            for name, source in zip(group.columns, group.sources, strict=True):
                for label, mask in _NAMED[group.kind](frame[name]):
                    rows = int(mask.sum())
                    if LEAST_ROWS <= rows < len(values):
                        yield Slice(source, label, rows, Interval(0.0), _away(values, mask)), mask


def _away(values: Any, mask: Any) -> float:
    """How many standard errors the mean of some rows is away from that of the others, by the variance of all.

    The variance of a slice says nothing where that is small: of twenty rows that are all right, it is 0.
    """
    one, other = values[mask], values[~mask]
    error = (values.var() * (1 / len(one) + 1 / len(other))) ** 0.5
    return float((one.mean() - other.mean()) / error) if error > 0 else 0.0


def _by_value(column: Any) -> Iterator[tuple[str, Any]]:
    texts = column.fillna("").astype(str).to_numpy()
    counts = column.fillna("").astype(str).value_counts()
    for value in counts[counts >= LEAST_ROWS].index[:_MOST_VALUES]:
        yield value or "(missing)", texts == value


def _by_quarter(column: Any) -> Iterator[tuple[str, Any]]:
    """The rows in each quarter of the numbers, of fewer values than these by each value."""
    import numpy as np

    numbers = column.to_numpy("float64", na_value=float("nan"))
    known = numbers[np.isfinite(numbers)]
    different = np.unique(known)
    if len(different) <= _BINS:
        yield from ((_bound(value), numbers == value) for value in different)
    else:
        edges = np.unique(np.quantile(known, np.linspace(0, 1, _BINS + 1)))
        for i, (low, high) in enumerate(pairwise(edges)):
            last = i == len(edges) - 2
            inside = (numbers >= low) & ((numbers <= high) if last else (numbers < high))
            yield f"{_bound(low)} to {'' if last else 'below '}{_bound(high)}", inside
    if len(known) < len(numbers):
        yield "(missing)", ~np.isfinite(numbers)


def _bound(value: float) -> str:
    return cell(value if value.is_integer() else float(f"{value:.4g}"))


_NAMED = {"category": _by_value, "boolean": _by_value, "number": _by_quarter}
