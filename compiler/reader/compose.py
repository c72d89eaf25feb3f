"""From the parser's events to the tree: no recursion, and nothing that grows with what aliases expand to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import yaml
from yaml import events

from specrun.compiler.collector import collector_paused
from specrun.compiler.diagnostics import Diagnostic, Label, Span, in_source_order
from specrun.compiler.reader.frames import Anchor, Frame, Piece
from specrun.compiler.reader.limits import LIMITS
from specrun.compiler.reader.nodes import Entry, Mapping, Node, Scalar, Sequence
from specrun.compiler.reader.scalars import NumberRefused, Value, resolve
from specrun.compiler.reader.source import Source, shown
from specrun.compiler.reader.syntax import explain, no_character, tight_colon
from specrun.compiler.suggest import did_you_mean

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = re.compile(r"!(?:<[^>]*>|[^\s,\[\]{}]*)")


class _Stop(Exception):
    """Nothing more is read: a limit is passed."""


def compose(source: Source) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The tree of the one document in `source`, with all that is wrong with it in source order.

    None where the text cannot be read to its end. A text without any value is None without a diagnostic.
    """
    composer = _Composer(source)
    with collector_paused():
        node = composer.read()
    return node, in_source_order(composer.problems)


class _Composer:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Diagnostic] = []
        self.root: Node | None = None
        self.stack: list[Frame] = []
        self.anchors: dict[str, Anchor] = {}
        self.nodes = self.characters = self.documents = 0
        self.steps: dict[type[events.Event], Callable[[Any], None]] = {
            events.DocumentStartEvent: self.document,
            events.ScalarEvent: self.scalar,
            events.AliasEvent: self.alias,
            events.SequenceStartEvent: self.begin,
            events.MappingStartEvent: self.begin,
            events.SequenceEndEvent: self.finish,
            events.MappingEndEvent: self.finish,
        }

    def read(self) -> Node | None:
        try:
            self.refuse_tag_directives()
            for event in self.parsed():
                step = self.steps.get(type(event))
                if step is not None:
                    step(event)
        except yaml.YAMLError as error:
            self.problems.append(explain(self.source, error))
            return None
        except _Stop:
            pass
        return self.root

    def parsed(self) -> Iterator[events.Event]:
        try:
            yield from yaml.parse(self.source.text, Loader=_LOADER)
        except (OverflowError, ValueError) as error:  # the parser in Python makes a character of any number
            self.problems.append(no_character(self.source))
            raise _Stop from error

    def refuse_tag_directives(self) -> None:
        # The parser compares each directive with all before it, so many of them take very long.
        for number, line in enumerate(self.source.lines):
            if line.startswith("%TAG"):
                span = self.source.at(number, 0, len(line.rstrip()))
                self.problem("Y116", "tags are not allowed, so no `%TAG` directive is", span, "remove this line")
                raise _Stop

    def problem(self, code: str, message: str, span: Span, hint: str, labels: tuple[Label, ...] = ()) -> None:
        self.add(Diagnostic(code, message, span, hint, labels=labels))

    def add(self, problem: Diagnostic) -> None:
        self.problems.append(problem)
        if len(self.problems) >= LIMITS.problems:
            self.root = None
            raise _Stop

    def document(self, event: events.DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            hint = "keep one document in a file: remove this line and what follows, or move it to a file of its own"
            self.problem("Y124", "a second document begins here", self.source.of(event), hint)
            raise _Stop

    def scalar(self, event: events.ScalarEvent) -> None:
        span, text, quoted = self.source.of(event), event.value, bool(event.style)
        self.count(span, 1, len(text))
        if event.tag is not None:
            self.refuse_tag(event, span)
        is_key = bool(self.stack) and self.stack[-1].is_mapping and self.stack[-1].awaits_key
        value: Value = text
        if not quoted and (event.anchor or not is_key):
            value = self.resolved(text, span)
        piece = Piece(Scalar(value, span, quoted), span, text, quoted, characters=len(text))
        if event.anchor:
            self.anchors[event.anchor] = Anchor(piece)
        self.put(piece)

    def resolved(self, text: str, span: Span) -> Value:
        try:
            return resolve(text)
        except NumberRefused as refused:
            self.problem(refused.code, refused.message, span, refused.hint)
            return text

    def alias(self, event: events.AliasEvent) -> None:
        name, span = str(event.anchor), self.source.of(event)
        anchor = self.anchors.get(name)
        if anchor is not None and anchor.piece is not None:
            piece = replace(anchor.piece, span=span)
            self.count(span, piece.nodes, piece.characters, len(self.stack) + piece.height)
            self.put(piece)
            return
        if anchor is None:
            names = (known for known in islice(self.anchors, 50) if len(known) <= 40)
            hint = did_you_mean(name, names, "put a text that begins with `*` in quotes")
            self.problem("Y114", f"{shown('*' + name)} repeats a value that nothing before it names", span, hint)
        else:
            self.problem(
                "Y115", f"{shown('*' + name)} stands inside the value that it repeats", span, "write the value out"
            )
        self.count(span, 1)
        self.put(Piece(Scalar(None, span), span, f"*{name}"))

    def begin(self, event: events.CollectionStartEvent) -> None:
        span = self.source.of(event)
        self.count(span, 1, depth=len(self.stack) + 1)
        if event.tag is not None:
            self.refuse_tag(event, span)
        anchor = Anchor()
        if event.anchor:
            self.anchors[event.anchor] = anchor
        is_mapping = isinstance(event, events.MappingStartEvent)
        self.stack.append(Frame(is_mapping, bool(event.flow_style), span, anchor, span.column + 1))

    def finish(self, event: events.CollectionEndEvent) -> None:
        frame = self.stack.pop()
        stop = event.end_mark
        if frame.flow and stop is not None and stop.line == frame.span.line - 1:
            frame.end = stop.column + 1
        start = frame.span
        span = Span(start.file, start.line, start.column, frame.end, start.text)
        node = Mapping(tuple(frame.entries), span) if frame.is_mapping else Sequence(tuple(frame.items), span)
        piece = Piece(node, span, nodes=frame.nodes, characters=frame.characters, height=frame.height)
        frame.anchor.piece = piece
        self.put(piece)

    def put(self, piece: Piece) -> None:
        """Give a finished node to the collection that it stands in."""
        if not self.stack:
            self.root = piece.node if piece.text != "" or piece.quoted else None
            return
        frame = self.stack[-1]
        frame.measure(piece)
        if not frame.is_mapping:
            frame.items.append(piece.node)
        elif frame.awaits_key:
            frame.key, frame.awaits_key = self.key(frame, piece), False
        else:
            frame.awaits_key = True
            if frame.key is not None:
                self.refuse_tight_colon(frame, frame.key, piece)
                frame.entries.append(Entry(frame.key, piece.node))

    def key(self, frame: Frame, piece: Piece) -> Scalar | None:
        """The key that `piece` is, under the text that stands in the source; None if the entry has to be left out."""
        text, span = piece.text, piece.span
        if text is None:
            self.problem("Y119", "a list or a mapping cannot be a key", span, "write the key as a plain text")
        elif text == "<<" and not piece.quoted:
            self.problem("Y117", "the merge key `<<` is not allowed", span, "write out the keys that it would bring")
        elif text == "" and not piece.quoted:
            self.problem("Y120", "there is no key before the colon", span, "write the key")
        elif text in frame.keys:
            first = Label(frame.keys[text].span, "first given here")
            hint = "remove one of the two, or give it another name"
            self.problem("Y118", f"the key {shown(text)} is given twice", span, hint, (first,))
        else:
            frame.keys[text] = Scalar(text, span, piece.quoted)
            return frame.keys[text]
        return None

    def refuse_tight_colon(self, frame: Frame, key: Scalar, piece: Piece) -> None:
        """`{units:8}` is the key `units:8` without a value: never what was meant."""
        if frame.flow and not key.quoted and not piece.quoted and piece.text == "":
            colon = key.span.text.find(":", key.span.column - 1, key.span.end - 1)
            if colon >= 0:
                self.add(tight_colon(self.source, key.span.line - 1, colon))

    def refuse_tag(self, event: events.ScalarEvent | events.CollectionStartEvent, span: Span) -> None:
        start = event.start_mark
        assert start is not None
        found = _TAG.search(self.source.lines[start.line], start.column)
        if found:
            span = self.source.at(start.line, found.start(), len(found[0]))
        tag = found[0] if found else "!"
        hint = f"remove {shown(tag)}, or quote the value if it begins with `!`; a quoted value is a text"
        self.problem("Y116", f"the tag {shown(tag)} is not allowed", span, hint)

    def count(self, span: Span, nodes: int, characters: int = 0, depth: int = 0) -> None:
        """Add to the size of the expanded text, and stop where it passes a limit."""
        self.nodes += nodes
        self.characters += characters
        if depth > LIMITS.depth:
            message = f"lists and mappings are nested more than {LIMITS.depth} deep"
            self.problem("Y121", message, span, "is a bracket or an indentation wrong? a spec needs few levels")
        elif self.nodes > LIMITS.nodes or self.characters > LIMITS.characters:
            what = f"{LIMITS.nodes:,} values" if self.nodes > LIMITS.nodes else f"{LIMITS.characters:,} characters"
            message = f"the text holds more than {what}, counting what aliases (`*name`) repeat"
            self.problem("Y122", message, span, "repeat fewer and smaller values; data belongs in a file of its own")
        else:
            return
        self.root = None
        raise _Stop
