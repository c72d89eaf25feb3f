"""From the parser's events to the tree of what was written, comments and all.

The reader has read the text before, so it holds no mistake here. A comment is a `#` in what lies between two values,
where YAML has nothing else that could hold one; only a block text's first line may have a comment inside the value.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import Protocol

import yaml
from yaml import events

from specrun.compiler.formatting.tree import Alias, Collection, Comment, Content, Entry, Leaf

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT = re.compile("#[^\n]*")
_ANCHOR = re.compile("&[^ \t\n]+(?:[ \t\n]|#[^\n]*)*")
"""An anchor and what may stand between it and the value that it names."""
_FOR_EDITORS = re.compile("# *yaml-language-server:")
_BLOCK_HEADER = re.compile("[|>][-+0-9]*[ \t]*(#[^\n]*)")


def parse(text: str) -> Entry:
    """The document in `text`, which the reader takes, its lines ended by line feeds alone."""
    parser = _Parser(text)
    for event in yaml.parse(text, Loader=_LOADER):
        parser.step(event)
    _part_head(parser.document)
    return parser.document


def _part_head(document: Entry) -> None:
    """Give the document what stands above an empty line above its first key, and the line that editors read."""
    if not isinstance(document.value, Collection) or not document.value.entries:
        return
    first = document.value.entries[0]
    above = first.above
    parted = len(above) if first.parted else max((n for n, c in enumerate(above) if n and c.after_blank), default=0)
    if not parted and above and _FOR_EDITORS.match(above[0].text):
        parted = 1
    else:
        document.parted, first.parted = bool(parted), False
    document.above += above[:parted]
    first.above = above[parted:]


def _put_beside(entry: Entry, text: str) -> None:
    """Put a comment beside an entry, or above it if one is there already."""
    comment = Comment(text.rstrip(" \t"))
    if entry.beside is None:
        entry.beside = comment
    else:
        entry.above.append(comment)


class _Mark(Protocol):
    """A place in the text: an offset, and the line and the column, all from 0."""

    index: int
    line: int
    column: int


def _marks(event: events.Event) -> tuple[_Mark, _Mark]:
    """Where an event begins and where it ends."""
    start, end = event.start_mark, event.end_mark
    assert start is not None
    assert end is not None
    return start, end


@dataclass(slots=True)
class _Open:
    """A collection that is not closed yet, the entry whose value it is, and the column in which its entries begin."""

    collection: Collection
    owner: Entry
    column: int
    flow: bool
    awaits_key: bool

    @property
    def last(self) -> Entry:
        return self.collection.entries[-1]


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.starts = [0, *accumulate(len(line) + 1 for line in self.lines)]
        self.document = Entry()
        self.stack: list[_Open] = []
        self.position = 0
        """Up to where comments were looked for."""
        self.pending: list[Comment] = []
        """Comments that have lines of their own and still no entry."""
        self.touched: tuple[Entry, int] | None = None
        """The entry that was read last, and the line where that ended: a comment there stands beside it."""

    def step(self, event: events.Event) -> None:
        if isinstance(event, events.ScalarEvent):
            self.scalar(event)
        elif isinstance(event, events.CollectionStartEvent):
            self.begin(event)
        elif isinstance(event, events.CollectionEndEvent):
            self.finish(event)
        elif isinstance(event, events.AliasEvent):
            entry = self.put(event, Alias(str(event.anchor)))
            self.touch(entry, _marks(event)[1])
        elif isinstance(event, events.StreamEndEvent):
            self.gather(len(self.text))
            self.document.below += self.pending

    def scalar(self, event: events.ScalarEvent) -> None:
        entry = self.put(event, Leaf(event.value, bool(event.style), event.anchor or ""))
        start, end = _marks(event)
        begin = start.index
        if event.anchor:
            self.touched = entry, start.line
            named = _ANCHOR.match(self.text, begin, end.index)
            begin = named.end() if named else begin
            self.gather(begin)
            entry.above += self.no_longer_pending()
        self.touch(entry, end)
        if event.style in ("|", ">"):
            header = _BLOCK_HEADER.match(self.text, begin, end.index)
            if header:
                _put_beside(entry, header[1])
            self.touched = None  # it ends where the next line begins

    def begin(self, event: events.CollectionStartEvent) -> None:
        start, end = _marks(event)
        flow, is_mapping = bool(event.flow_style), isinstance(event, events.MappingStartEvent)
        collection = Collection(is_mapping, event.anchor or "")
        owner = self.put(event, collection, is_block=not flow)
        if flow or event.anchor:
            self.touched = owner, start.line
            self.position = start.index + len(collection.anchor)
        after_dash = not is_mapping and self.text[end.index - 1 : end.index] == "-"
        self.stack.append(_Open(collection, owner, end.column - after_dash, flow, is_mapping))

    def finish(self, event: events.CollectionEndEvent) -> None:
        stop = _marks(event)[1]
        self.gather(stop.index)
        frame = self.stack.pop()
        if frame.flow:
            frame.owner.below += self.no_longer_pending()
            self.touch(frame.owner, stop)
            return
        frame.last.below += self.deeper_than(max(frame.column, stop.column))
        frame.owner.below += self.deeper_than(max(frame.column - 1, stop.column))

    def put(self, event: events.NodeEvent, content: Content, is_block: bool = False) -> Entry:
        """The entry that a value or a key belongs to; a block collection leaves what is pending to its first entry."""
        start = _marks(event)[0]
        self.gather(start.index)
        frame = self.stack[-1] if self.stack else None
        if frame is None:
            entry = self.document
        elif frame.awaits_key or not frame.collection.is_mapping:
            entry = self.new_entry(frame, start.line, start.column)
        else:
            entry = frame.last
        if frame and frame.awaits_key:
            assert not isinstance(content, Collection)
            entry.key = content
        else:
            entry.value = content
            if not is_block:
                entry.above += self.no_longer_pending()
        if frame and frame.collection.is_mapping:
            frame.awaits_key = not frame.awaits_key
        return entry

    def new_entry(self, frame: _Open, line: int, column: int) -> Entry:
        entries = frame.collection.entries
        if entries and not frame.flow:
            entries[-1].below += self.deeper_than(frame.column)
        above, after_blank = self.no_longer_pending(), self.is_after_blank(line, column)
        if above:
            entry = Entry(above=above, after_blank=above[0].after_blank, parted=after_blank)
        else:
            entry = Entry(after_blank=after_blank)
        entries.append(entry)
        return entry

    def gather(self, end: int) -> None:
        """Take up the comments before an offset."""
        if self.text.find("#", self.position, end) >= 0:
            for found in _COMMENT.finditer(self.text, self.position, end):
                self.comment(found.start(), found[0])
        self.position = max(self.position, end)

    def comment(self, offset: int, text: str) -> None:
        line = bisect_right(self.starts, offset) - 1
        column = offset - self.starts[line]
        if self.touched is None or self.touched[1] != line:
            self.pending.append(Comment(text.rstrip(" \t"), column, self.is_after_blank(line, column)))
            return
        _put_beside(self.touched[0], text)

    def touch(self, entry: Entry, end: _Mark) -> None:
        self.touched = entry, end.line
        self.position = max(self.position, end.index)

    def is_after_blank(self, line: int, column: int) -> bool:
        return line > 0 and not self.lines[line - 1].strip(" \t") and not self.lines[line][:column].strip(" \t-?")

    def deeper_than(self, column: int) -> list[Comment]:
        """The pending comments up to the first one that is not indented deeper, which are no longer pending."""
        deeper = list(takewhile(lambda comment: comment.column > column, self.pending))
        del self.pending[: len(deeper)]
        return deeper

    def no_longer_pending(self) -> list[Comment]:
        taken, self.pending = self.pending, []
        return taken
