"""Writes `layers` out: blocks and repeats become one flat list, in which every name stands for one thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Final

from specrun.compiler.diagnostics import Diagnostic, Fix, Label, Report
from specrun.compiler.expand.blocks import head
from specrun.compiler.expand.complaints import as_text
from specrun.compiler.expand.items import LAYERS, VALUES, Item, Items, TooMany
from specrun.compiler.expand.references import Hole
from specrun.compiler.expand.scope import INPUT, Scope
from specrun.compiler.language.shared import entries
from specrun.compiler.naming import AutomaticNames
from specrun.compiler.reader import LIMITS, Entry, Mapping, Node, Scalar, Sequence
from specrun.compiler.suggest import nearest

FEATURES: Final = "features"
"""What the first layer takes, all the features side by side; with `_` behind it where that is another name."""
NAME_LENGTH: Final = 80
"""How long the name of a layer may be."""
_CLASSES: Final = entries("layers")
_NAMES: Final = frozenset(_CLASSES)


class Network:
    """Takes the items of `layers` in order, and puts the layers that they come to into `layers`."""

    def __init__(self, known: frozenset[str], items: Items, report: Report) -> None:
        """`known` are the names of features, groups and layers outside of blocks."""
        self.layers: list[Node] = []
        self._known = known
        self._items = items
        self._report = report
        self._automatic = AutomaticNames()
        self._unnamed: Counter[str] = Counter()
        self._taken: dict[str, tuple[Scalar, bool]] = {}
        self._previous = FEATURES
        while self._previous in known:
            self._previous += "_"
        self._values = 0
        self._strange = 0

    def add(self, nodes: Iterable[Node]) -> None:
        """All the items of a spec; where they come to too many, the report says so, and the rest is left out."""
        for node in nodes:
            try:
                item = self._items.item(node)
                if item is not None:
                    self._check_size(item)
            except TooMany as problem:
                self._report.add(_too_many(problem.what, node))
                return
            if item is not None:
                self._item(item, Scope(), None, None)

    def _check_size(self, item: Item) -> None:
        self._values += item.values
        layers = len(self.layers) + item.layers
        if layers > LAYERS:
            raise TooMany(f"{layers:,} layers")
        if self._values > VALUES:
            raise TooMany(f"layers with {self._values:,} values")

    def _item(self, item: Item, scope: Scope, given: Node | None, name: Scalar | None) -> None:
        """`given` are inputs for an item without any, `name` is what its last layer is called by those around it."""
        inputs = self._meant(item.inputs, scope) if item.inputs is not None else given
        own = scope.called(item.name) if item.name is not None else None
        if item.body:
            self._block(item, scope, inputs, own, name or own)
        else:
            self._layer(item, scope, inputs, own, name or own)

    def _block(self, item: Item, scope: Scope, inputs: Node | None, own: Scalar | None, name: Scalar | None) -> None:
        times, last = item.repeat or 1, item.body[-1]
        names = frozenset(str(part.name.value) for part in item.body if part.name is not None)
        for number in range(1, times + 1):
            first = inputs if number == 1 else None
            result = None
            if number == times and name is not None and last.name is not None:
                result = (str(last.name.value), str(name.value))
            prefix = self._prefix(item, own, number)
            inner = Scope(prefix, names, _texts(first) or (self._previous,), scope, result)
            for part in item.body:
                outer_name = name if part is last and number == times else None
                self._item(part, inner, first if part is item.body[0] else None, outer_name)

    def _prefix(self, item: Item, own: Scalar | None, number: int) -> str:
        if own is not None:
            return f"{own.value}_{number}" if item.repeat is not None else str(own.value)
        block = str(item.word.value) if item.word is not None else ""
        self._unnamed[block] += 1
        return f"{block}_{self._unnamed[block]}"

    def _layer(self, item: Item, scope: Scope, inputs: Node | None, own: Scalar | None, name: Scalar | None) -> None:
        self._check_word(item.word)
        times = item.repeat or 1
        again = None if item.again is None else scope.meant(item.again)[0]
        for number in range(1, times + 1):
            called = name
            if number < times:
                called = None if own is None else Scalar(f"{own.value}_{number}", own.span, own.quoted)
            self.layers.append(_written(item, called, inputs if number == 1 else None, again))
            self._previous = self._name(item, called)

    def _check_word(self, word: Scalar | None) -> None:
        """A word that is no layer, where a block is nearest to it: the check of the structure knows no blocks."""
        if word is None or word.value in _NAMES or not self._items.blocks or isinstance(word, Hole):
            return
        self._strange += 1
        if self._strange > LIMITS.problems:
            return
        match = nearest(str(word.value), (*islice(self._items.blocks, LIMITS.problems), *_NAMES))
        if match in self._items.blocks:
            message = f"`{word.value}` is neither a layer nor a block"
            fix = Fix(word.span, str(match))
            self._report.add(Diagnostic("S105", message, word.span, f"did you mean `{match}`?", fix=fix))

    def _name(self, item: Item, called: Scalar | None) -> str:
        """What the layer that was just written is called, if need be as Keras calls it."""
        if called is not None:
            self._claim(called, called is not item.name)
            return str(called.value)
        return self._automatic.fresh(str(item.word.value) if item.word is not None else "layer")

    def _claim(self, name: Scalar, is_made: bool) -> None:
        """Two names that were both written by hand are left to those who know the automatic names too."""
        text = str(name.value)
        if is_made and len(text) > NAME_LENGTH:
            message = f"with that of the block before it, this name is longer than {NAME_LENGTH} characters"
            self._report.add(Diagnostic("S508", message, name.span, "shorten it, or the name of the block or its use"))
        other, was_made = self._taken.setdefault(text, (name, is_made))
        if (is_made or was_made) and other.span != name.span:
            made, written = (name, other) if is_made else (other, name)
            message = f"two layers come to be called `{text}`"
            labels = (Label(written.span, "the other one"),)
            hint = "rename one of them, or give the use of the block a `name:` of its own"
            self._report.add(Diagnostic("S508", message, made.span, hint, labels=labels))

    def _meant(self, inputs: Node, scope: Scope) -> Node:
        """The `inputs` of a layer, its names as the whole spec has them."""
        if isinstance(inputs, Mapping):
            return inputs  # it is wrong, and the check of the structure says so
        if isinstance(inputs, Scalar):
            meant = self._names(inputs, scope)
            return meant[0] if len(meant) == 1 else Sequence(meant, inputs.span)
        parts = (self._names(item, scope) if isinstance(item, Scalar) else (item,) for item in inputs.items)
        items = tuple(name for part in parts for name in part)
        return inputs if items == inputs.items else Sequence(items, inputs.span)

    def _names(self, name: Scalar, scope: Scope) -> tuple[Scalar, ...]:
        if as_text(name) is None:
            return (name,)
        meant = scope.meant(name)
        if meant == (name,) and name.value == INPUT and INPUT not in self._known:
            hint = "name a layer, a feature or a group of features; a column of that name has to stand under `features`"
            message = "`input` is what a block is given, and this layer stands in none"
            self._report.add(Diagnostic("S509", message, name.span, hint))
        return meant


def _texts(inputs: Node | None) -> tuple[str, ...]:
    """The names that stand in `inputs`."""
    if inputs is None or isinstance(inputs, Mapping):
        return ()
    names = inputs.items if isinstance(inputs, Sequence) else (inputs,)
    return tuple(str(name.value) for name in names if isinstance(name, Scalar))


def _written(item: Item, name: Scalar | None, inputs: Node | None, again: Scalar | None) -> Node:
    """The node of a layer under these names; the one that was read, where nothing in it changes."""
    if name is item.name and inputs is item.inputs and again is item.again:
        return item.node
    options = None if item.word is None else _options(item.node, item.word)
    if options is None or item.word is None:
        return item.node
    old = {"name": item.name, "inputs": item.inputs, "layer": item.again}
    new: dict[str, Node] = {}
    for key, value in (("name", name), ("inputs", inputs), ("layer", again)):
        if value is not None:
            new[key] = value
    gone = {key for key, value in old.items() if value is not None} - set(new)
    kept = [Entry(e.key, new.pop(e.name, e.value)) for e in options if e.name not in gone]
    more = [Entry(Scalar(key, value.span), value) for key, value in new.items()]
    return Mapping((Entry(item.word, Mapping((*kept, *more), options.span)),), item.node.span)


def _options(node: Node, word: Scalar) -> Mapping | None:
    """The options of a layer, a shorthand written out; None where that is wrong, as the check of the structure says."""
    options = node.entries[0].value if isinstance(node, Mapping) else Mapping((), word.span)
    if isinstance(options, Mapping):
        return options
    known = _CLASSES.get(str(word.value))
    if known is None or known.first is None or options.plain() is None:
        return None
    return Mapping((Entry(Scalar(known.first, word.span), options),), options.span)


def _too_many(what: str, node: Node) -> Diagnostic:
    word = head(node)
    hint = f"repeat less: at most {LAYERS:,} layers are built, with at most {VALUES:,} values"
    return Diagnostic("S507", f"with this, the network comes to {what}", word.span if word else node.span, hint)
