"""A spec as it was written: what the formatter moves about, with every comment at the entry that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from specrun.compiler.reader.scalars import Value, resolve


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment without its indentation; `after_blank` says that an empty line stood above it."""

    text: str
    column: int = 0
    after_blank: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar: the text that it stands for, and whether that stood in quotes or in a block."""

    text: str
    quoted: bool = False
    anchor: str = ""

    @property
    def value(self) -> Value:
        return self.text if self.quoted else resolve(self.text)


@dataclass(frozen=True, slots=True)
class Alias:
    """`*name`."""

    name: str


@dataclass(slots=True)
class Collection:
    """A mapping, whose entries have keys, or a list, whose entries have none."""

    is_mapping: bool
    anchor: str = ""
    entries: list[Entry] = field(default_factory=list)


Content: TypeAlias = "Leaf | Alias | Collection"


@dataclass(slots=True)
class Entry:
    """One key with its value, or one item of a list, and the comments above, beside and, deeper than it, below it.

    `after_blank` says that an empty line stood above it and its comments, `parted` that one stood between the two. The
    document itself is an entry without a key, with what stands above and below everything.
    """

    key: Leaf | Alias | None = None
    value: Content = Leaf("")
    above: list[Comment] = field(default_factory=list)
    beside: Comment | None = None
    below: list[Comment] = field(default_factory=list)
    after_blank: bool = False
    parted: bool = False

    @property
    def name(self) -> str | None:
        return self.key.text if isinstance(self.key, Leaf) else None

    @property
    def has_comments(self) -> bool:
        return bool(self.above or self.beside or self.below)
