"""Parquet files, read in batches by pyarrow, which is imported only here and for their cells."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence
from typing import Any

from specrun.compiler.data.batch import Batch, BatchTable, Cells, Damaged
from specrun.compiler.data.parquet_cells import ArrowCells, as_cells, faults
from specrun.compiler.data.table import Cell, Chosen, Column, Row, Source, Table, line_span, short
from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.suggest import listed

_ROWS = 8192
_BATCH_ROWS = 65_536
_HINT = "write the file anew, and see whether it was written to its end"


class ParquetTable(BatchTable):
    """The rows of one or more Parquet files; dates and times are texts in ISO form, NaN is null, lists are tuples."""

    def __init__(self, sources: Sequence[Source], columns: tuple[Column, ...]) -> None:
        super().__init__(columns)
        self._sources = tuple(sources)

    def rows(self, problems: list[Diagnostic] | None = None) -> Generator[Row, None, None]:
        """All rows; their lines are row numbers and their texts empty."""
        for source in self._sources:
            try:
                yield from self._rows_of(source)
            except faults() as problem:
                if problems is not None:
                    problems.append(_corrupt(source, problem, line_span(source.shown, 1, "")))

    def chosen(self, rows: bytes) -> Table:
        """See Table."""
        return ChosenParquet(self, rows)

    def count(self) -> int:
        """See Table."""
        try:
            return sum(len(batch) for batch in self.batches((0,), None))
        except Damaged:
            return super().count()

    def about(self) -> int:
        """See Table."""
        from pyarrow.parquet import read_metadata

        try:
            return sum(int(read_metadata(source.path).num_rows) for source in self._sources)
        except faults():  # which the rows are going to say
            return 0

    def batches(self, columns: Collection[int], limit: int | None) -> Generator[ParquetBatch, None, None]:
        """Batches of these columns alone."""
        left = limit
        for source in self._sources:
            for start, records in self._records_of(source, columns):
                here = records if left is None else records.slice(0, left)
                if here.num_rows:
                    yield ParquetBatch(self, source.shown, start, here)
                if left is not None:
                    left -= here.num_rows
                if here.num_rows < records.num_rows:
                    yield ParquetBatch(self, source.shown, start + here.num_rows, records.slice(here.num_rows))
                    return

    def span(self, row: Row, index: int) -> Span:
        """The cell, shown as `column = value`, since the file has no lines."""
        name = self.columns[index].name
        text = f"{name} = {short(row.cells[index])}"
        return line_span(row.file, row.line, text, len(name) + 4)

    def _records_of(self, source: Source, columns: Collection[int]) -> Iterator[tuple[int, Any]]:
        """The number (from 0) of the first row of each batch, and its columns."""
        from pyarrow.parquet import ParquetFile

        start = 0
        names = [self.columns[index].name for index in columns]
        try:
            with ParquetFile(source.path, pre_buffer=False) as file:
                for records in file.iter_batches(batch_size=_BATCH_ROWS, columns=names):
                    yield start, records
                    start += records.num_rows
        except faults() as problem:
            raise Damaged from problem

    def _rows_of(self, source: Source) -> Iterator[Row]:
        from pyarrow.parquet import ParquetFile

        number = 0
        names = [column.name for column in self.columns]
        # Without `pre_buffer` a scan holds a third of the memory and takes no longer.
        with ParquetFile(source.path, pre_buffer=False) as file:
            for batch in file.iter_batches(batch_size=_ROWS, columns=names):
                columns = [as_cells(column.to_pylist()) for column in batch.columns]
                for cells in zip(*columns, strict=True):
                    number += 1
                    yield Row(source.shown, number, cells, "")


class ChosenParquet(BatchTable):
    """Some rows of Parquet files; what is said of a row may name another line."""

    def __init__(self, table: ParquetTable, rows: bytes) -> None:
        super().__init__(table.columns)
        self._table, self._rows = table, rows

    def rows(self, problems: list[Diagnostic] | None = None) -> Generator[Row, None, None]:
        """The chosen rows."""
        return Chosen(self._table, self._rows).rows(problems)

    def batches(self, columns: Collection[int], limit: int | None) -> Generator[Batch, None, None]:
        """The chosen rows of each batch."""
        first, left = 0, limit
        for batch in self._table.batches(columns, None):
            chosen = batch.chosen(self._rows[first : first + len(batch)])
            first += len(batch)
            if left is not None and len(chosen) > left:
                yield from (part for part in (chosen.part(0, left), chosen.part(left)) if len(part))
                return
            left = None if left is None else left - len(chosen)
            if len(chosen):
                yield chosen


class ParquetBatch(Batch):
    """Some rows of a file, the first of which has the number `start` (from 0)."""

    def __init__(self, table: Table, file: str, start: int, records: Any) -> None:
        self._table, self._file, self._start, self._records = table, file, start, records

    def __len__(self) -> int:
        rows: int = self._records.num_rows
        return rows

    def column(self, index: int) -> Cells:
        """The cells of column `index`; raises Damaged where they cannot be told."""
        return ArrowCells(self._column(index))

    def chosen(self, rows: bytes) -> ParquetBatch:
        """Some of the rows: those with a byte that is not 0."""
        import numpy

        kept = self._records.filter(numpy.frombuffer(rows, bool))
        return ParquetBatch(self._table, self._file, self._start, kept)

    def part(self, first: int, count: int | None = None) -> ParquetBatch:
        """Some of the rows, one after the other."""
        return ParquetBatch(self._table, self._file, self._start + first, self._records.slice(first, count))

    def row(self, number: int, index: int) -> Row:
        cells: list[Cell] = [None] * len(self._table.columns)
        (cells[index],) = as_cells([self._column(index)[number].as_py()])
        return Row(self._file, self._start + number + 1, tuple(cells), "")

    def _column(self, index: int) -> Any:
        return self._records.column(self._table.columns[index].name)


def open_parquet(sources: Sequence[Source], span: Span) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    """The table of the files, or what is wrong with their schemas."""
    from pyarrow.parquet import ParquetFile

    problems: list[Diagnostic] = []
    schemas: list[tuple[Source, tuple[Column, ...]]] = []
    rows = 0
    for source in sources:
        try:
            with ParquetFile(source.path, pre_buffer=False) as file:
                rows += file.metadata.num_rows
                schemas.append((source, tuple(Column(f.name, _physical(f.type)) for f in file.schema_arrow)))
        except faults() as problem:
            problems.append(_corrupt(source, problem, span))
    problems += _check_schemas(schemas, span) if schemas else ()
    if not problems and rows == 0:
        message = f"{listed(source.shown for source in sources)} has no rows"
        problems.append(Diagnostic("D107", message, span, "see whether the file was written to its end"))
    return (None if problems else ParquetTable(sources, schemas[0][1])), tuple(problems)


def _check_schemas(schemas: Sequence[tuple[Source, tuple[Column, ...]]], span: Span) -> Iterator[Diagnostic]:
    (first, columns), others = schemas[0], schemas[1:]
    names = [column.name for column in columns]
    nested = [column.name for column in columns if not column.physical]
    twice = dict.fromkeys(name for name in names if names.count(name) > 1)
    if nested:
        message = f"{listed(nested)} in `{first.shown}`: neither texts nor numbers nor booleans, nor lists of such"
        yield Diagnostic("D119", message, span, "leave such columns out, or write their parts as columns of their own")
    for name in twice:
        yield Diagnostic("D110", f"`{first.shown}` has two columns `{short(name)}`", span, "rename one of them")
    if any(not name.strip() for name in names):
        yield Diagnostic("D111", f"`{first.shown}` has a column without a name", span, "give the column a name")
    for source, other in others:
        if other != columns:
            message = f"the columns of `{source.shown}` are not those of `{first.shown}`"
            hint = "give all the files the same columns, of the same types, in the same order"
            yield Diagnostic("D116", message, span, hint)


def _physical(type_: Any) -> str:
    """The type of a column's values, empty where they are no plain values."""
    from pyarrow import types

    value = type_.value_type if types.is_dictionary(type_) else type_
    if types.is_list(value) or types.is_large_list(value) or types.is_fixed_size_list(value):
        of_lists = (types.is_string, types.is_large_string, types.is_integer, types.is_floating)
        return "list" if any(fits(value.value_type) for fits in of_lists) else ""
    if types.is_boolean(value):
        return "boolean"
    if types.is_integer(value):
        return "integer"
    if types.is_floating(value) or types.is_decimal(value):
        return "number"
    plain = (types.is_string, types.is_large_string, types.is_date, types.is_timestamp, types.is_time, types.is_null)
    return "text" if any(is_plain(value) for is_plain in plain) else ""


def _corrupt(source: Source, problem: Exception, span: Span) -> Diagnostic:
    reason = short(str(problem).splitlines()[0] if str(problem) else type(problem).__name__, 200)
    return Diagnostic("D121", f"`{source.shown}` is no readable Parquet file: {reason}", span, _HINT)
