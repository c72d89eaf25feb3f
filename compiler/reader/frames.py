"""What the composer holds while a text is read: finished nodes, and collections that are still open."""

from __future__ import annotations

from dataclasses import dataclass, field

from specrun.compiler.diagnostics import Span
from specrun.compiler.reader.nodes import Entry, Node, Scalar


@dataclass(slots=True)
class Piece:
    """A finished node where it is used. `text` is a scalar's own text, None for a collection.

    `nodes`, `characters` and `height` measure it with every alias expanded.
    """

    node: Node
    span: Span
    text: str | None = None
    quoted: bool = True
    nodes: int = 1
    characters: int = 0
    height: int = 0


@dataclass(slots=True)
class Anchor:
    """What an alias stands for; nothing while the node is still open."""

    piece: Piece | None = None


@dataclass(slots=True)
class Frame:
    """A collection that is still open, and what it holds so far."""

    is_mapping: bool
    flow: bool
    span: Span
    anchor: Anchor
    end: int
    items: list[Node] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    keys: dict[str, Scalar] = field(default_factory=dict)
    key: Scalar | None = None
    awaits_key: bool = True
    nodes: int = 1
    characters: int = 0
    height: int = 1

    def measure(self, piece: Piece) -> None:
        self.nodes += piece.nodes
        self.characters += piece.characters
        self.height = max(self.height, piece.height + 1)
        if piece.span.line == self.span.line:
            self.end = max(self.end, piece.span.end)
