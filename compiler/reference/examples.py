"""The examples of the keys: parts of specs, as a reader sees them and as values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from specrun.compiler.formatting import canonical
from specrun.compiler.formatting.reading import parse
from specrun.compiler.formatting.tree import Collection, Entry
from specrun.compiler.reader import Mapping, Plain, read

FILE: Final = "examples.yaml"


@dataclass(frozen=True, slots=True)
class Example:
    """A part of a spec: its canonical text, and the keys in it with their values."""

    text: str
    values: dict[str, Plain]


@cache
def examples() -> dict[tuple[str, str], Example]:
    """The example of each key, by the section and the key."""
    text = resources.files(__package__).joinpath(FILE).read_text("utf-8")
    node, problems = read(text, FILE)
    assert isinstance(node, Mapping), problems
    values = {
        (section.name, key.name): key.value.plain()
        for section in node
        if isinstance(section.value, Mapping)
        for key in section.value
    }
    return {
        (str(section.name), str(key.name)): _example(key, values[str(section.name), str(key.name)])
        for section in _entries(parse(text))
        for key in _entries(section)
    }


def _example(entry: Entry, values: Plain) -> Example:
    assert isinstance(values, dict), f"the example of {entry.name} is no part of a spec"
    return Example(canonical(Entry(value=entry.value)), values)


def _entries(entry: Entry) -> list[Entry]:
    return entry.value.entries if isinstance(entry.value, Collection) else []
