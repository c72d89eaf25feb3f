"""The lines of a spec: indentation, and what stands on one line and what on several."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.compiler.formatting.tree import Alias, Collection, Comment, Content, Entry, Leaf
from specrun.compiler.formatting.words import block, needs_lines, written

WIDTH = 110
"""How long a line may become; a comment beside it is not counted."""
_STEP = 2
_SHORT = frozenset({"target"})
"""Sections of a few words, which stand on one line where they fit."""
_LISTS = frozenset({"layers"})
"""Keys whose lists stand on lines of their own, however short they are."""


def lay_out(document: Entry) -> str:
    """The text of a document.

    A section of the spec (but for a short one), a list of layers and a list that holds mappings stand on lines of their
    own, and so does what holds comments or is too long for a line; every other collection stands on one line.
    """
    layout = _Layout()
    layout.document(document)
    return "\n".join([*layout.lines, ""])


class _Layout:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def document(self, document: Entry) -> None:
        content = document.value
        self.comments(document.above, 0, first=True)
        if document.parted:
            self.lines.append("")
        if isinstance(content, Collection) and content.entries:
            if content.anchor:
                self.lines.append(f"&{content.anchor}{_beside(document)}")
            elif document.beside:
                self.lines.append(document.beside.text)
            self.entries(content, 0, is_root=content.is_mapping)
        else:
            self.value(document, 0, "")
        self.comments(document.below, 0)

    def entries(self, collection: Collection, indent: int, is_root: bool = False) -> None:
        for number, entry in enumerate(collection.entries):
            first = number == 0
            if entry.after_blank and not first:
                self.lines.append("")
            self.comments(entry.above, indent, first=True)
            if entry.parted:
                self.lines.append("")
            sign = "-" if entry.key is None else f"{_key(entry.key, in_flow=False)}:"
            is_block_text = self.value(entry, indent, " " * indent + sign, is_section=is_root)
            # Below a block text, a comment that is indented as deep as the text would be part of it.
            self.comments(entry.below, indent if is_block_text else indent + _STEP)

    def comments(self, comments: Iterable[Comment], indent: int, first: bool = False) -> None:
        """Comments on lines of their own; no empty line stands above the `first` of them."""
        for comment in comments:
            if comment.after_blank and not first:
                self.lines.append("")
            self.lines.append(" " * indent + comment.text)
            first = False

    def value(self, entry: Entry, indent: int, start: str, is_section: bool = False) -> bool:
        """An entry from its value on, behind `start` on its line; says whether it is a block text."""
        content = entry.value
        if not isinstance(content, Collection):
            return self.scalar(entry, content, indent, start)
        text = None if _has_lines(entry, is_section) else _flow(content, WIDTH - len(start) - 1)
        if text is not None:
            self.lines.append(_joined(start, text) + _beside(entry))
        elif entry.key is None and not content.anchor:
            self.item(entry, content, indent)
        else:
            self.lines.append(_joined(start, f"&{content.anchor}" if content.anchor else "") + _beside(entry))
            self.entries(content, indent + _STEP)
        return False

    def scalar(self, entry: Entry, content: Leaf | Alias, indent: int, start: str) -> bool:
        line = _joined(start, f"*{content.name}" if isinstance(content, Alias) else written(content))
        if isinstance(content, Leaf) and (len(line) > WIDTH or needs_lines(content)):
            rows = block(content, WIDTH - indent - _STEP)
            if rows is not None:
                line = _joined(start, rows[0])
                rest = [" " * (indent + _STEP) + row if row else "" for row in rows[1:]]
                self.lines += [line + _beside(entry), *rest]
                return True
        self.lines.append(line + _beside(entry))
        return False

    def item(self, entry: Entry, content: Collection, indent: int) -> None:
        """An item of a list whose value begins on the line of the `-`; comments above that stand above both."""
        if entry.beside is not None:
            self.lines.append(" " * indent + entry.beside.text)
        begin = len(self.lines)
        self.entries(content, indent + _STEP)
        for number in range(begin, len(self.lines)):
            line = self.lines[number].lstrip(" ")
            is_above = not line or line.startswith("#")
            self.lines[number] = " " * indent * bool(line) + ("" if is_above else "- ") + line
            if not is_above:
                return


def _has_lines(entry: Entry, is_section: bool) -> bool:
    """Whether what is in a collection stands on lines of its own, be it ever so short."""
    content = entry.value
    if not isinstance(content, Collection) or not content.entries:
        return False
    if content.is_mapping:
        return entry.key is None or (is_section and entry.name not in _SHORT)
    return entry.name in _LISTS


def _flow(content: Content, room: int) -> str | None:
    """A value on one line; None if it does not fit, or should not stand so."""
    if isinstance(content, Alias):
        return f"*{content.name}"
    if isinstance(content, Leaf):
        text = written(content, in_flow=True)
        return None if len(text) > room or needs_lines(content) else text
    anchor = f"&{content.anchor} " if content.anchor else ""
    room -= len(anchor) + 2
    parts = []
    for entry in content.entries:
        part = _flow_entry(entry, room)
        if part is None:
            return None
        parts.append(part)
        room -= len(part) + 2
    inside = ", ".join(parts)
    return f"{anchor}{{{inside}}}" if content.is_mapping else f"{anchor}[{inside}]"


def _flow_entry(entry: Entry, room: int) -> str | None:
    if entry.has_comments or _has_lines(entry, is_section=False):
        return None
    if entry.key is None:
        return _flow(entry.value, room)
    key = _key(entry.key, in_flow=True)
    value = _flow(entry.value, room - len(key) - 2)
    return None if value is None or len(key) + 2 + len(value) > room else f"{key}: {value}"


def _key(key: Leaf | Alias, in_flow: bool) -> str:
    return f"*{key.name} " if isinstance(key, Alias) else written(key, in_flow=in_flow, is_key=True)


def _joined(start: str, text: str) -> str:
    return f"{start} {text}" if start and text else start or text


def _beside(entry: Entry) -> str:
    return f"  {entry.beside.text}" if entry.beside else ""
