"""What a spec says of a column, and what a scan of the data found out about it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path

from specrun.compiler.data.lists import Lists
from specrun.compiler.data.table import Cell
from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.expressions import Scalar

PARTS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the spec expects of a column, and where it says so.

    `kind` is "number", "boolean", "category", "text", "datetime" (in a `format` of `strptime`, or in ISO form), "class"
    (the target of a classification), "labels" (several of the classes in one cell),
    "key" (rows are grouped by it), "time" or "part". `values` are the listed classes, or a boolean's false and true
    text; empty where the data decides. `target` is true for what the network predicts, be it a class or a number.
    `lists` says what the cells hold that are lists: those of a "sequence", a "set", a
    "vector" or of "labels". An "image" is a path
    that is relative to `folder`.
    """

    column: str
    kind: str
    span: Span
    missing_allowed: bool = True
    values: tuple[Scalar, ...] = ()
    target: bool = False
    format: str | None = None
    lists: Lists | None = None
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What a scan found in one column.

    `values` are the different values that are not missing, in the order in which they first stand, up to
    `specrun.compiler.data.tally.MAX_DISTINCT`, and `distinct` is their number (None beyond); columns of numbers, times
    and lists have neither, but `distinct` is the number of labels of a set. `booleans` are the false and the true text
    of a boolean, where they are known. `finest` is what tells datetimes apart: a "month", a "day" or a "time" of the
    day.
    """

    column: str
    kind: str
    missing: int
    values: tuple[Cell, ...] = ()
    distinct: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    booleans: tuple[str, str] | None = None
    finest: str | None = None


def with_more(one: ColumnFacts, other: ColumnFacts) -> ColumnFacts:
    """What two kinds of looking found in one column."""
    left = {field.name: value for field in fields(other) if not (value := getattr(one, field.name))}
    return replace(one, **{name: getattr(other, name) for name in left})


@dataclass(frozen=True, slots=True)
class Scan:
    """What came of reading the rows; `complete` is false where a limit ended the scan before the data did."""

    diagnostics: tuple[Diagnostic, ...]
    rows: int
    complete: bool
    columns: tuple[ColumnFacts, ...]
