"""Batches that hold their columns as Arrow arrays, and what of these a limit or a choice of rows leaves."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from typing import Any, Self

from specrun.compiler.data.arrow_cells import ArrowCells, as_cells, numbers_of, texts_of
from specrun.compiler.data.batch import Batch, BatchTable, Cells, Damaged
from specrun.compiler.data.table import Cell, Chosen, Item, Row, Table
from specrun.compiler.diagnostics import Diagnostic


class ArrowBatch(Batch):
    """Some rows of a file, in a record batch that names its columns by `names`, where those looked at have one."""

    def __init__(self, records: Any, names: Sequence[str]) -> None:
        self._records, self._names = records, names

    def __len__(self) -> int:
        rows: int = self._records.num_rows
        return rows

    def column(self, index: int) -> Cells:
        """The cells of column `index`; raises Damaged where they cannot be told."""
        return ArrowCells(self.array(index))

    def cells(self, index: int) -> Sequence[Cell]:
        return as_cells(self.array(index).to_pylist())

    def numbers(self, index: int, decimal: str, missing: Collection[str]) -> Sequence[float | None]:
        return numbers_of(self.array(index), decimal, missing)

    def texts(self, index: int) -> Sequence[str | list[Item] | None]:
        return texts_of(self.array(index))

    def array(self, index: int) -> Any:
        """The Arrow array of column `index`."""
        return self._records.column(self._names[index])

    def chosen(self, rows: bytes) -> Self:
        """Some of the rows: those with a byte that is not 0."""
        import numpy

        return self.with_records(self._records.filter(numpy.frombuffer(rows, bool)), 0)

    def part(self, first: int, count: int | None = None) -> Self:
        """Some of the rows, one after the other."""
        return self.with_records(self._records.slice(first, count), first)

    @abstractmethod
    def with_records(self, records: Any, first: int) -> Self:
        """The batch with other records, which begin with row `first` of this one."""

    def cells_of(self, number: int, index: int) -> tuple[Cell, ...]:
        """The cells of a row, all but that of column `index` null."""
        cells: list[Cell] = [None] * len(self._names)
        (cells[index],) = as_cells([self.array(index)[number].as_py()])
        return tuple(cells)


class ArrowTable(BatchTable):
    """A table whose batches are Arrow's."""

    @abstractmethod
    def all_batches(self, columns: Collection[int]) -> Iterable[ArrowBatch]:
        """Batches of these columns; raises Damaged where a file cannot be read to its end."""

    def batches(self, columns: Collection[int], limit: int | None) -> Generator[Batch, None, None]:
        """See BatchTable."""
        yield from limited(self.all_batches(columns), limit)

    def count(self) -> int:
        """See Table."""
        try:
            return sum(map(len, self.all_batches((0,))))
        except Damaged:
            return super().count()

    def chosen(self, rows: bytes) -> Table:
        """See Table."""
        return ChosenArrow(self, rows)


class ChosenArrow(BatchTable):
    """Some rows of a table; what is said of a row may name another line."""

    def __init__(self, table: ArrowTable, rows: bytes) -> None:
        super().__init__(table.columns)
        self._table, self._rows = table, rows

    def rows(self, problems: list[Diagnostic] | None = None) -> Generator[Row, None, None]:
        """The chosen rows."""
        return Chosen(self._table, self._rows).rows(problems)

    def batches(self, columns: Collection[int], limit: int | None) -> Generator[Batch, None, None]:
        """The chosen rows of each batch."""
        yield from limited(self._chosen(columns), limit)

    def _chosen(self, columns: Collection[int]) -> Iterator[ArrowBatch]:
        first = 0
        for batch in self._table.all_batches(columns):
            yield batch.chosen(self._rows[first : first + len(batch)])
            first += len(batch)


def limited(batches: Iterable[ArrowBatch], limit: int | None) -> Iterator[ArrowBatch]:
    """The batches that have rows, cut where `limit` rows are full; with what there is of the batch beyond."""
    left = limit
    for batch in batches:
        if left is not None and len(batch) > left:
            yield from (part for part in (batch.part(0, left), batch.part(left)) if len(part))
            return
        left = None if left is None else left - len(batch)
        if len(batch):
            yield batch
