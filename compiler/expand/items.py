"""The items of `layers`, read: each layer with its name, inputs and `repeat`, each use of a block with its layers."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from typing import Final

from specrun.compiler.diagnostics import Diagnostic, Label, Report, Span, used_at
from specrun.compiler.expand.blocks import DEPTH, Block, head
from specrun.compiler.expand.complaints import as_text
from specrun.compiler.expand.references import referred, substituted
from specrun.compiler.expand.uses import arguments, check_repeat
from specrun.compiler.language.shared import SHARED
from specrun.compiler.language.wording import inline
from specrun.compiler.reader import Entry, Mapping, Node, Scalar, Sequence

LAYERS: Final = 10_000
"""How many layers a spec may come to."""
VALUES: Final = 100_000
"""How many values these layers may hold in all."""
_READS: Final = 3 * LAYERS
"""How many items of blocks are read, which are those of the layers and of the blocks around them."""


class TooMany(Exception):
    """A use of a block comes to more than is built."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Item:
    """A layer as the plain language has it, or the use of a block: then `body` is what the block is made of.

    `again` is the name of the layer that a `Shared` applies. `repeat` is None where it was not written; `layers` and
    `values` are how many of each the item comes to.
    """

    node: Node
    word: Scalar | None = None
    name: Scalar | None = None
    inputs: Node | None = None
    again: Scalar | None = None
    repeat: int | None = None
    body: tuple[Item, ...] = ()
    layers: int = 1
    values: int = 0


class Items:
    """Reads items of `layers`; what is wrong with one goes into the report, and leaves it out."""

    def __init__(self, blocks: MappingOf[str, Block], values: MappingOf[str, Scalar], report: Report) -> None:
        self.blocks = blocks
        self.values = values
        self.report = report
        self._read = 0

    def item(self, node: Node, use: Span | None = None, depth: int = 0) -> Item | None:
        """One item; `use` is where the block is used that it belongs to, `depth` how many blocks stand around it.

        Raises:
            TooMany: it comes to more than is built.
        """
        word = head(node)
        if word is None:
            return self._crowded(node, use)
        name = referred(str(word.value))
        if isinstance(node, Mapping) and name in self.values:
            hint = f"write the name of the layer or block: `${name}` stands for a value alone"
            self.report.add(Diagnostic("S503", f"`{word.value}` stands where a name belongs", word.span, hint))
            return None
        if word.value not in self.blocks:
            return self._layer(node, word, use)
        return self._use(self.blocks[str(word.value)], node, word, use, depth)

    def _layer(self, node: Node, word: Scalar, use: Span | None) -> Item:
        options = node.entries[0].value if isinstance(node, Mapping) else None
        name = inputs = repeat = None
        again = as_text(options) if word.value == SHARED else None
        if isinstance(options, Mapping):
            written = options.entry("repeat")
            if written is not None:
                repeat = check_repeat(written, str(word.value), self.report)
                entries = tuple(entry for entry in options.entries if entry is not written)
                node = Mapping((Entry(word, Mapping(entries, options.span)),), node.span)
            name, inputs = as_text(options.get("name")), options.get("inputs")
            again = as_text(options.get("layer")) if word.value == SHARED else None
        times = repeat or 1
        return Item(_moved(node, use), word, name, inputs, again, repeat, (), times, times * _size(node))

    def _use(self, block: Block, node: Node, word: Scalar, use: Span | None, depth: int) -> Item | None:
        if depth == DEPTH:
            message = f"blocks stand in each other more than {DEPTH} deep"
            self.report.add(Diagnostic("S506", message, word.span, "write some of them out"))
            return None
        if not block.layers:
            return None
        if block.least > LAYERS:
            raise TooMany(f"more than {LAYERS:,} layers")
        here = used_at(word.span, use)
        given = arguments(block, node, word, self.report)
        values = {**self.values, **block.declared.holes, **given.values}
        body = tuple(self._body(block, values, here, depth))
        times = given.repeat or 1
        layers, size = (times * sum(counts) for counts in ([i.layers for i in body], [i.values for i in body]))
        if layers > LAYERS:
            raise TooMany(f"{layers:,} layers")
        item = Item(node, word, given.name, given.inputs, None, given.repeat, body, layers, size)
        return item if body else None

    def _body(self, block: Block, values: MappingOf[str, Scalar], use: Span, depth: int) -> Iterator[Item]:
        names: dict[str, Scalar] = {}
        for node in block.layers:
            self._read += 1
            if self._read > _READS:
                raise TooMany(f"more than {LAYERS:,} layers")
            item = self.item(substituted(node, values), use, depth + 1)
            if item is None:
                continue
            is_named = item.name is None or self._check_name(item.name, names)
            yield item if is_named else replace(item, name=None)

    def _check_name(self, name: Scalar, names: dict[str, Scalar]) -> bool:
        """Whether a name can be that of a layer of a block: they have to differ, and `input` is taken."""
        text = str(name.value)
        if text == "input":
            hint = "choose another name: `input` is what the block is given"
            self.report.add(Diagnostic("S508", "a layer of a block cannot be called `input`", name.span, hint))
        elif text in names:
            label = Label(names[text].span, "the first one")
            message, hint = f"two layers of the block are called `{text}`", "give each layer a name of its own"
            self.report.add(Diagnostic("S207", message, name.span, hint, labels=(label,)))
        return text != "input" and names.setdefault(text, name) is name

    def _crowded(self, node: Node, use: Span | None) -> Item | None:
        """An item that is no layer: the check of the structure says so, but does not know of blocks."""
        entries = node.entries if isinstance(node, Mapping) else ()
        block = next((entry for entry in entries if entry.name in self.blocks), None)
        if block is None:
            return Item(_moved(node, use))
        other = next(entry for entry in entries if entry is not block)
        if other.name in self.blocks or head(Mapping((other,), node.span)) is None or other.name[:1].isupper():
            hint = "begin each layer with a `-` of its own"
        else:
            options = ", ".join(f"{entry.name}: {inline(entry.value)}" for entry in entries if entry is not block)
            hint = f"indent the options of `{block.name}` below it, or write `{block.name}: {{{options}}}`"
        label = Label(block.key.span, "the block")
        message = f"`{other.name}` stands beside `{block.name}`, where one layer belongs"
        self.report.add(Diagnostic("S108", message, other.key.span, hint, labels=(label,)))
        return None


def _moved(node: Node, use: Span | None) -> Node:
    """A layer of a block, as it stands where the block is used."""
    if use is None:
        return node
    span = used_at(node.span, use)
    if isinstance(node, Scalar):
        return Scalar(node.value, span, node.quoted)
    return Mapping(node.entries, span) if isinstance(node, Mapping) else Sequence(node.items, span)


def _size(node: Node) -> int:
    """How many values a node holds, itself among them."""
    if isinstance(node, Scalar):
        return 1
    parts = node.items if isinstance(node, Sequence) else [entry.value for entry in node.entries]
    return 1 + sum(map(_size, parts))
