"""Lists that do not hold what the spec says of their column, or that should be none: one diagnostic a mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from specrun.compiler.data.judges import Mark
from specrun.compiler.data.kinds import as_text
from specrun.compiler.data.lists import Lists
from specrun.compiler.data.mistakes import SAYS, also, quoted
from specrun.compiler.data.numbers import number_of
from specrun.compiler.data.table import Cell, Dialect, Item, short
from specrun.compiler.data.tally import Found, Tally
from specrun.compiler.diagnostics import Diagnostic, Label
from specrun.compiler.suggest import did_you_mean


def find_list_mistakes(tally: Tally, dialect: Dialect) -> Iterator[Diagnostic]:
    """The errors of a column that are about lists."""
    lists = tally.expected.lists
    if lists is None:
        if Mark.LIST in tally.found:
            yield _list(tally, tally.found[Mark.LIST])
        return
    if Mark.UNLISTED in tally.found:
        unlisted = tally.found[Mark.UNLISTED]
        code, message, hint = _unlisted(tally, lists, unlisted)
        yield _diagnostic(code, message, tally, unlisted, hint)
    if tally.count(Mark.WRITTEN_LIST) == tally.known > 0:
        yield _written(tally, tally.found[Mark.WRITTEN_LIST])
        return
    for mark, describe in _DESCRIBE.items():
        if mark in tally.found:
            code, message, hint = describe(tally.expected.column, lists, tally.found[mark], dialect)
            yield _diagnostic(code, message, tally, tally.found[mark], hint)


def _diagnostic(code: str, message: str, tally: Tally, found: Found, hint: str) -> Diagnostic:
    label = Label(tally.expected.span, SAYS.get(tally.expected.kind, "the spec names it here"))
    return Diagnostic(code, message + also(found.count, found.rows), tally.span(found.rows[0]), hint, labels=(label,))


def _list(tally: Tally, found: Found) -> Diagnostic:
    cell = next(iter(found.values))
    message = f"`{short(_as_list(cell))}` in `{tally.expected.column}` is a list"
    hint = "take a kind that takes lists: `sequence`, `set` or `vector`"
    if tally.expected.kind not in ("number", "boolean", "category", "text", "datetime") or tally.expected.target:
        hint = "write one value in each cell"
    if tally.expected.kind == "class":
        hint += ", or `type: labels` if a row has any number of the classes"
    return _diagnostic("D119", message, tally, found, hint)


def _written(tally: Tally, found: Found) -> Diagnostic:
    cell = as_text(next(iter(found.values)))
    message = f"`{tally.expected.column}` holds lists as a program writes them, such as `{short(cell, 40)}`"
    hint = "write the items alone, with blanks or the `separator:` between them, or the table as JSON Lines or Parquet"
    return _diagnostic("D212", message, tally, found, hint)


def _null(column: str, _lists: Lists, _found: Found, _dialect: Dialect) -> tuple[str, str, str]:
    return "D211", f"a list in `{column}` holds a null", "leave the null out of the list, or write a value for it"


def _no_number(column: str, lists: Lists, found: Found, dialect: Dialect) -> tuple[str, str, str]:
    items = _items(lists.strange, found.values, dialect)
    is_none = "are no numbers" if len(items) > 1 else "is no number"
    return "D201", f"{quoted(items)} in `{column}` {is_none}", _number_hint(lists, items, dialect)


def _number_hint(lists: Lists, items: tuple[Item, ...], dialect: Dialect) -> str:
    texts = [as_text(item) for item in items]
    other = "," if dialect.decimal == "." else "."
    if all(number_of(text, other) is not None for text in texts):
        return f'add `decimal: "{other}"` to `data:`'
    apart = next((mark for mark in ("|", ";", ",", "/") if all(_are_numbers(text.split(mark)) for text in texts)), None)
    if apart is not None and apart != lists.separator:
        return f'write `separator: "{apart}"`'
    if lists.size is None:
        return "mend the values, or take `of: number` out if these are names"
    return "mend the values"


def _are_numbers(parts: list[str]) -> bool:
    return len(parts) > 1 and all(number_of(part, ".") is not None for part in parts)


def _not_finite(column: str, lists: Lists, found: Found, dialect: Dialect) -> tuple[str, str, str]:
    items = _items(lists.endless, found.values, dialect)
    is_not = "are not finite" if len(items) > 1 else "is not finite"
    return "D202", f"{quoted(items)} in `{column}` {is_not}", "give a finite number"


def _other_length(column: str, lists: Lists, found: Found, _dialect: Dialect) -> tuple[str, str, str]:
    cell = next(iter(found.values))
    count = len(lists.items(cell))
    lengths = {len(lists.items(other)) for other in found.values}
    message = f"`{short(_as_list(cell))}` in `{column}` has {count} number{'s' * (count != 1)} and not {lists.size}"
    hint = "mend the cell, or take a kind that takes lists of any length: `sequence`"
    if len(found.values) > 1 and len(lengths) == 1 and count > 1:
        hint = f"write `size: {count}` if that is their length"
    return "D210", message, hint


def _unlisted(tally: Tally, lists: Lists, found: Found) -> tuple[str, str, str]:
    classes = [str(label) for label in tally.expected.values]
    labels = dict.fromkeys(label for cell in found.values for label in map(str, lists.items(cell)) if label)
    strange = [label for label in labels if label not in classes]
    is_not = "are not" if len(strange) > 1 else "is not"
    message = f"{quoted(strange)} in `{tally.expected.column}` {is_not} among the classes"
    return "D205", message, _label_hint(strange[0], classes, lists, found)


def _label_hint(label: str, classes: list[str], lists: Lists, found: Found) -> str:
    separators = (mark for mark in ("|", ";", ",", "/", " ", ", ", "; ", " | ") if mark != lists.separator)
    texts = [cell for cell in found.values if isinstance(cell, str)]
    fitting = (mark for mark in separators if all(set(text.split(mark)) <= {"", *classes} for text in texts))
    apart = next(fitting, None) if texts else None
    if apart is not None:
        return f'write `separator: "{apart}"`'
    return did_you_mean(label, classes, "add it to `classes:`, or take it out of the rows that have it")


def _as_list(cell: Cell) -> str:
    return f"[{', '.join(map(as_text, cell))}]" if isinstance(cell, tuple) else as_text(cell)


def _items(pick: Callable[[Cell, str], tuple[Item, ...]], cells: Iterable[Cell], dialect: Dialect) -> tuple[Item, ...]:
    """What is wrong within the cells, each once."""
    return tuple(dict.fromkeys(item for cell in cells for item in pick(cell, dialect.decimal)))


_DESCRIBE: dict[Mark, Callable[[str, Lists, Found, Dialect], tuple[str, str, str]]] = {
    Mark.NULL_WITHIN: _null,
    Mark.NO_NUMBER_WITHIN: _no_number,
    Mark.NOT_FINITE_WITHIN: _not_finite,
    Mark.OTHER_LENGTH: _other_length,
}
