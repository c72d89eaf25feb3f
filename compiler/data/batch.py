"""Rows in batches: whole columns are looked at, and of the rows only the few that a message shows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice

from specrun.compiler.data.kinds import as_text
from specrun.compiler.data.numbers import number_of
from specrun.compiler.data.table import Cell, Item, Row, Table
from specrun.compiler.diagnostics import Diagnostic

BATCH_ROWS = 4096

KEPT_VALUES = 20
"""Different values that are kept of those of which there is the same to say."""


class Cells(ABC):
    """The cells of one column of a batch. Booleans are texts, since to Python `True` and `1` are the same key."""

    @property
    @abstractmethod
    def counts(self) -> Mapping[Cell, int]:
        """The different cells, in the order in which they first stand, and how many rows have each."""

    @property
    def different(self) -> Iterable[Cell]:
        """The different cells in that order, where nobody asks for their counts."""
        return self.counts

    @abstractmethod
    def first(self) -> Mapping[Cell, int]:
        """The number (from 0) of the first row of each different cell."""

    @abstractmethod
    def rows_of(self, cells: Collection[Cell], most: int) -> Sequence[int]:
        """The numbers (from 0) of the first rows, `most` at the most, that have one of the cells."""

    def as_numbers(self, decimal: str, missing: Collection[str]) -> Cells:  # noqa: ARG002 - cells of texts want both
        """What a judge of numbers has to see: of cells on which the verdict is the same, a few may stand for all.

        Numbers in texts have this decimal mark; each text of `missing` is named.
        """
        return self

    def only(self, cells: Collection[Cell]) -> Cells:  # noqa: ARG002 - cells that are found by their kind ask for it
        """These cells, or more of them, where they are found faster than all the different ones are told."""
        return self


class Batch(ABC):
    """Some rows of a table, one after the other."""

    @abstractmethod
    def __len__(self) -> int:
        """The number of rows."""

    @abstractmethod
    def column(self, index: int) -> Cells:
        """The cells of column `index`."""

    @abstractmethod
    def cells(self, index: int) -> Sequence[Cell]:
        """The cells of column `index` as rows have them, one for each row."""

    def numbers(self, index: int, decimal: str, missing: Collection[str]) -> Sequence[float | None]:
        """The cells of column `index` as numbers, null where one is missing; a boolean is 0 or 1."""
        return [None if cell in missing else as_number(cell, decimal) for cell in self.cells(index)]

    def texts(self, index: int) -> Sequence[str | list[Item] | None]:
        """The cells of column `index` as texts, or lists; null where there is none."""
        return [as_text_or_list(cell) for cell in self.cells(index)]

    @abstractmethod
    def row(self, number: int, index: int) -> Row:
        """Row `number` (from 0), with its cell of column `index`; the other cells may be null."""


class BatchTable(Table):
    """A table that can be read in batches, faster than row by row."""

    def pays(self, limit: int | None) -> bool:  # noqa: ARG002 - where to begin takes no time, it does for any number
        """Whether batches are faster for so many rows."""
        return True

    @abstractmethod
    def batches(self, columns: Collection[int], limit: int | None) -> Generator[Batch, None, None]:
        """Batches that have at least these columns; none reaches across `limit` rows, and one at most begins there.

        Raises Damaged where a file cannot be read to its end.
        """


class Damaged(Exception):
    """What there is to say of a file is told by reading it row by row."""


def as_number(cell: Cell, decimal: str) -> float | None:
    """The number of a cell; a boolean is 0 or 1."""
    return float(cell) if isinstance(cell, bool) else number_of(cell, decimal)


def as_text_or_list(cell: Cell) -> str | list[Item] | None:
    """A cell as a text, or as a list."""
    return list(cell) if isinstance(cell, tuple) else None if cell is None else as_text(cell)


class ListedCells(Cells):
    """Cells as they stand in a list."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._cells = cells

    @cached_property
    def counts(self) -> Mapping[Cell, int]:
        return Counter(self._cells)

    @property
    def different(self) -> Iterable[Cell]:
        return dict.fromkeys(self._cells)

    def first(self) -> Mapping[Cell, int]:
        # Later rows are overwritten by earlier ones, so that the first stays.
        return dict(zip(reversed(self._cells), reversed(range(len(self._cells))), strict=True))

    def rows_of(self, cells: Collection[Cell], most: int) -> Sequence[int]:
        return list(islice((number for number, cell in enumerate(self._cells) if cell in cells), most))


class RowBatch(Batch):
    """A batch of rows that are there."""

    def __init__(self, rows: Sequence[Row], *, all_texts: bool = False) -> None:
        self._rows, self._all_texts = rows, all_texts
        self._columns = list(zip(*(row.cells for row in rows), strict=True))

    def __len__(self) -> int:
        return len(self._rows)

    def column(self, index: int) -> Cells:
        column = self._columns[index]
        return ListedCells(column if self._all_texts else without_booleans(column))

    def cells(self, index: int) -> Sequence[Cell]:
        return self._columns[index]

    def row(self, number: int, index: int) -> Row:  # noqa: ARG002 - it has all its cells
        return self._rows[number]


def row_batches(
    table: Table, limit: int | None, problems: list[Diagnostic], *, all_texts: bool = False
) -> Generator[Batch, None, None]:
    """The batches of any table, as a `BatchTable` gives them; what is wrong with other rows is added to `problems`."""
    rows = table.rows(problems)
    bounded = islice(rows, limit)
    try:
        while batch := list(islice(bounded, BATCH_ROWS)):
            yield RowBatch(batch, all_texts=all_texts)
        if beyond := list(islice(rows, 1)):
            yield RowBatch(beyond, all_texts=all_texts)
    finally:
        rows.close()


def cells_of(table: Table, columns: Sequence[int]) -> list[list[Cell]]:
    """All cells of some columns."""
    if isinstance(table, BatchTable) and table.pays(None):
        cells: list[list[Cell]] = [[] for _ in columns]
        try:
            for batch in table.batches(set(columns), None):
                for column, index in zip(cells, columns, strict=True):
                    column += batch.cells(index)
            return cells
        except Damaged:
            pass
    rows = [[row.cells[index] for index in columns] for row in table.rows()]
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in columns]


def without_booleans(column: Sequence[Cell]) -> Sequence[Cell]:
    """A column with booleans as texts."""
    if bool not in set(map(type, column)):
        return column
    return [str(cell) if isinstance(cell, bool) else cell for cell in column]
