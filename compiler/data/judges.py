"""What there is to say about one value of a column, decided once for each different value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum
from math import inf, isfinite
from typing import TypeAlias

from specrun.compiler.data.expected import PARTS, Expected
from specrun.compiler.data.kinds import as_text
from specrun.compiler.data.numbers import number_of
from specrun.compiler.data.table import Cell
from specrun.compiler.expressions import Scalar


class Mark(Enum):
    """Something to say about a value; a plain value has none."""

    MISSING = "missing"
    NO_NUMBER = "no number"
    NOT_FINITE = "not finite"
    COMMA = "decimal comma"
    NEGATIVE = "negative"
    UNLISTED = "unlisted"
    NO_TIME = "no time"
    OTHER_FORM = "a date among numbers, or a number among dates"


Marks: TypeAlias = tuple[Mark, ...]
Judge: TypeAlias = Callable[[Cell], Marks]


class NumberJudge:
    """Judges numbers and keeps the range of the finite ones, and whether any has a decimal mark."""

    def __init__(self, decimal: str) -> None:
        self.minimum, self.maximum = inf, -inf
        self.has_decimals = False
        self._decimal = decimal

    def __call__(self, cell: Cell) -> Marks:
        number = number_of(cell, self._decimal)
        if number is None:
            # pandas takes "nan" for text here; a person means a number that is none.
            return (Mark.NOT_FINITE if as_text(cell).strip(" +-").lower() == "nan" else Mark.NO_NUMBER,)
        if not isfinite(number):
            return (Mark.NOT_FINITE,)
        self.minimum, self.maximum = min(self.minimum, number), max(self.maximum, number)
        with_mark = isinstance(cell, str) and self._decimal in cell
        self.has_decimals |= with_mark
        comma = (Mark.COMMA,) if with_mark and self._decimal == "," else ()
        return (*comma, Mark.NEGATIVE) if number < 0 else comma


class TimeJudge:
    """Judges times: numbers or ISO dates, but not both in one column."""

    def __init__(self, decimal: str) -> None:
        self._decimal = decimal
        self._form: str | None = None

    def __call__(self, cell: Cell) -> Marks:
        form = "number" if number_of(cell, self._decimal) is not None else "date" if _is_date(as_text(cell)) else None
        if form is None:
            return (Mark.NO_TIME,)
        self._form = self._form or form
        return () if form == self._form else (Mark.OTHER_FORM,)


class ListedJudge:
    """Judges whether a value is one of a few: as numbers where the list holds numbers alone, else as texts."""

    def __init__(self, values: Iterable[Scalar], decimal: str = ".") -> None:
        values = tuple(values)
        self._decimal = decimal
        self._numeric = all(isinstance(value, (int, float)) for value in values)
        self._values = {self.key(value) for value in values}

    def __call__(self, cell: Cell) -> Marks:
        return () if self.key(cell) in self._values else (Mark.UNLISTED,)

    def key(self, cell: Cell) -> float | str | None:
        """What two values have in common that are the same to this list."""
        return number_of(cell, self._decimal) if self._numeric else as_text(cell)


def judge_for(expected: Expected, decimal: str) -> Judge:
    """The judge of what the spec expects of a column."""
    if expected.kind == "number":
        return NumberJudge(decimal)
    if expected.kind == "time":
        return TimeJudge(decimal)
    values = expected.values or (PARTS if expected.kind == "part" else ())
    return ListedJudge(values, decimal) if values else _no_marks


def _no_marks(_cell: Cell) -> Marks:
    return ()


def _is_date(text: str) -> bool:
    """An ISO date, with or without a time, or a month (`1949-01`)."""
    for candidate in (text.strip(), f"{text.strip()}-01"):
        try:
            datetime.fromisoformat(candidate)
        except ValueError:
            continue
        return True
    return False
