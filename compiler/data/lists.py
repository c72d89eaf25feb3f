"""Cells that are lists: in JSON Lines and Parquet as they stand, in CSV as texts that are split."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from specrun.compiler.data.kinds import as_text
from specrun.compiler.data.numbers import number_of
from specrun.compiler.data.table import Cell, Item


@dataclass(frozen=True, slots=True)
class Lists:
    """What the spec says of the lists in a column.

    Their items are numbers where `of_numbers` says so, else texts, and `size` of them where that is fixed. A text is
    split by `separator`, or wherever there are blanks.
    """

    of_numbers: bool
    separator: str | None = None
    size: int | None = None

    def items(self, cell: Cell) -> tuple[Item, ...]:
        """The items of a cell."""
        return cell if isinstance(cell, tuple) else tuple(as_text(cell).split(self.separator))

    def are_plain(self, cell: Cell, decimal: str) -> bool:
        """Whether the items are finite numbers, in the time that Python takes to read them; False to be looked at."""
        if isinstance(cell, tuple):
            if not {int, float}.issuperset(map(type, cell)):
                return False
        elif decimal != "." or not isinstance(cell, str) or not cell.isascii() or "_" in cell:
            return False  # where Python reads other numbers than pandas does
        try:
            return all(map(isfinite, map(float, self.items(cell))))  # type: ignore[arg-type]
        except (ValueError, OverflowError):
            return False

    def strange(self, cell: Cell, decimal: str) -> tuple[Item, ...]:
        """The items of a cell that should be numbers and are none."""
        return tuple(item for item in self.items(cell) if item is not None and number_of(item, decimal) is None)

    def endless(self, cell: Cell, decimal: str) -> tuple[Item, ...]:
        """The items of a cell that are numbers, and not finite."""
        numbers = ((item, number_of(item, decimal)) for item in self.items(cell))
        return tuple(item for item, number in numbers if number is not None and not isfinite(number))
