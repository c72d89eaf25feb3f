"""The data of a report: its columns, what is wrong with them, and what is to be predicted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from specrun.compiler.draft.columns import Profile
from specrun.compiler.draft.findings import near_equal, why_leaking, why_useless
from specrun.compiler.plan import Head, Plan
from specrun.runtime.report.judged import CLASSES, LABELS, NUMBERS, kind_of, names_of, of_head, truth_of
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


def columns_of(plan: Plan, frame: Any, labels: Any, markers: Collection[str]) -> tuple[Column, ...]:
    """The columns that the inputs of the network take, of a frame with its labels; `markers` are missing values."""
    step = -(-len(frame) // MOST_ROWS)
    answers = () if plan.series is not None else tuple(_answers(plan, labels, step))
    taken = [group for group in plan.features if group.input is not None]
    named = ((*pair, group.kind) for group in taken for pair in zip(group.columns, group.sources, strict=True))
    return tuple(
        _column(source, kind, frame[name].iloc[::step], markers, answers if i < _PROFILED_COLUMNS else None)
        for i, (name, source, kind) in enumerate(named)
    )


def _answers(plan: Plan, labels: Any, step: int) -> Iterator[Profile]:
    """The targets of the first rows, but for those of several labels or numbers."""
    for head in plan.heads:
        truth = truth_of(head, of_head(plan, head, labels))[::step][:_PROFILED]
        if kind_of(head) == CLASSES:
            yield Profile(head.columns[0], "category", [str(head.classes[place]) for place in truth])
        elif kind_of(head) == NUMBERS and truth.shape[1] == 1:
            yield Profile(head.columns[0], "number", truth.ravel().tolist())


def _column(source: str, kind: str, values: Any, markers: Collection[str], answers: Sequence[Profile] | None) -> Column:
    """A column; where there are no `answers`, it is not held against them, nor looked at for what is odd."""
    is_missing = values.isna() | values.isin(list(markers)) if values.dtype in ("object", "string") else values.isna()
    missing = int(is_missing.sum())
    known = values[~is_missing]
    share = percent(missing / len(values)) if missing else "none"
    odd = "" if answers is None else _odd(source, kind, values, is_missing, answers)
    return Column(source, kind, share, _DESCRIBED.get(kind, _texts)(known) if len(known) else "no value", odd)


def _odd(source: str, kind: str, values: Any, is_missing: Any, answers: Sequence[Profile]) -> str:
    """What `specrun init` would say of the first rows of a column."""
    if kind not in ("number", "category", "boolean", "text"):
        return ""
    first = values.iloc[:_PROFILED].astype(object)
    found = Profile(source, kind, first.where(~is_missing.iloc[:_PROFILED], None).tolist())
    said = [why_useless(found)]
    said += [why_leaking(found, answer, of_classes=answer.kind == "category") for answer in answers]
    if kind == "category" and len(found.counts) <= _COMPARED:
        said.append(near_equal(found))
    return next(filter(None, said), "")


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
