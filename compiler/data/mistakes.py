"""Values that do not fit what the spec says of their column: one diagnostic a column and mistake."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from specrun.compiler.data.expected import PARTS
from specrun.compiler.data.judges import Mark
from specrun.compiler.data.kinds import PAIRS, as_text, find_boolean
from specrun.compiler.data.moments import ISO_FORMAT, read_moment, usual_formats
from specrun.compiler.data.numbers import read_number
from specrun.compiler.data.table import Cell, Dialect, Row, short
from specrun.compiler.data.tally import Found, Tally
from specrun.compiler.diagnostics import Diagnostic, Label
from specrun.compiler.suggest import did_you_mean, listed

Describe: TypeAlias = Callable[[Tally, Found, Dialect], Diagnostic]

MARKERS = frozenset(
    ["na", "n/a", "#n/a", "null", "#null!", "none", "nan", "-", "--", ".", "?", "missing", "unknown", "#div/0!"]
)
"""Texts that usually stand for a missing value, in lower case."""

SAYS = {
    "number": "a number, says the spec",
    "boolean": "a boolean, says the spec",
    "category": "a category, says the spec",
    "text": "a text, says the spec",
    "sequence": "a sequence, says the spec",
    "set": "a set, says the spec",
    "vector": "a vector, says the spec",
    "datetime": "a datetime, says the spec",
    "image": "an image, says the spec",
    "class": "the target of the classes",
    "labels": "the target of the labels",
    "key": "rows are grouped by this column",
    "time": "rows are ordered by this column",
    "part": "this column names the part of each row",
}
_FILL = {
    "number": "`missing: mean`, `missing: median` or `missing: 0` fills it in",
    "boolean": '`missing: "false"` or `missing: "true"` fills it in',
    "category": "`missing: own` makes it a category of its own",
    "datetime": "`missing: median` fills it in",
    "text": "`missing: empty` makes it an empty text",
    "sequence": "`missing: empty` makes it an empty sequence",
    "set": "`missing: empty` makes it an empty set",
    "vector": "`missing: mean` or `missing: 0` fills it in",
}
_ISO_HINT = "write dates as `2024-01-31` or `2024-01-31T12:30:00`"
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:[,. ][0-9]{3})+", re.ASCII)


def find_mistakes(tally: Tally, dialect: Dialect) -> Iterator[Diagnostic]:
    """The D2xx errors of one column."""
    allowed = {Mark.MISSING} if tally.expected.missing_allowed and not _is_target(tally) else frozenset()
    marks = tuple(_DESCRIBE) if tally.expected.lists is None else (Mark.MISSING,)
    for mark in marks:
        if mark in tally.found and mark not in allowed:
            yield _DESCRIBE[mark](tally, tally.found[mark], dialect)
    if tally.expected.kind == "boolean" and not tally.expected.values and tally.counts:
        yield from _unknown_pair(tally, dialect)


def also(count: int, rows: Sequence[Row], *, counted: bool = False) -> str:
    """How many rows there are of what was said, unless that is `counted` already, and the lines of the next few."""
    if count == 1:
        return ""
    number = "" if counted else f"{count:,} rows"
    if len(rows) == 1:
        return f" ({number})" if number else ""
    first = rows[0].file
    lines = [str(row.line) if row.file == first else f"{row.line} of `{row.file}`" for row in rows[1:]]
    word = "line" if len(lines) == 1 else "lines"
    joined = ", ".join(lines) if count > len(rows) else " and ".join(filter(None, [", ".join(lines[:-1]), lines[-1]]))
    more = f" and {count - len(rows):,} more" if count > len(rows) else ""
    return f" ({number}{', ' * bool(number)}also {word} {joined}{more})"


def _is_target(tally: Tally) -> bool:
    return tally.expected.target or tally.expected.kind == "class"


def quoted(values: Sequence[Cell] | dict[Cell, None]) -> str:
    """Values for a message, the first few of them."""
    return listed([short(as_text(value)) for value in values], limit=4)


def _diagnostic(code: str, message: str, tally: Tally, found: Found, hint: str) -> Diagnostic:
    says = SAYS.get(tally.expected.kind, "the spec names it here")
    if tally.expected.kind == "boolean" and tally.expected.target:
        says = "a label that each row has or has not"
    label = Label(tally.expected.span, says)
    message += also(found.count, found.rows)
    return Diagnostic(code, message, tally.span(found.rows[0]), hint, labels=(label,))


def _missing(tally: Tally, found: Found, _dialect: Dialect) -> Diagnostic:
    column, kind = tally.expected.column, tally.expected.kind
    if _is_target(tally):
        message = f"the target `{column}` has no value"
        return _diagnostic("D206", message, tally, found, "fill in the target, or remove the rows that have none")
    hint = _FILL.get(kind, "fill in the values, or remove the rows that have none")
    return _diagnostic("D204", f"`{column}` has no value", tally, found, hint)


def _no_number(tally: Tally, found: Found, dialect: Dialect) -> Diagnostic:
    several = len(found.values) > 1
    message = f"{quoted(found.values)} in `{tally.expected.column}` {'are no numbers' if several else 'is no number'}"
    return _diagnostic("D201", message, tally, found, _number_hint(tally, found, dialect))


def _number_hint(tally: Tally, found: Found, dialect: Dialect) -> str:
    texts = [as_text(value).strip() for value in found.values]
    other = "," if dialect.decimal == "." else "."
    if all(map(_THOUSANDS.fullmatch, texts)):
        return f'write thousands without a mark, or add `decimal: "{other}"` if this one is the decimal mark'
    if all(read_number(text, other) is not None for text in texts):
        if tally.has_decimals:
            return f"write all the numbers of the file with one decimal mark, `{dialect.decimal}` or `{other}`"
        return f'add `decimal: "{other}"` to `data:`'
    if _are_markers(texts):
        return _missing_hint(texts, dialect)
    if tally.expected.target:
        return "mend the values, or list the target's values in `classes:` if they are names"
    if found.count > tally.known / 2:
        return "if these are names, make the column a `category`"
    return f"mend the values, or {_missing_hint(texts, dialect)} if they stand for missing ones"


def _are_markers(texts: Sequence[str]) -> bool:
    return all(not text or text.lower() in MARKERS for text in texts)


def _missing_hint(texts: Sequence[str], dialect: Dialect) -> str:
    markers = dict.fromkeys([text for text in dialect.missing if text] + [short(text, 20) for text in texts[:4]])
    listing = ", ".join(f'"{marker}"' for marker in markers)
    return f"add `missing: [{listing}]` to `data:`"


def _not_finite(tally: Tally, found: Found, dialect: Dialect) -> Diagnostic:
    texts = [as_text(value) for value in found.values]
    message = f"{quoted(found.values)} in `{tally.expected.column}` {'are' if len(texts) > 1 else 'is'} not finite"
    hint = "give a finite number"
    if _are_markers(texts):
        hint = _missing_hint(texts, dialect)
    return _diagnostic("D202", message, tally, found, hint)


def _unlisted(tally: Tally, found: Found, dialect: Dialect) -> Diagnostic:
    column, kind, values = tally.expected.column, tally.expected.kind, tally.expected.values
    subject, several = f"{quoted(found.values)} in `{column}`", len(found.values) > 1
    first = as_text(next(iter(found.values)))
    if kind == "boolean":
        false, true = (as_text(value) for value in values)
        hint = _near(first, (false, true), _boolean_hint(found.values, dialect))
        return _diagnostic("D203", f"{subject} is neither `{false}` nor `{true}`", tally, found, hint)
    if kind == "part":
        hint = _near(first, PARTS, f"the parts are {listed(PARTS)}")
        return _diagnostic("D207", f"{subject} {'name' if several else 'names'} no part", tally, found, hint)
    hint = _near(first, [as_text(value) for value in values], "add it to `classes:`, or remove the rows that have it")
    message = f"{subject} {'are' if several else 'is'} not among the classes"
    return _diagnostic("D205", message, tally, found, hint)


def _near(text: str, choices: Sequence[str], otherwise: str) -> str:
    if text.strip() in choices and text not in choices:
        return "`strip: true` in `data:` drops the blanks at its ends"
    return did_you_mean(text, choices, otherwise)


def _no_time(tally: Tally, found: Found, dialect: Dialect) -> Diagnostic:
    subject, several = f"{quoted(found.values)} in `{tally.expected.column}`", len(found.values) > 1
    if tally.expected.kind == "time" and tally.expected.format is None:
        return _diagnostic("D208", f"{subject} is neither a number nor an ISO date", tally, found, _ISO_HINT)
    is_none = "are no ISO dates" if several else "is no ISO date"
    if tally.expected.format not in (None, ISO_FORMAT):
        is_none = f"{'are' if several else 'is'} not of the form `{tally.expected.format}`"
    return _diagnostic("D208", f"{subject} {is_none}", tally, found, _datetime_hint(tally, found, dialect))


def _datetime_hint(tally: Tally, found: Found, dialect: Dialect) -> str:
    texts = [as_text(value) for value in found.values]
    if _are_markers(texts):
        return _missing_hint(texts, dialect)
    if tally.expected.format not in (None, ISO_FORMAT) and all(map(read_moment, texts)):
        return "take `format` out: these are ISO dates"
    if all(read_moment(text.strip(), tally.expected.format) for text in texts):
        return "`strip: true` in `data:` drops the blanks at both ends"
    ways = " or ".join(f'`format: "{format}"`' for format in usual_formats(texts))
    if ways and found.count == tally.known:
        return f"say how dates are written: {ways}"
    if ways:
        return "write all the dates of the column in one form"
    return _ISO_HINT if tally.expected.format in (None, ISO_FORMAT) else "mend the values, or write another `format`"


def _other_form(tally: Tally, found: Found, _dialect: Dialect) -> Diagnostic:
    message = f"`{tally.expected.column}` holds both numbers and dates, such as {quoted(tuple(found.values)[:1])}"
    return _diagnostic("D208", message, tally, found, "write all the times in one form")


def _boolean_hint(values: Iterable[Cell], dialect: Dialect) -> str:
    texts = [as_text(value).strip() for value in values]
    return _missing_hint(texts, dialect) if _are_markers(texts) else "mend the values, or make the column a `category`"


def _unknown_pair(tally: Tally, dialect: Dialect) -> Iterator[Diagnostic]:
    """A boolean without `values:` whose texts are no known pair; what is outside the pair of most rows is at fault."""
    if find_boolean(tally.counts) is not None:
        return

    def covered(pair: tuple[str, str]) -> int:
        return sum(count for cell, count in tally.counts.items() if as_text(cell).lower() in pair)

    pair = max(PAIRS, key=covered)
    strange = [cell for cell in tally.counts if as_text(cell).lower() not in pair]
    column, cells = tally.expected.column, strange if covered(pair) and strange else list(tally.counts)
    rows = [tally.first[cell] for cell in cells][:4]
    found = Found(sum(tally.counts[cell] for cell in cells), rows, dict.fromkeys(cells))
    if covered(pair) and strange:
        known = [cell for cell in tally.counts if cell not in strange]
        message = f"{quoted(cells)} in `{column}` {'stand' if len(cells) > 1 else 'stands'} beside {quoted(known)}"
        hint = _boolean_hint(cells, dialect)
    elif not strange:
        message = f"`{column}` writes its two values in several ways: {quoted(cells)}"
        hint = "write them alike in the file"
    else:
        message = f"{quoted(cells)} in `{column}`: not known which is false and which true"
        hint = "give the false and the true text in `values:`, or make the column a `category`"
    if tally.expected.target and not _are_markers([as_text(cell).strip() for cell in cells]):
        hint = "write 0 or 1 in each row, or one pair of texts such as `no` and `yes`"
    yield _diagnostic("D203", message, tally, found, hint)


def _no_file(tally: Tally, found: Found, _dialect: Dialect) -> Diagnostic:
    several = len(found.values) > 1
    message = f"{quoted(found.values)} in `{tally.expected.column}` {'are no files' if several else 'is no file'}"
    hint = "paths are relative to the folder of the data, or to the `folder:` in it that the feature names"
    return _diagnostic("D252", message, tally, found, hint)


def _no_image(tally: Tally, found: Found, _dialect: Dialect) -> Diagnostic:
    several = len(found.values) > 1
    what = "are no images" if several else "is no image"
    message = f"{quoted(found.values)} in `{tally.expected.column}` {what} by the beginning of the file"
    return _diagnostic("D253", message, tally, found, "save it as PNG, JPEG, GIF, BMP or WebP, or remove the row")


_DESCRIBE: dict[Mark, Describe] = {
    Mark.MISSING: _missing,
    Mark.NO_NUMBER: _no_number,
    Mark.NOT_FINITE: _not_finite,
    Mark.UNLISTED: _unlisted,
    Mark.NO_TIME: _no_time,
    Mark.OTHER_FORM: _other_form,
    Mark.NO_FILE: _no_file,
    Mark.NO_IMAGE: _no_image,
}
