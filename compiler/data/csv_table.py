"""CSV and TSV files, read as pandas reads them, with the physical line of every record."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple

from specrun.compiler.data.few import EnoughError, FirstFew
from specrun.compiler.data.lines import Lines, UnreadableError, opened
from specrun.compiler.data.table import Column, Dialect, Row, Source, Table, about_lines, line_span
from specrun.compiler.diagnostics import Diagnostic, Span


class Record(NamedTuple):
    """The cells of one record; `line` and `text` are its first physical line, `last` the number of its last."""

    line: int
    text: str
    cells: list[str]
    last: int


class CsvTable(Table):
    """The rows of one or more CSV files that have the same columns."""

    def __init__(self, dialect: Dialect, sources: Sequence[Source], names: Sequence[str]) -> None:
        super().__init__(tuple(Column(name, "text") for name in names))
        self._dialect = dialect
        self._sources = tuple(sources)

    def about(self) -> int:
        """See Table."""
        return about_lines(self._sources)

    def rows(self, problems: list[Diagnostic] | None = None) -> Generator[Row, None, None]:
        """The rows that have as many cells as there are columns."""
        found: list[Diagnostic] = [] if problems is None else problems
        few = FirstFew(found)
        try:
            for source in self._sources:
                try:
                    yield from self._rows_of(source, few)
                except UnreadableError as problem:
                    found.append(problem.diagnostic)
        except EnoughError:
            pass
        finally:
            few.close()

    def span(self, row: Row, index: int) -> Span:
        """Where the cell stands, found by counting separators where nothing in the line is quoted."""
        return cell_span(self._dialect, row.file, row.line, row.text, index)

    def _rows_of(self, source: Source, few: FirstFew) -> Iterator[Row]:
        width, strip, shown = len(self.columns), self._dialect.strip, source.shown
        with opened(source, self._dialect.encoding) as lines:
            found = records(lines, self._dialect)
            if not self._dialect.columns:
                next(found, None)
            for record in found:
                if len(record.cells) != width:
                    few.add(_ragged(self._dialect, shown, record, width))
                    continue
                cells = tuple(cell.strip() for cell in record.cells) if strip else tuple(record.cells)
                yield Row(shown, record.line, cells, record.text)


def records(lines: Lines, dialect: Dialect) -> Iterator[Record]:
    """The records of a CSV file; lines of blanks alone are skipped, as pandas does.

    Raises:
        UnreadableError: a quote is not closed, a cell is too long, or a line is no text that every reader takes alike.
    """
    lines.start_record()
    try:
        for cells in _reader(lines, dialect):
            text = (lines.first or "").rstrip("\r\n")
            if lines.ended:
                raise UnreadableError(_unclosed(lines, text, dialect))
            if len(cells) > 1 or text.strip(" \t"):
                yield Record(lines.first_number, text, cells, lines.number)
            elif (lines.first or "").endswith("\r"):
                raise UnreadableError(_blank_with_return(lines))
            lines.start_record()
    except csv.Error:
        text = (lines.first or "").rstrip("\r\n")
        swallowed = lines.number > lines.first_number
        raise UnreadableError(_unclosed(lines, text, dialect) if swallowed else _too_long(lines, text)) from None


def _reader(lines: Lines, dialect: Dialect) -> Iterator[list[str]]:
    if dialect.quoting:
        return csv.reader(lines, delimiter=dialect.separator)
    return csv.reader(lines, delimiter=dialect.separator, quoting=csv.QUOTE_NONE)


def first_record(source: Source, dialect: Dialect) -> Record | None:
    """The header, or the first row of a file without one; None where the file holds nothing but blank lines."""
    with opened(source, dialect.encoding) as lines:
        return next(records(lines, dialect), None)


def cell_span(dialect: Dialect, file: str, line: int, text: str, index: int) -> Span:
    """Where the cell of a place in a line stands, or the whole line where a quote makes that uncertain."""
    if dialect.quoting and '"' in text:
        return line_span(file, line, text)
    cells = text.split(dialect.separator)
    if index >= len(cells):
        return line_span(file, line, text)
    column = 1 + sum(len(cell) + 1 for cell in cells[:index])
    return line_span(file, line, text, column, column + len(cells[index]))


def _ragged(dialect: Dialect, shown: str, record: Record, width: int) -> Diagnostic:
    count = len(record.cells)
    message = f"this row has {count} cell{'s' * (count != 1)} where there are {width} columns"
    span = line_span(shown, record.line, record.text)
    if count > width:
        extra = cell_span(dialect, shown, record.line, record.text, width)
        span = line_span(shown, record.line, record.text, extra.column)
    return Diagnostic("D112", message, span, _ragged_hint(dialect, record, width))


def _ragged_hint(dialect: Dialect, record: Record, width: int) -> str:
    if record.last > record.line:
        return f'a `"` joins lines {record.line} to {record.last}; if quotes are plain text here, add `quoting: false`'
    if len(record.cells) < width:
        return "give every row all its cells, or remove this one"
    if not any(record.cells[width:]):
        return f"remove the `{_shown_separator(dialect)}` at the end of the line"
    return f'put the cell that holds a `{_shown_separator(dialect)}` in quotes (`"`)'


def _shown_separator(dialect: Dialect) -> str:
    return {"\t": "tab"}.get(dialect.separator, dialect.separator)


def _unclosed(lines: Lines, text: str, dialect: Dialect) -> Diagnostic:
    message = f"a quote that opens in line {lines.first_number} of `{lines.shown}` is never closed"
    opening = text.rfind(f'{dialect.separator}"') + 2
    column = opening if opening > 1 else 1
    span = line_span(
        lines.shown, lines.first_number, text, column, column + 1 if text[column - 1 :][:1] == '"' else None
    )
    return Diagnostic("D114", message, span, "close the quote, or add `quoting: false` if quotes are plain text here")


def _blank_with_return(lines: Lines) -> Diagnostic:
    # After such a line pandas drops an empty first cell and shifts the rest of the row.
    message = f"line {lines.first_number} of `{lines.shown}` is blank and ends with a lone carriage return"
    hint = "remove the line, or save the file with the line breaks of Unix or Windows"
    return Diagnostic("D123", message, line_span(lines.shown, lines.first_number, ""), hint)


def _too_long(lines: Lines, text: str) -> Diagnostic:
    limit = f"{csv.field_size_limit():,}"
    message = f"a cell in line {lines.number} of `{lines.shown}` is longer than {limit} characters"
    hint = "shorten the cell, or see whether the separator is right"
    return Diagnostic("D120", message, line_span(lines.shown, lines.number, text), hint)
