"""What the columns of a table seem to be, by the cells of the first rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from specrun.compiler.data import MARKERS, Cell, Column, Dialect, infer_kind
from specrun.compiler.data.kinds import as_text
from specrun.compiler.data.numbers import number_of

CERTAIN_MARKERS = frozenset(["", "?", "na", "n/a", "#n/a", "nan", "null", "#null!", "#div/0!"])
"""Of the texts that may stand for a missing value, in lower case, those that are no category of their own."""

_BAR, _JOINED = "|", 0.1
"""What stands between two labels in a cell, and in what share of the cells at least, for them to be sets."""
_TEXT_WORDS = 4
"""From so many words on average, values are texts rather than names."""
_TEXT_SHARE = 0.5
"""From so many different ones among the rows, they are no list of phrases that repeat."""


@dataclass(frozen=True)
class Profile:
    """A column of the table: its name, its `kind`, and the cells of the rows, in which a missing value is null.

    `kind` is "number", "boolean", "category", "text", "datetime", or of lists "set", "vector" or "sequence".
    """

    name: str
    kind: str
    cells: Sequence[Cell]
    decimal: str = "."

    @cached_property
    def counts(self) -> Mapping[Cell, int]:
        """The different values that are not missing, in the order in which they first stand, with their rows."""
        counts = Counter(self.cells)
        counts.pop(None, None)
        return counts

    @cached_property
    def missing(self) -> int:
        """How many rows have no value."""
        return sum(cell is None for cell in self.cells)

    @property
    def known(self) -> int:
        """How many rows have a value."""
        return len(self.cells) - self.missing

    @property
    def length(self) -> int:
        """How long the first list is, of a column of such."""
        return next((len(cell) for cell in self.counts if isinstance(cell, tuple)), 0)

    @cached_property
    def numbers(self) -> Sequence[float | None]:
        """The cells as numbers."""
        read = {cell: number_of(cell, self.decimal) for cell in self.counts}
        return [None if cell is None else read[cell] for cell in self.cells]


def find_markers(columns: Mapping[str, Sequence[Cell]], decimal: str) -> tuple[str, ...]:
    """The texts in the columns that stand for a missing value, in the order in which they are met."""
    found: dict[str, None] = {}
    for cells in columns.values():
        texts = dict.fromkeys(cell for cell in cells if isinstance(cell, str))
        likely = [text for text in texts if text.strip().lower() in MARKERS]
        others = [text for text in texts if text not in likely]
        spoils = others and infer_kind(others, decimal) in ("number", "datetime")
        found |= dict.fromkeys(text for text in likely if spoils or text.strip().lower() in CERTAIN_MARKERS)
    return tuple(text for text in found if text)


def profile(column: Column, cells: Sequence[Cell], dialect: Dialect) -> Profile:
    """A column, of whose cells the texts that the dialect calls missing are missing values."""
    absent = frozenset(("", *dialect.missing))
    known = [None if isinstance(cell, str) and cell in absent else cell for cell in cells]
    return Profile(column.name, _kind(column, known, dialect.decimal), known, dialect.decimal)


def _kind(column: Column, cells: Sequence[Cell], decimal: str) -> str:
    values = list(dict.fromkeys(cell for cell in cells if cell is not None))
    if column.physical == "list":
        return _kind_of_lists([value for value in values if isinstance(value, tuple)])
    kind = infer_kind(values, decimal) if values else "category"
    if kind == "boolean" and None in cells:
        return "category"
    if kind == "category" and _are_sets([str(cell) for cell in cells if cell is not None]):
        return "set"
    words = sum(len(as_text(value).split()) for value in values)
    many = len(values) > _TEXT_SHARE * sum(cell is not None for cell in cells)
    return "text" if kind == "category" and values and many and words >= _TEXT_WORDS * len(values) else kind


def _are_sets(texts: Sequence[str]) -> bool:
    """Whether texts are made of a few parts, with a bar between two of them."""
    joined = sum(_BAR in text for text in texts)
    whole = set(texts)
    parts = {part for text in whole for part in text.split(_BAR)}
    return joined > _JOINED * len(texts) and len(parts) < len(whole)


def _kind_of_lists(values: Sequence[tuple[Cell, ...]]) -> str:
    if any(isinstance(item, str) for value in values for item in value):
        return "set"
    return "vector" if len(set(map(len, values))) == 1 else "sequence"


def is_ascending(numbers: Sequence[float | None]) -> bool:
    """Whether whole numbers count the rows, from whatever number on."""
    first = numbers[0] if numbers else None
    return first is not None and all(number == first + place for place, number in enumerate(numbers))


def aligned(one: Profile, other: Profile) -> Iterator[tuple[Cell, Cell]]:
    """The values of two columns in the rows that have both."""
    return ((a, b) for a, b in zip(one.cells, other.cells, strict=True) if a is not None and b is not None)
