"""Parquet files, read in batches by pyarrow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Generator, Iterator, Sequence
from typing import Any

from specrun.compiler.data.arrow_batch import ArrowBatch, ArrowTable
from specrun.compiler.data.arrow_cells import as_cells, faults
from specrun.compiler.data.batch import Damaged
from specrun.compiler.data.parquet_pages import opens_to
from specrun.compiler.data.table import MAX_COLUMNS, Column, Row, Source, Table, line_span, short, too_wide
from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.suggest import listed

_ROWS = 8192
_BATCH_ROWS = 65_536
_HINT = "write the file anew, and see whether it was written to its end"


class ParquetTable(ArrowTable):
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

    def about(self) -> int:
        """See Table."""
        from pyarrow.parquet import read_metadata

        try:
            return sum(int(read_metadata(source.path).num_rows) for source in self._sources)
        except faults():  # which the rows are going to say
            return 0

    def all_batches(self, columns: Collection[int]) -> Iterator[ParquetBatch]:
        """See ArrowTable."""
        names = [column.name for column in self.columns]
        for source in self._sources:
            for start, records in self._records_of(source, columns):
                yield ParquetBatch(records, names, source.shown, start)

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


class ParquetBatch(ArrowBatch):
    """Some rows of a file, the first of which has the number `start` (from 0)."""

    def __init__(self, records: Any, names: Sequence[str], file: str, start: int) -> None:
        super().__init__(records, names)
        self._file, self._start = file, start

    def with_records(self, records: Any, first: int) -> ParquetBatch:
        return ParquetBatch(records, self._names, self._file, self._start + first)

    def row(self, number: int, index: int) -> Row:
        return Row(self._file, self._start + number + 1, self.cells_of(number, index), "")


def open_parquet(sources: Sequence[Source], span: Span) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    """The table of the files, or what is wrong with their schemas."""
    from pyarrow.parquet import ParquetFile

    problems: list[Diagnostic] = []
    schemas: list[tuple[Source, tuple[Column, ...]]] = []
    rows = 0
    for source in sources:
        try:
            with ParquetFile(source.path, pre_buffer=False) as file:
                if file.metadata.num_columns > MAX_COLUMNS:
                    return None, (too_wide(source, span),)
                size = opens_to(source.path)
                if size is not None:
                    problems.append(_bomb(source, size, span))
                    continue
                rows += file.metadata.num_rows
                schemas.append((source, tuple(map(_column, file.schema_arrow))))
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
    twice = [name for name, count in Counter(names).items() if count > 1]
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


def _column(field: Any) -> Column:
    from pyarrow import types

    value = field.type.value_type if types.is_dictionary(field.type) else field.type
    return Column(field.name, _physical(field.type), is_moment=types.is_timestamp(value))


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


def _bomb(source: Source, size: int, span: Span) -> Diagnostic:
    message = f"`{source.shown}` has {source.path.stat().st_size:,} bytes, and a part of it opens to {size:,}"
    return Diagnostic("D126", message, span, "write it anew with pages of about one MiB, and shorter texts")


def _corrupt(source: Source, problem: Exception, span: Span) -> Diagnostic:
    reason = short(str(problem).splitlines()[0] if str(problem) else type(problem).__name__, 200)
    return Diagnostic("D121", f"`{source.shown}` is no readable Parquet file: {reason}", span, _HINT)
