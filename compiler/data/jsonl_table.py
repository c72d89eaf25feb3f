"""JSON Lines: one object a line, its values plain or lists of plain ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import islice
from typing import NoReturn

from specrun.compiler.data.few import EnoughError, FirstFew
from specrun.compiler.data.lines import UnreadableError, opened
from specrun.compiler.data.table import (
    MAX_COLUMNS,
    Cell,
    Column,
    Dialect,
    Item,
    Row,
    Source,
    Table,
    about_lines,
    line_span,
    short,
    too_wide,
)
from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.suggest import did_you_mean

_COLUMN_ROWS = 1000
_PHYSICAL = (({bool}, "boolean"), ({int}, "integer"), ({int, float}, "number"))


class _FaultError(Exception):
    """What is wrong with one line, before it is known where that line stands."""

    def __init__(self, code: str, message: str, hint: str, column: int | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.column = code, message, hint, column

    def at(self, shown: str, line: int, text: str) -> Diagnostic:
        end = None if self.column is None else self.column + 1
        return Diagnostic(self.code, self.message, line_span(shown, line, text, self.column or 1, end), self.hint)


class JsonLinesTable(Table):
    """The rows of JSON Lines files.

    The columns are the keys of the first 1,000 objects, and of lists where the first value is one. A key that is left
    out of an object is a missing value.
    """

    def __init__(self, dialect: Dialect, sources: Sequence[Source], columns: tuple[Column, ...]) -> None:
        super().__init__(columns)
        self._dialect = dialect
        self._sources = tuple(sources)

    def about(self) -> int:
        """See Table."""
        return about_lines(self._sources)

    def rows(self, problems: list[Diagnostic] | None = None) -> Generator[Row, None, None]:
        """The objects that have no other keys than the columns, in the columns' order; lists as tuples."""
        names = [column.name for column in self.columns]
        lists = {column.name for column in self.columns if column.physical == "list"}
        known = set(names)
        found: list[Diagnostic] = [] if problems is None else problems
        few = FirstFew(found)
        try:
            for file, line, text, record in _records(self._dialect, self._sources, found, few):
                fault = _unfit(record, names, known, lists)
                if fault is None:
                    yield Row(file, line, tuple(map(record.get, names)), text)
                else:
                    few.add(fault.at(file, line, text))
        except EnoughError:
            pass
        finally:
            few.close()


def open_jsonl(dialect: Dialect, sources: Sequence[Source], span: Span) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    """The table of the files, or what is wrong with their first lines."""
    problems: list[Diagnostic] = []
    few = FirstFew(problems)
    types: dict[str, dict[type, None]] = {}  # in the order in which they are met
    try:
        for _, _, _, record in islice(_records(dialect, sources, problems, few), _COLUMN_ROWS):
            for key, value in record.items():
                types.setdefault(key, {})[type(value)] = None
            if len(types) > MAX_COLUMNS:
                return None, (too_wide(sources[0], span),)
    except EnoughError:
        pass
    few.close()
    if types:
        return JsonLinesTable(dialect, sources, tuple(Column(key, _physical(t)) for key, t in types.items())), ()
    message = f"`{sources[0].shown}` has no rows"
    return None, tuple(problems) or (Diagnostic("D107", message, span, "write one JSON object a line"),)


def _physical(types: Iterable[type]) -> str:
    known = [type_ for type_ in types if type_ is not type(None)]
    if known[:1] == [tuple]:
        return "list"
    return next((name for allowed, name in _PHYSICAL if known and allowed.issuperset(known)), "text")


def _records(
    dialect: Dialect, sources: Sequence[Source], problems: list[Diagnostic], few: FirstFew
) -> Iterator[tuple[str, int, str, dict[str, Cell]]]:
    """File, line number, line and object of each line that holds an object of plain values and lists of them."""
    for source in sources:
        try:
            with opened(source, dialect.encoding) as lines:
                for line in lines:
                    lines.start_record()
                    text = line.rstrip("\r\n")
                    if not text.strip():
                        continue
                    try:
                        yield source.shown, lines.number, text, _parse(text)
                    except _FaultError as fault:
                        few.add(fault.at(source.shown, lines.number, text))
        except UnreadableError as problem:
            problems.append(problem.diagnostic)


def _parse(text: str) -> dict[str, Cell]:
    try:
        record = json.loads(text, parse_constant=_refuse, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        column = min(error.colno, len(text))
        raise _FaultError("D117", f"no JSON: {_lower(error.msg)}", "write one JSON object a line", column) from None
    except RecursionError:
        raise _FaultError("D119", "the values are nested too deeply", "write flat objects, one a line") from None
    except ValueError:
        raise _FaultError("D117", "a number has too many digits", "shorten the number, or put it in quotes") from None
    if not isinstance(record, dict):
        what = "a list" if isinstance(record, list) else f"`{short(record)}`"
        raise _FaultError("D118", f"the line holds {what}, not an object", 'write `{"column": value, …}` in each line')
    types = set(map(type, record.values()))
    if dict in types:
        key = next(key for key, value in record.items() if type(value) is dict)
        hint = "write each part as a key of its own, such as `size_width`"
        raise _FaultError("D119", f"the value of `{short(key)}` is an object", hint)
    if list in types:
        return {key: _as_tuple(key, value) if type(value) is list else value for key, value in record.items()}
    return record


def _as_tuple(key: str, values: list[Item | list[object] | dict[str, object]]) -> tuple[Item, ...]:
    plain = tuple(value for value in values if not isinstance(value, list | dict))
    if len(plain) < len(values):
        hint = "write lists of texts or numbers alone"
        raise _FaultError("D119", f"the list of `{short(key)}` holds a list or an object", hint)
    return plain


def _unfit(record: dict[str, Cell], names: list[str], known: set[str], lists: set[str]) -> _FaultError | None:
    """What is wrong with an object whose keys or values are not those of the columns."""
    if not record.keys() <= known:
        return _unknown_key(record, names)
    if not lists and tuple not in map(type, record.values()):
        return None
    for key, value in record.items():
        if value is not None and isinstance(value, tuple) is not (key in lists):
            is_list, is_one = ("a list", "none") if isinstance(value, tuple) else ("no list", "one")
            message = f"the value of `{short(key)}` is {is_list}, and the first of its values is {is_one}"
            return _FaultError("D119", message, "write a list in each line, `[…]`, or in none")
    return None


def _refuse(constant: str) -> NoReturn:
    raise _FaultError("D117", f"`{constant}` is no JSON value", "write `null` for a missing value")


def _unique(pairs: list[tuple[str, Cell]]) -> dict[str, Cell]:
    record = dict(pairs)
    if len(record) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise _FaultError("D110", f"the key `{short(twice)}` stands twice in one object", "keep one of the two")
    return record


def _unknown_key(record: dict[str, Cell], names: list[str]) -> _FaultError:
    key = next(key for key in record if key not in names)
    hint = did_you_mean(key, names, "give an early line that key, with `null` where it has no value")
    return _FaultError("D112", f"the first {_COLUMN_ROWS:,} lines have no key `{short(key)}`", hint)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
