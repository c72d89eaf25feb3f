"""Holding the values of a table against what a spec says of its columns, in one pass over the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from specrun.compiler.data.doubts import find_doubts
from specrun.compiler.data.expected import Expected, Scan
from specrun.compiler.data.list_mistakes import find_list_mistakes
from specrun.compiler.data.mistakes import find_mistakes
from specrun.compiler.data.table import Cell, Dialect, Row, Table
from specrun.compiler.data.tally import Tally
from specrun.compiler.diagnostics import Diagnostic

_BATCH_ROWS = 4096


def scan(
    table: Table,
    dialect: Dialect,
    expected: Sequence[Expected],
    limit: int | None = None,
    *,
    decimal_found: bool = False,
) -> Scan:
    """Read the rows, or the first `limit` of them, and say what does not fit.

    Columns that the table does not have are passed over. `decimal_found` says that the decimal comma was found in the
    data rather than declared. The diagnostics are errors of the file's structure and of its values, then warnings.
    """
    tallies = [
        (index, Tally(table, index, wanted, dialect))
        for wanted in expected
        if (index := table.index(wanted.column)) is not None
    ]
    problems: list[Diagnostic] = []
    rows = table.rows(problems)
    count = 0
    for batch in _batches(rows, limit):
        count += len(batch)
        columns = list(zip(*(row.cells for row in batch), strict=True))
        for index, tally in tallies:
            tally.add(batch, columns[index] if dialect.format == "csv" else _without_booleans(columns[index]))
    complete = next(rows, None) is None
    rows.close()
    for _, tally in tallies:
        problems += find_mistakes(tally, dialect)
        problems += find_list_mistakes(tally, dialect)
    if count:
        for _, tally in tallies:
            problems += find_doubts(tally, dialect, complete=complete, decimal_found=decimal_found)
    return Scan(tuple(dict.fromkeys(problems)), count, complete, tuple(tally.facts() for _, tally in tallies))


def _batches(rows: Iterator[Row], limit: int | None) -> Iterator[list[Row]]:
    bounded = islice(rows, limit)
    while batch := list(islice(bounded, _BATCH_ROWS)):
        yield batch


def _without_booleans(column: Sequence[Cell]) -> Sequence[Cell]:
    """A column with booleans as texts, since to Python `True` and `1` are the same key."""
    if bool not in set(map(type, column)):
        return column
    return [str(cell) if isinstance(cell, bool) else cell for cell in column]
