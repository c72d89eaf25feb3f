"""The objects of Keras: tables of their names, and of the options of layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from specrun.compiler.catalogue import FAMILIES, REQUIRED, Argument, Entry, unavailable
from specrun.compiler.reference.words import plain, takes
from specrun.compiler.suggest import listed

_NEARLY_ALL = 0.9
"""Options that so many layers have are told once."""


def family(name: str) -> Iterator[str]:
    """The lines about a family: what can be named, and what cannot."""
    entries = tuple(FAMILIES[name].values())
    yield f"## {name}"
    if name == "layers":
        yield from _layers(entries)
    else:
        yield from table(("name", "what it is", "options"), ((f"`{e.name}`", e.doc, _options(e)) for e in entries))
    refused = sorted(unavailable[name].items())
    if refused:
        yield "A spec cannot name these:"
        yield from table(("name", "since"), ((f"`{word}`", reason) for word, reason in refused))


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table of Markdown."""
    names = tuple(head)
    yield "\n".join([_row(names), _row("---" for _ in names), *map(_row, rows)])


def _row(cells: Iterable[str]) -> str:
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def _options(entry: Entry) -> str:
    """The options of an entry with their defaults; the first is the one that a shorthand gives."""
    return ", ".join(
        f"`{a.name}`" if a.default is REQUIRED else f"`{a.name}: {plain(a.default)}`" for a in entry.arguments
    )


def _layers(entries: tuple[Entry, ...]) -> Iterator[str]:
    counted = Counter(argument for entry in entries for argument in entry.arguments)
    shared = [argument for argument, count in counted.items() if count > _NEARLY_ALL * len(entries)]
    for argument in shared:
        without = listed(entry.name for entry in entries if argument not in entry.arguments)
        yield f"Every layer takes [`name`, `inputs` and `repeat`](#layer), and all but {without} take:"
        yield from _table([argument])
    for entry in entries:
        yield f"### {entry.name}"
        yield _sentence(entry)
        own = [argument for argument in entry.arguments if argument not in shared]
        if own:
            yield from _table(own)


def _sentence(entry: Entry) -> str:
    shorthand = f" `{entry.name}: …` gives `{entry.first}`." if entry.first else ""
    return f"{entry.doc[:1].upper()}{entry.doc[1:].rstrip('.')}.{shorthand}"


def _table(arguments: Iterable[Argument]) -> Iterator[str]:
    rows = ((f"`{a.name}`", takes(a.schema, a.family), _default(a), a.doc) for a in arguments)
    yield from table(("option", "takes", "default", "what it is"), rows)


def _default(argument: Argument) -> str:
    return "required" if argument.default is REQUIRED else f"`{plain(argument.default)}`"
