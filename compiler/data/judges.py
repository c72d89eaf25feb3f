"""What there is to say about one value of a column, decided once for each different value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import time
from enum import Enum
from math import inf, isfinite
from pathlib import Path
from typing import TypeAlias

from specrun.compiler.data.expected import PARTS, Expected
from specrun.compiler.data.kinds import as_text
from specrun.compiler.data.lists import Lists
from specrun.compiler.data.moments import read_moment
from specrun.compiler.data.numbers import number_of
from specrun.compiler.data.table import Cell
from specrun.compiler.expressions import Scalar
from specrun.compiler.opening import ADDRESS


class Mark(Enum):
    """Something to say about a value; a plain value has none."""

    MISSING = "missing"
    NO_NUMBER = "no number"
    NOT_FINITE = "not finite"
    COMMA = "decimal comma"
    NEGATIVE = "negative"
    UNLISTED = "unlisted"
    NO_TIME = "no time"
    NO_FILE = "no file"
    NO_IMAGE = "no image"
    OTHER_FORM = "a date among numbers, or a number among dates"
    LIST = "a list where one value is wanted"
    WRITTEN_LIST = "a list as a program writes it"
    NULL_WITHIN = "a list with a null"
    NO_NUMBER_WITHIN = "a list with something that is no number"
    NOT_FINITE_WITHIN = "a list with a number that is not finite"
    OTHER_LENGTH = "a list of another length"


Marks: TypeAlias = tuple[Mark, ...]
Judge: TypeAlias = Callable[[Cell], Marks]

FINEST = ("month", "day", "time")
"""What tells datetimes apart."""


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


class DatetimeJudge:
    """Judges datetimes and keeps what tells them apart."""

    def __init__(self, format: str | None) -> None:
        self._format = format
        self._rank = -1

    @property
    def finest(self) -> str | None:
        """A "month", a "day" or a "time" of the day; None where there is no datetime."""
        return FINEST[self._rank] if self._rank >= 0 else None

    def __call__(self, cell: Cell) -> Marks:
        moment = read_moment(as_text(cell), self._format)
        if moment is None:
            return (Mark.NO_TIME,)
        self._rank = max(self._rank, 2 if moment.time() != time() else 1 if moment.day != 1 else 0)
        return ()


class TimeJudge(DatetimeJudge):
    """Judges times: numbers or ISO dates, but not both in one column; keeps the range of the numbers."""

    def __init__(self, decimal: str) -> None:
        super().__init__(None)
        self.minimum, self.maximum = inf, -inf
        self._decimal = decimal
        self._form: str | None = None

    def __call__(self, cell: Cell) -> Marks:
        number = number_of(cell, self._decimal)
        form = "date" if number is None else "number"
        if number is not None:
            self.minimum, self.maximum = min(self.minimum, number), max(self.maximum, number)
        marks = super().__call__(cell) if form == "date" else ()
        if marks:
            return marks
        self._form = self._form or form
        return () if form == self._form else (Mark.OTHER_FORM,)


class ImageJudge:
    """Judges whether a path, relative to a folder, leads to an image, by the first bytes of the file."""

    _OPENINGS = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, cell: Cell) -> Marks:
        text = as_text(cell)
        path = self._folder / text
        try:
            # A pipe would be waited for; and what TensorFlow takes for an address, it fetches.
            if ADDRESS in text or not path.is_file():
                return (Mark.NO_FILE,)
            with path.open("rb") as file:
                return () if file.read(16).startswith(self._OPENINGS) else (Mark.NO_IMAGE,)
        except (OSError, ValueError):
            return (Mark.NO_FILE,)


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


class ListJudge:
    """Judges lists, and keeps the different items of those that are of texts."""

    def __init__(self, lists: Lists, decimal: str) -> None:
        self.labels: set[str] = set()
        self._lists, self._decimal = lists, decimal

    def __call__(self, cell: Cell) -> Marks:
        lists, items = self._lists, self._lists.items(cell)
        if not lists.of_numbers:
            self.labels.update(as_text(item) for item in items)
        looked_at = lists.of_numbers and not lists.are_plain(cell, self._decimal)
        strange = lists.strange(cell, self._decimal) if looked_at else ()
        found = {
            Mark.WRITTEN_LIST: isinstance(cell, str) and cell.startswith("[") and cell.endswith("]"),
            Mark.NULL_WITHIN: None in items,
            Mark.NO_NUMBER_WITHIN: strange,
            Mark.NOT_FINITE_WITHIN: looked_at and lists.endless(cell, self._decimal),
            Mark.OTHER_LENGTH: not strange and lists.size not in (None, len(items)),
        }
        return tuple(mark for mark, is_met in found.items() if is_met)


class LabelsJudge(ListJudge):
    """Judges lists of labels, each of which is one of the listed values, where there are any."""

    def __init__(self, lists: Lists, values: Iterable[Scalar]) -> None:
        super().__init__(lists, ".")
        self._listed = frozenset(map(str, values))

    def __call__(self, cell: Cell) -> Marks:
        items = self._lists.items(cell)
        if None in items:
            return (Mark.NULL_WITHIN,)
        labels = set(map(str, items)) - {""}  # between two separators may be nothing
        self.labels |= labels
        return (Mark.UNLISTED,) if self._listed and not labels <= self._listed else ()


def judge_for(expected: Expected, decimal: str) -> Judge:
    """The judge of what the spec expects of a column."""
    if expected.lists is not None and expected.kind == "labels":
        return LabelsJudge(expected.lists, expected.values)
    if expected.lists is not None:
        return ListJudge(expected.lists, decimal)
    if expected.kind == "number":
        return NumberJudge(decimal)
    if expected.kind == "datetime" or (expected.kind == "time" and expected.format is not None):
        return DatetimeJudge(expected.format)
    if expected.kind == "time":
        return TimeJudge(decimal)
    if expected.kind == "image":
        return ImageJudge(expected.folder or Path())
    values = expected.values or (PARTS if expected.kind == "part" else ())
    return ListedJudge(values, decimal) if values else no_marks


def no_marks(_cell: Cell) -> Marks:
    """The judge of columns that may hold anything."""
    return ()
