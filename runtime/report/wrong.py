"""The rows that were most wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from specrun.compiler.plan import Plan
from specrun.runtime.report.importance import name_of_loss
from specrun.runtime.report.judged import CLASSES, LABELS, Answers, Judged
from specrun.runtime.report.measures import losses
from specrun.runtime.report.words import cell, percent, shown

MOST = 10
_COLUMNS = 12
"""So many columns are shown at most."""
_ITEMS = 8


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row: its number in the data, from 1, the values of the columns, what is true, what was said, and its loss."""

    number: str
    values: tuple[str, ...]
    truth: str
    predicted: str
    loss: float


@dataclass(frozen=True, slots=True)
class Wrong:
    """The rows of a head with the largest losses, and the columns that are shown of them, of `all_columns`."""

    head: str
    loss: str
    columns: tuple[str, ...]
    all_columns: int
    rows: tuple[WrongRow, ...]


def wrong_rows(plan: Plan, judged: Judged, answers: Answers, ranked: Sequence[str]) -> Wrong:
    """The rows with the largest losses; of many columns, the first of `ranked` are shown."""
    import numpy as np

    values = losses(answers)
    order = np.argsort(-np.nan_to_num(values, nan=np.inf), kind="stable")[:MOST]
    names = {s: n for g in plan.features if g.input is not None for n, s in zip(g.columns, g.sources, strict=True)}
    sources = (
        list(names)
        if len(names) <= _COLUMNS
        else [s for s in ranked if s in names][:_COLUMNS] or list(names)[:_COLUMNS]
    )
    ahead = plan.series.window if plan.series is not None else 0
    rows = []
    for place in order.tolist():
        row = judged.frame.iloc[place + ahead]
        shown_values = tuple(cell(row[names[source]]) for source in sources)
        truth, said = _said(answers, place)
        rows.append(
            WrongRow(_number(judged.frame.index[place + ahead]), shown_values, truth, said, float(values[place]))
        )
    return Wrong(
        answers.head.name, name_of_loss(answers).removeprefix("mean "), tuple(sources), len(names), tuple(rows)
    )


def _number(label: Any) -> str:
    return str(label + 1) if isinstance(label, Integral) else str(label)


def _said(answers: Answers, place: int) -> tuple[str, str]:
    """What is true of a row, and what was said of it, with how sure that was."""
    truth, said = answers.truth[place], answers.predicted[place]
    if answers.kind == CLASSES:
        sure = "" if answers.shares is None else f" ({percent(float(answers.shares[place, said]))})"
        return answers.names[truth], f"{answers.names[said]}{sure}"
    if answers.kind == LABELS:
        return _labels(answers.names, truth), _labels(answers.names, said)
    return _numbers(truth, cell), _numbers(said, shown)


def _labels(names: Sequence[str], has: Any) -> str:
    chosen = [name for name, is_there in zip(names, has, strict=True) if is_there]
    return ", ".join(chosen) or "(none)"


def _numbers(values: Any, write: Callable[[float], str]) -> str:
    more = ", …" if len(values) > _ITEMS else ""
    return ", ".join(write(float(value)) for value in values[:_ITEMS]) + more
