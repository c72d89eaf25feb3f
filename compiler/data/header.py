"""Opening CSV files: the names of their columns, and whether the dialect fits what the first line shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from specrun.compiler.data.csv_columns import CsvColumns
from specrun.compiler.data.csv_table import CsvTable, Record, cell_span, first_record
from specrun.compiler.data.lines import UnreadableError
from specrun.compiler.data.numbers import read_number
from specrun.compiler.data.table import MAX_COLUMNS, Dialect, Source, Table, has_rows, line_span, short, too_wide
from specrun.compiler.diagnostics import Diagnostic, Label, Span
from specrun.compiler.suggest import listed

_MOST_PROBLEMS = 100
_SEPARATORS = (";", "\t", "|", ",")


def open_csv(dialect: Dialect, sources: Sequence[Source], span: Span) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    """The table of the files, or what is wrong with their first lines."""
    problems: list[Diagnostic] = []
    heads: list[tuple[Source, Record]] = []
    for source in sources:
        try:
            record = first_record(source, dialect)
        except UnreadableError as problem:
            problems.append(problem.diagnostic)
            continue
        if record is None:
            message = f"`{source.shown}` holds nothing but blank lines"
            problems.append(Diagnostic("D106", message, span, "see whether the file was written to its end"))
        elif len(record.cells) > MAX_COLUMNS:
            problems.append(too_wide(source, span))
        else:
            heads.append((source, record))
    if heads:
        problems += _check_columns(dialect, heads[0], span) if dialect.columns else _check_headers(dialect, heads)
    if problems:
        return None, tuple(problems)
    names = dialect.columns or heads[0][1].cells
    kind = CsvColumns if CsvColumns.holds(dialect, sources, len(names)) else CsvTable
    table = kind(dialect, sources, names)
    if not has_rows(table):
        return None, (_no_rows(sources, span),)
    return table, ()


def _no_rows(sources: Sequence[Source], span: Span) -> Diagnostic:
    message = f"{listed(source.shown for source in sources)} has a header and no rows"
    return Diagnostic("D107", message, span, "add rows; if the first line is a row, name the columns in `columns:`")


def _check_headers(dialect: Dialect, heads: Sequence[tuple[Source, Record]]) -> list[Diagnostic]:
    source, header = heads[0]
    separator = _other_separator(header.text) if len(header.cells) == 1 else None
    if separator is not None:
        message = f"the header of `{source.shown}` is one column, `{short(header.cells[0])}`"
        return [Diagnostic("D113", message, line_span(source.shown, header.line, header.text), _separator(separator))]
    return [*islice(_check_names(dialect, source, header), _MOST_PROBLEMS), *_differing(dialect, heads)]


def _other_separator(text: str) -> str | None:
    """The separator that parts the line into most cells; None where no other one is in it."""
    best = max(_SEPARATORS, key=text.count)
    return best if best in text else None


def _separator(separator: str) -> str:
    shown = "\\t" if separator == "\t" else separator
    return f'did you mean `separator: "{shown}"`?'


def _check_names(dialect: Dialect, source: Source, header: Record) -> Iterator[Diagnostic]:
    first: dict[str, int] = {}
    looks_like_a_row = all(read_number(name) is not None for name in header.cells)
    for index, name in enumerate(header.cells):
        if name.strip() and name not in first:
            first[name] = index
            continue
        span = cell_span(dialect, source.shown, header.line, header.text, index)
        if not name.strip():
            message = f"column {index + 1} of `{source.shown}` has no name"
            yield Diagnostic("D111", message, span, _nameless_hint(index, header))
        else:
            message = f"`{source.shown}` has two columns `{short(name)}`"
            hint = "name the columns in `columns:`, as the first line seems to be a row"
            if not looks_like_a_row:
                hint = "rename one of them in the file"
            place = cell_span(dialect, source.shown, header.line, header.text, first[name])
            yield Diagnostic("D110", message, span, hint, labels=(Label(place, "the first of that name"),))


def _nameless_hint(index: int, header: Record) -> str:
    if index == 0:
        return "name it, or leave the index out when writing the file (`index=False` in pandas)"
    if index == len(header.cells) - 1:
        return "name it, or remove the separator at the end of each line"
    return "give the column a name in the file"


def _differing(dialect: Dialect, heads: Sequence[tuple[Source, Record]]) -> Iterator[Diagnostic]:
    (first, header), others = heads[0], heads[1:]
    place = line_span(first.shown, header.line, header.text)
    for source, other in others:
        if other.cells == header.cells:
            continue
        pairs = enumerate(zip(header.cells, other.cells, strict=False))
        index = next((i for i, (a, b) in pairs if a != b), min(len(header.cells), len(other.cells)))
        expected = f"`{short(header.cells[index])}`" if index < len(header.cells) else "no more columns"
        got = f"`{short(other.cells[index])}`" if index < len(other.cells) else "no more columns"
        message = f"column {index + 1} of `{source.shown}` is {got}, and of `{first.shown}` {expected}"
        span = cell_span(dialect, source.shown, other.line, other.text, index)
        hint = "give all the files the same columns in the same order"
        yield Diagnostic("D116", message, span, hint, labels=(Label(place, "the first file's header"),))


def _check_columns(dialect: Dialect, head: tuple[Source, Record], span: Span) -> Iterator[Diagnostic]:
    """`columns:` against the first row of a file that has no header."""
    (source, row), names = head, dialect.columns
    place = Label(line_span(source.shown, row.line, row.text), "the first row")
    twice = tuple(name for name, count in Counter(names).items() if count > 1)
    if twice:
        message = f"`columns:` names {listed(twice)} twice"
        yield Diagnostic("D110", message, span, "give each column a name of its own")
    if tuple(row.cells) == names:
        message = f"the first line of `{source.shown}` holds the names of `columns:`"
        yield Diagnostic("D115", message, span, "remove `columns:`, as the file has a header", labels=(place,))
    elif len(row.cells) != len(names):
        message = f"`columns:` has {len(names)} names, and `{source.shown}` {len(row.cells)} columns"
        fits = next((s for s in _SEPARATORS if row.text.count(s) == len(names) - 1 > 0), None)
        hint = _separator(fits) if fits else "name every column of the file, in order"
        yield Diagnostic("D115", message, span, hint, labels=(place,))
