"""Counting one column while its rows stream by: each different value is examined once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from specrun.compiler.data.batch import BATCH_ROWS, KEPT_VALUES, Batch, Cells
from specrun.compiler.data.expected import ColumnFacts, Expected
from specrun.compiler.data.judges import (
    DatetimeJudge,
    ListJudge,
    Mark,
    Marks,
    NumberJudge,
    TimeJudge,
    judge_for,
    no_marks,
)
from specrun.compiler.data.kinds import as_text, find_boolean
from specrun.compiler.data.table import Cell, Dialect, Row, Table
from specrun.compiler.diagnostics import Span

MAX_DISTINCT = 20_000
"""Different values of one column that are counted and of which the first row is kept."""

_MAX_CACHED = 100_000
_KEPT_ROWS = 4


@dataclass(slots=True)
class Found:
    """Where a mark was met: the number of rows, the first of them, and the first different values."""

    count: int = 0
    rows: list[Row] = field(default_factory=list)
    values: dict[Cell, None] = field(default_factory=dict)

    def add(self, cells: Sequence[Cell], column: Cells, batch: Batch, index: int) -> None:
        """Count the rows of a batch that have one of the cells, and keep the first of both."""
        self.count += sum(column.counts[cell] for cell in cells)
        if len(self.rows) < _KEPT_ROWS:
            numbers = column.rows_of(frozenset(cells), _KEPT_ROWS - len(self.rows))
            self.rows += [batch.row(number, index) for number in numbers]
        for cell in cells:
            if len(self.values) == KEPT_VALUES:
                break
            self.values[cell] = None


class Tally:
    """What is met in one column.

    `counts` and `first` hold the number of rows and the first row of each different value that is not missing, for
    kinds that are texts; of kind "text", whose values no message shows, there are no rows. They stop taking up values
    at `MAX_DISTINCT`.
    """

    def __init__(self, table: Table, index: int, expected: Expected, dialect: Dialect) -> None:
        self.expected = expected
        self.rows = 0
        self.found: dict[Mark, Found] = {}
        self.counts: dict[Cell, int] = {}
        self.first: dict[Cell, Row] = {}
        self._table, self._index = table, index
        # A row may well have no label at all.
        self._missing = frozenset(dialect.missing) - ({""} if expected.kind == "labels" else set())
        self._decimal = dialect.decimal
        self._judge = judge_for(expected, dialect.decimal)
        self._marks: dict[Cell, Marks] = {}
        self._full_after: int | None = None
        self._counts_values = expected.lists is None and expected.kind not in ("number", "time", "datetime")

    def add(self, batch: Batch) -> None:
        """Take up the next rows."""
        column = self._looked_at(batch.column(self._index))
        here = column.counts if self._counts_values else column.different
        marked = {cell: marks for cell in here if (marks := self._marks_of(cell))}
        cells: dict[Mark, list[Cell]] = {}
        for cell, marks in marked.items():
            for mark in marks:
                cells.setdefault(mark, []).append(cell)
        for mark in cells:
            self.found.setdefault(mark, Found()).add(cells[mark], column, batch, self._index)
        if self._counts_values:
            self._count({*cells.get(Mark.MISSING, ()), *cells.get(Mark.LIST, ())}, column, batch)
        self.rows += len(batch)

    def count(self, mark: Mark) -> int:
        """The number of rows with a mark."""
        return self.found[mark].count if mark in self.found else 0

    @property
    def known(self) -> int:
        """The number of rows whose value is not missing."""
        return self.rows - self.count(Mark.MISSING)

    @property
    def rows_until_full(self) -> int | None:
        """After how many rows no more values were taken up, in whole batches of `BATCH_ROWS`; None if never."""
        if self._full_after is None:
            return None
        return min(-(-self._full_after // BATCH_ROWS) * BATCH_ROWS, self.rows)

    def span(self, row: Row) -> Span:
        """Where a row's cell of this column stands."""
        return self._table.span(row, self._index)

    def facts(self) -> ColumnFacts:
        """What is kept of the column when the scan is over."""
        kind, values = self.expected.kind, tuple(sorted(self.labels) if self.expected.kind == "labels" else self.counts)
        booleans = None
        if kind == "boolean" and self.expected.values:
            booleans = (as_text(self.expected.values[0]), as_text(self.expected.values[1]))
        elif kind == "boolean":
            booleans = find_boolean(values)
        return ColumnFacts(
            self.expected.column,
            kind,
            self.count(Mark.MISSING),
            values,
            self._distinct(),
            *self.range(),
            booleans,
            self._judge.finest if isinstance(self._judge, DatetimeJudge) else None,
        )

    @property
    def labels(self) -> frozenset[str]:
        """The different labels of a set, or of labels to be predicted."""
        if not isinstance(self._judge, ListJudge) or self.expected.kind not in ("set", "labels"):
            return frozenset()
        return frozenset(self._judge.labels - {""})

    def _distinct(self) -> int | None:
        if self.expected.kind in ("set", "labels"):
            return len(self.labels)
        return len(self.counts) if self._counts_values and self.rows_until_full is None else None

    def range(self) -> tuple[float | None, float | None]:
        """The smallest and the largest number, finite but for a time; None and None where there is none."""
        judge = self._judge
        if not isinstance(judge, NumberJudge | TimeJudge) or judge.minimum > judge.maximum:
            return None, None
        return judge.minimum, judge.maximum

    @property
    def has_decimals(self) -> bool:
        """Whether some number is written with the decimal mark."""
        return isinstance(self._judge, NumberJudge) and self._judge.has_decimals

    def _looked_at(self, column: Cells) -> Cells:
        """The cells of a column of which there may be something to say or to count."""
        if isinstance(self._judge, NumberJudge):
            return column.as_numbers(self._decimal, self._missing)
        if self._judge is no_marks and self._full_after is not None:
            counted = () if self.expected.kind == "text" else self.counts
            return column.only((None, *self._missing, *counted))
        return column

    def _marks_of(self, cell: Cell) -> Marks:
        if len(self._marks) > _MAX_CACHED:
            self._marks.clear()
        marks = self._marks.get(cell)
        if marks is None:
            if cell is None or cell in self._missing:
                marks = (Mark.MISSING,)
            elif isinstance(cell, tuple) and self.expected.lists is None:
                marks = (Mark.LIST,)
            else:
                marks = self._judge(cell)
            self._marks[cell] = marks
        return marks

    def _count(self, no_values: Collection[Cell], column: Cells, batch: Batch) -> None:
        fresh = [cell for cell in column.counts if cell not in self.counts and cell not in no_values]
        if fresh and self._full_after is None:
            first = column.first()
            for cell in fresh[: MAX_DISTINCT - len(self.counts)]:
                self.counts[cell] = 0
                if self.expected.kind != "text":
                    self.first[cell] = batch.row(first[cell], self._index)
            if len(self.counts) == MAX_DISTINCT:
                self._full_after = self.rows + first[next(reversed(self.counts))] + 1
        for cell, count in column.counts.items():
            if cell in self.counts:
                self.counts[cell] += count
