"""What every kind of data file looks like to the checks: named columns, and rows that say where they stand."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from specrun.compiler.diagnostics import Diagnostic, Span

Item: TypeAlias = str | int | float | bool | None
Cell: TypeAlias = Item | tuple[Item, ...]
"""A value, or a list of values."""

MAX_COLUMNS = 25_000
"""Columns of a table."""
MAX_SHOWN = 500
"""Characters of a data line that a diagnostic keeps."""
_FIRST_BYTES = 1 << 20
"""The part of a file that tells how long its lines are."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is read.

    `format` is "csv", "jsonl", "parquet" or "dataset", or empty where nothing tells. `separator` is one character,
    `decimal` "." or ",". `columns` are the names of a file that has no header. A text of `missing` is a missing value
    in every format. Without `quoting`, `"` is a character like any other; `strip` drops blanks at both ends of the
    cells of a CSV file.
    """

    format: str
    separator: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    columns: tuple[str, ...] = ()
    missing: tuple[str, ...] = ("",)
    quoting: bool = True
    strip: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column and the type that the file gives its values: "text", "integer", "number", "boolean" or "list".

    Where it is "list", each cell is a list or null, and nowhere else is one. A type for points in time, of which pandas
    writes other texts than the cells are, `is_moment`; it is "text".
    """

    name: str
    physical: str
    is_moment: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A file, and its name as messages show it."""

    path: Path
    shown: str


@dataclass(frozen=True, slots=True)
class Row:
    """One record. `line` is its first physical line (1-based; the row's number in Parquet) and `text` is that line."""

    file: str
    line: int
    cells: tuple[Cell, ...]
    text: str


class Table(ABC):
    """Columns, and rows that are read afresh, in bounded memory, each time they are asked for."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        self.columns = columns
        self._places = {column.name: place for place, column in reversed(tuple(enumerate(columns)))}

    @abstractmethod
    def rows(self, problems: list[Diagnostic] | None = None) -> Generator[Row, None, None]:
        """The rows that fit the columns; what is wrong with the others is in `problems` at the end or at `close`."""

    def span(self, row: Row, index: int) -> Span:  # noqa: ARG002 - tables that can find the cell do
        """Where the cell of column `index` stands, or the whole line where finding it is not cheap."""
        return line_span(row.file, row.line, row.text)

    def count(self) -> int:
        """How many rows there are that fit the columns."""
        return sum(1 for _ in self.rows())

    def about(self) -> int:
        """About how many rows there are, told in no time."""
        return self.count()

    def chosen(self, rows: bytes) -> Table:
        """The table of some rows: `rows` has a byte for each, which is 0 for those that are left out."""
        return Chosen(self, rows)

    def index(self, name: str) -> int | None:
        """The place of a column, or None where the table has no such column."""
        return self._places.get(name)


class Chosen(Table):
    """Some rows of a table, in its order."""

    def __init__(self, table: Table, rows: bytes) -> None:
        super().__init__(table.columns)
        self._table, self._rows = table, rows

    def rows(self, problems: list[Diagnostic] | None = None) -> Generator[Row, None, None]:
        """The chosen rows."""
        return (row for row, is_chosen in zip(self._table.rows(problems), self._rows, strict=False) if is_chosen)


def line_span(file: str, line: int, text: str, column: int = 1, end: int | None = None) -> Span:
    """A stretch of a data line, the whole of it by default; the line is kept up to `MAX_SHOWN` characters."""
    shown = text[:MAX_SHOWN]
    if column > MAX_SHOWN:
        column, end = 1, None
    last = len(shown) + 1
    return Span(file, line, column, max(min(end or last, last), column + 1), shown)


def too_wide(source: Source, span: Span) -> Diagnostic:
    """A table of more than `MAX_COLUMNS` columns."""
    message = f"`{source.shown}` has more than {MAX_COLUMNS:,} columns"
    hint = "see whether `separator` is right; or write many numbers as one column, a list of them"
    return Diagnostic("D125", message, span, hint)


def short(value: object, limit: int = 60) -> str:
    """A value as a message shows it, cut at `limit` characters."""
    text = str(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def about_lines(sources: Iterable[Source]) -> int:
    """About how many lines text files have: as many for their sizes as the first part of each has."""
    return sum(map(_about_lines, sources))


def _about_lines(source: Source) -> int:
    try:
        with source.path.open("rb") as file:
            first = file.read(_FIRST_BYTES)
        size = source.path.stat().st_size
    except OSError:  # which the rows are going to say
        return 0
    return round(first.count(b"\n") * size / max(len(first), 1))


def has_rows(table: Table) -> bool:
    """Whether there is any record, be it one that does not fit the columns."""
    problems: list[Diagnostic] = []
    return next(table.rows(problems), None) is not None or bool(problems)
