"""Source lines with underlines, as they stand in the text rendering of a diagnostic."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from specrun.compiler.diagnostics import Span
from specrun.compiler.render.printable import printable, width

MAX_COLUMNS = 120


@dataclass(frozen=True, slots=True)
class Mark:
    """An underline of a span, drawn with `sign` and followed by `message`."""

    span: Span
    sign: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Underline:
    """Where a mark comes to stand: `indent` and `length` in terminal columns."""

    mark: Mark
    indent: int
    length: int


@dataclass(frozen=True, slots=True)
class Line:
    """One source line as shown, and its underlines in the order in which they are drawn."""

    number: int
    shown: str
    underlines: tuple[Underline, ...]


def excerpt(marks: Sequence[Mark]) -> list[Line]:
    """The source lines of marks in one file, from the top; a line with several marks stands there once."""
    by_number: dict[int, list[Mark]] = {}
    for mark in marks:
        by_number.setdefault(mark.span.line, []).append(mark)
    return [_line(number, by_number[number]) for number in sorted(by_number)]


def _line(number: int, marks: Sequence[Mark]) -> Line:
    text = marks[0].span.text
    start, stop = _window(text, marks[0].span)
    left = "…" if start > 0 else ""
    right = "…" if stop < len(text) else ""
    cells = [left, *map(_cell, text[start:stop]), right]
    columns = [0, *accumulate(map(width, cells))]

    def place(mark: Mark) -> Underline:
        # What the window leaves out is underlined at the `…` that stands for it.
        first, last = (
            min(max(column - 1, start - len(left)), stop) - start + 1 for column in (mark.span.column, mark.span.end)
        )
        return Underline(mark, columns[first], max(columns[last] - columns[first], 1))

    return Line(number, "".join(cells), tuple(place(mark) for mark in marks))


def _window(text: str, span: Span) -> tuple[int, int]:
    """The part of `text` to show, as start and stop: all of it, or what fits around the span with a `…` at each end."""
    # Of a line of megabytes only this neighbourhood is measured.
    first = min(max(span.column - 1, 0), len(text))
    near = max(0, first - MAX_COLUMNS)
    columns = [0, *accumulate(width(_cell(c)) for c in text[near : near + 3 * MAX_COLUMNS])]
    if near == 0 and len(columns) - 1 == len(text) and columns[-1] <= MAX_COLUMNS:
        return 0, len(text)
    room = MAX_COLUMNS - 2
    from_column = columns[first - near]
    to_column = columns[min(max(span.end - 1, first) - near, len(columns) - 1)]
    margin = max(0, room - max(to_column - from_column, 1)) // 2
    left = max(0, min(from_column - margin, columns[-1] - room))
    return near + bisect_left(columns, left), near + bisect_right(columns, left + room) - 1


def _cell(character: str) -> str:
    return " " if character == "\t" else printable(character)
