"""Holding the values of a table against what a spec says of its columns, in one pass over the rows."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from specrun.compiler.data.batch import Batch, BatchTable, Damaged, row_batches
from specrun.compiler.data.doubts import find_doubts
from specrun.compiler.data.expected import Expected, Scan
from specrun.compiler.data.list_mistakes import find_list_mistakes
from specrun.compiler.data.mistakes import find_mistakes
from specrun.compiler.data.table import Dialect, Table
from specrun.compiler.data.tally import Tally
from specrun.compiler.diagnostics import Diagnostic


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
    problems: list[Diagnostic] = []
    tallies, rows, complete = _tally(table, dialect, expected, limit, problems)
    for tally in tallies:
        problems += find_mistakes(tally, dialect)
        problems += find_list_mistakes(tally, dialect)
    if rows:
        for tally in tallies:
            problems += find_doubts(tally, dialect, complete=complete, decimal_found=decimal_found)
    return Scan(tuple(dict.fromkeys(problems)), rows, complete, tuple(tally.facts() for tally in tallies))


def _tally(
    table: Table, dialect: Dialect, expected: Sequence[Expected], limit: int | None, problems: list[Diagnostic]
) -> tuple[list[Tally], int, bool]:
    """The columns, the number of rows, and whether these are all."""
    wanted = [(index, one) for one in expected if (index := table.index(one.column)) is not None]
    if isinstance(table, BatchTable) and table.pays(limit):
        tallies = [Tally(table, index, one, dialect) for index, one in wanted]
        try:
            return tallies, *_add(tallies, table.batches({index for index, _ in wanted}, limit), limit)
        except Damaged:
            pass  # row by row, all that stands before the damage is read
    tallies = [Tally(table, index, one, dialect) for index, one in wanted]
    return tallies, *_add(tallies, row_batches(table, limit, problems, all_texts=dialect.format == "csv"), limit)


def _add(tallies: Sequence[Tally], batches: Generator[Batch, None, None], limit: int | None) -> tuple[int, bool]:
    count, complete = 0, True
    for batch in batches:
        if count == limit:
            complete = False
            break
        for tally in tallies:
            tally.add(batch)
        count += len(batch)
    batches.close()
    return count, complete
