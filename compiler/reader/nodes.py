"""The tree that a YAML text becomes: plain values, each with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from specrun.compiler.diagnostics import Span

Plain: TypeAlias = "None | bool | int | float | str | list[Plain] | dict[str, Plain]"
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value of YAML 1.2's core schema. `quoted` tells `"5"` from `5`."""

    value: bool | int | float | str | None
    span: Span = field(compare=False, repr=False)
    quoted: bool = field(default=False, compare=False, repr=False)

    def plain(self) -> Plain:
        return self.value


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list; `span` covers its first line only."""

    items: tuple[Node, ...]
    span: Span = field(compare=False, repr=False)

    def plain(self) -> Plain:
        return [item.plain() for item in self.items]


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value; every key of a spec is a text."""

    key: Scalar
    value: Node

    @property
    def name(self) -> str:
        return str(self.key.value)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in source order, each key once; `span` covers its first line only."""

    entries: tuple[Entry, ...]
    span: Span = field(compare=False, repr=False)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def entry(self, name: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.name == name), None)

    def get(self, name: str) -> Node | None:
        entry = self.entry(name)
        return entry.value if entry else None

    def plain(self) -> Plain:
        return {entry.name: entry.value.plain() for entry in self.entries}


Node: TypeAlias = Scalar | Sequence | Mapping
