"""The data of a report: its columns, what is wrong with them, and what is to be predicted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specrun.compiler.draft.columns import Profile
from specrun.compiler.draft.findings import near_equal, why_useless
from specrun.compiler.plan import Head, Plan
from specrun.runtime.report.judged import LABELS, NUMBERS, kind_of, names_of, of_head, truth_of
from specrun.runtime.report.words import cell, counted, percent, shown

MOST_ROWS = 100_000
"""Columns are looked at in so many rows at most, evenly from all."""
_PROFILED = 5_000
_COMPARED = 40
"""More categories than these are not compared with each other, for the time."""
_PROFILED_COLUMNS = 200
_FREQUENT = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a feature: its kind, how many rows have no value, what values there are, and what is odd in them."""

    name: str
    kind: str
    missing: str
    values: str
    odd: str


@dataclass(frozen=True, slots=True)
class Target:
    """What a head predicts: how often each class or label is there, `(part, counts)`, or the `numbers` of a part."""

    head: Head
    names: tuple[str, ...]
    counts: tuple[tuple[str, tuple[int, ...]], ...]
    numbers: Any


def columns_of(plan: Plan, frame: Any, markers: Collection[str]) -> tuple[Column, ...]:
    """The columns that the inputs of the network take, of a frame; texts of `markers` stand for missing values."""
    step = -(-len(frame) // MOST_ROWS)
    taken = [group for group in plan.features if group.input is not None]
    pairs = [
        (name, source, group.kind) for group in taken for name, source in zip(group.columns, group.sources, strict=True)
    ]
    return tuple(
        _column(source, kind, frame[name].iloc[::step], markers, profiled=i < _PROFILED_COLUMNS)
        for i, (name, source, kind) in enumerate(pairs)
    )


def _column(source: str, kind: str, values: Any, markers: Collection[str], *, profiled: bool) -> Column:
    is_missing = values.isna() | values.isin(list(markers)) if values.dtype in ("object", "string") else values.isna()
    missing = int(is_missing.sum())
    known = values[~is_missing]
    share = percent(missing / len(values)) if missing else "none"
    odd = _odd(source, kind, values, is_missing) if profiled else ""
    return Column(source, kind, share, _DESCRIBED.get(kind, _texts)(known) if len(known) else "no value", odd)


def _odd(source: str, kind: str, values: Any, is_missing: Any) -> str:
    """What `specrun init` would say of the first rows of a column."""
    if kind not in ("number", "category", "boolean", "text"):
        return ""
    first = values.iloc[:_PROFILED].astype(object)
    cells = first.where(~is_missing.iloc[:_PROFILED], None).tolist()
    found = Profile(source, kind, cells)
    few = kind == "category" and len(found.counts) <= _COMPARED
    return why_useless(found) or (near_equal(found) if few else "")


def _numbers(known: Any) -> str:
    numbers = known.to_numpy("float64")
    low, high = cell(numbers.min()), cell(numbers.max())
    return f"{low} to {high}, {shown(float(numbers.mean()))} in the mean" if low != high else f"{low} in every row"


def _dates(known: Any) -> str:
    return f"{cell(known.min())} to {cell(known.max())}"


def _categories(known: Any) -> str:
    counts = known.astype(str).value_counts()
    most = ", ".join(
        f"{cell(value, 24)} ({percent(count / len(known))})" for value, count in counts[:_FREQUENT].items()
    )
    more = ", …" if len(counts) > _FREQUENT else ""
    return f"{counted(len(counts), 'value')}: {most}{more}"


def _texts(known: Any) -> str:
    different = known.astype(str).nunique()
    lengths = known.astype(str).str.len()
    return f"{counted(different, 'different value')}, {shown(float(lengths.mean()))} characters in the mean"


_DESCRIBED = {
    "number": _numbers,
    "timeseries": _numbers,
    "datetime": _dates,
    "category": _categories,
    "boolean": _categories,
}


def targets_of(plan: Plan, labels: Mapping[str, Any]) -> tuple[Target, ...]:
    """What the heads predict, by the labels of each part."""
    return tuple(_targets(plan, labels))


def _targets(plan: Plan, labels: Mapping[str, Any]) -> Iterator[Target]:
    import numpy as np

    for head in plan.heads:
        parts = {part: truth_of(head, of_head(plan, head, each)) for part, each in labels.items()}
        first = next(iter(labels))
        names = names_of(head, of_head(plan, head, labels[first]))
        if kind_of(head) == NUMBERS:
            yield Target(head, names, (), parts[first].ravel())
            continue
        size = len(names)
        counted_ = (
            (part, truth.sum(axis=0) if kind_of(head) == LABELS else np.bincount(truth, minlength=size))
            for part, truth in parts.items()
        )
        counts = tuple((part, tuple(map(int, found))) for part, found in counted_)
        yield Target(head, names, counts, None)
