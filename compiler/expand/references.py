"""`$word` in place of a value: what stands for a parameter, and what it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from operator import is_
from typing import TypeAlias

from specrun.compiler.diagnostics import used_at
from specrun.compiler.reader import Entry, Mapping, Node, Scalar, Sequence

_WORD = re.compile(r"(\$+)([a-z][a-z0-9_]*)")

Values: TypeAlias = MappingOf[str, Scalar]
"""What each parameter stands for."""


@dataclass(frozen=True, slots=True)
class Hole(Scalar):
    """What stands for a parameter whose value is not known, because of what is reported at its span.

    Nothing more is said of it, then.
    """


def referred(text: str) -> str | None:
    """The parameter that a text stands for: `width` for `$width`, None for any other text."""
    match = _WORD.fullmatch(text)
    return match[2] if match and match[1] == "$" else None


def escaped(text: str) -> str:
    """A text as a spec has to have it so that it is taken as it is: with one more `$` where it looks like `$word`."""
    return f"${text}" if _WORD.fullmatch(text) else text


def references(node: Node) -> Iterator[tuple[str, Scalar]]:
    """Every `$word` in a tree, in source order, by the name of its parameter."""
    if isinstance(node, Scalar):
        name = referred(node.value) if isinstance(node.value, str) else None
        if name is not None:
            yield name, node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from references(item)
    else:
        for entry in node:
            yield from references(entry.value)


def substituted(node: Node, values: Values, met: list[tuple[str, Scalar]] | None = None) -> Node:
    """The tree with the values of parameters in place of their `$word`s, and `$word` in place of each `$$word`.

    A `$word` that has no value becomes a `Hole`, for the caller to report. Every `$word` is added to `met`, with its
    name. What holds nothing to replace is given back itself.
    """
    met = [] if met is None else met

    def walk(node: Node) -> Node:
        if isinstance(node, Scalar):
            return _replaced(node, values, met) if type(node.value) is str and node.value[:1] == "$" else node
        if isinstance(node, Sequence):
            items = tuple([walk(item) for item in node.items])
            return node if all(map(is_, items, node.items)) else Sequence(items, node.span)
        entries = tuple([walked(entry) for entry in node.entries])
        return node if all(map(is_, entries, node.entries)) else Mapping(entries, node.span)

    def walked(entry: Entry) -> Entry:
        value = walk(entry.value)
        return entry if value is entry.value else Entry(entry.key, value)

    return walk(node)


def _replaced(scalar: Scalar, values: Values, met: list[tuple[str, Scalar]]) -> Scalar:
    text = str(scalar.value)
    name = referred(text)
    if name is None:
        return replace(scalar, value=text[1:]) if _WORD.fullmatch(text) else scalar
    met.append((name, scalar))
    value = values.get(name)
    if value is None:
        return Hole(scalar.value, scalar.span)
    return type(value)(value.value, used_at(value.span, scalar.span), value.quoted)


def without_holes(node: Node) -> Node:
    """The tree without the values that are not known, as if they had been left out."""
    if isinstance(node, Scalar):
        return node
    if isinstance(node, Sequence):
        return Sequence(tuple(without_holes(item) for item in node.items if not isinstance(item, Hole)), node.span)
    kept = (entry for entry in node if not isinstance(entry.value, Hole))
    return Mapping(tuple(Entry(entry.key, without_holes(entry.value)) for entry in kept), node.span)
