"""Reads `blocks:`, and finds the blocks that cannot be built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from typing import Final

from specrun.compiler.diagnostics import Diagnostic, Label, Report, Span
from specrun.compiler.expand.complaints import as_text, mistyped, unknown_key
from specrun.compiler.expand.declarations import check_name, declare
from specrun.compiler.expand.parameters import Declared, check_known
from specrun.compiler.expand.references import Values, references
from specrun.compiler.reader import Entry, Mapping, Node, Scalar, Sequence

DEPTH: Final = 20
"""How many blocks may stand in each other."""
KEYS: Final[MappingOf[str, str]] = {
    "doc": "What the block is for.",
    "parameters": "The values that a use of the block may set, with their defaults; `$name` stands for one.",
    "layers": "The layers of the block; in their `inputs`, `input` is what the block is given.",
}
"""What a block holds, and what that is."""
_MANY: Final = 10**9
"""More layers than are counted."""
RESERVED: Final = dict.fromkeys(("name", "inputs", "repeat"), "every use of a block has a key of that name already")
"""The names that no parameter of a block may have."""


@dataclass(frozen=True, slots=True)
class Block:
    """A chain of layers under a name; `layers` is empty where it cannot be built, which was reported.

    `least` is how many layers it comes to if nothing in it is repeated.
    """

    key: Scalar
    declared: Declared = field(default_factory=Declared)
    layers: tuple[Node, ...] = ()
    least: int = 0

    @property
    def name(self) -> str:
        return str(self.key.value)


def read_blocks(section: Entry | None, values: Values, report: Report) -> dict[str, Block]:
    """The blocks of a spec by name; `values` are those of its parameters."""
    if section is None:
        return {}
    if not isinstance(section.value, Mapping):
        hint = "write a line for each block, and its `layers:` below it"
        report.add(mistyped("blocks by their names", section.value, section.key.span, hint))
        return {}
    blocks = {entry.name: _block(entry, values, report) for entry in section.value}
    uses = {name: dict(_uses(block.layers, blocks)) for name, block in blocks.items()}
    order = _bottom_up(uses)
    endless = blocks.keys() - set(order)
    _report_circles(uses, [name for name in blocks if name in endless], report)
    whole = {name: Block(blocks[name].key) for name in endless}
    for name in order:
        words = [head(node) for node in blocks[name].layers]
        least = sum(whole[str(word.value)].least if word and word.value in whole else 1 for word in words)
        whole[name] = replace(blocks[name], least=min(least, _MANY))
    return {name: whole[name] for name in blocks}


def head(node: Node) -> Scalar | None:
    """The word that says what an item of `layers` is: `Dense` in `Dense`, `Dense: 8` and `Dense: {units: 8}`."""
    if isinstance(node, Mapping):
        return node.entries[0].key if len(node.entries) == 1 else None
    return as_text(node)


def name_of(node: Node) -> Scalar | None:
    """The `name` of an item of `layers`."""
    options = node.entries[0].value if isinstance(node, Mapping) and len(node.entries) == 1 else None
    return as_text(options.get("name")) if isinstance(options, Mapping) else None


def _block(entry: Entry, values: Values, report: Report) -> Block:
    name, node = entry.name, entry.value
    problems = [*check_name("block", entry.key, {})]
    layers: tuple[Node, ...] = ()
    if isinstance(node, Mapping):
        problems += (unknown_key(f"the block `{name}`", e, KEYS) for e in node if e.name not in KEYS)
        doc = node.entry("doc")
        if doc is not None and as_text(doc.value) is None:
            problems.append(mistyped("a text", doc.value, doc.key.span, "say in a sentence what the block is for"))
        layers = _layers(entry.key, node.entry("layers"), problems)
    else:
        hint = f"write `{name}: {{layers: […]}}`, or `layers:` and the list below it, indented"
        problems.append(mistyped(f"the `layers` of the block `{name}`", node, entry.key.span, hint))
    report.add(*problems)
    section = node.entry("parameters") if isinstance(node, Mapping) else None
    met = [found for layer in layers for found in references(layer)]
    check_known(references(section.value) if section is not None else (), values, report)
    declared = declare(section, RESERVED, values, (name for name, _ in met), report)
    check_known(met, {**values, **declared.parameters, **declared.holes}, report)
    return Block(entry.key, declared, () if problems else layers)


def _layers(key: Scalar, entry: Entry | None, problems: list[Diagnostic]) -> tuple[Node, ...]:
    if entry is None and any(problem.fix and problem.fix.replacement == "layers" for problem in problems):
        return ()
    if entry is None:
        hint = "add `layers:` and below it the layers of the block"
        problems.append(Diagnostic("S103", f"the block `{key.value}` needs `layers`", key.span, hint))
        return ()
    if not isinstance(entry.value, Sequence):
        hint = "begin each layer with `- `, on a line of its own"
        problems.append(mistyped("a list of layers", entry.value, entry.key.span, hint))
        return ()
    if not entry.value.items:
        hint = "write at least one layer"
        problems.append(Diagnostic("S107", f"the block `{key.value}` has no layers", entry.key.span, hint))
    return entry.value.items


def _uses(layers: Iterable[Node], blocks: MappingOf[str, Block]) -> Iterator[tuple[str, Span]]:
    """The blocks that a block uses, each with the first place."""
    seen = set()
    for node in layers:
        word = head(node)
        if word is not None and word.value in blocks and word.value not in seen:
            seen.add(word.value)
            yield str(word.value), word.span


def _bottom_up(uses: MappingOf[str, MappingOf[str, Span]]) -> list[str]:
    """The blocks, each behind those that it uses; without those that have no end, because they come to themselves."""
    waiting = {name: len(used) for name, used in uses.items()}
    users: dict[str, list[str]] = {name: [] for name in uses}
    for name, used in uses.items():
        for other in used:
            users[other].append(name)
    ready = [name for name, count in waiting.items() if count == 0]
    for done in ready:  # it grows meanwhile
        for user in users[done]:
            waiting[user] -= 1
            if waiting[user] == 0:
                ready.append(user)
    return ready


def _report_circles(uses: MappingOf[str, MappingOf[str, Span]], endless: list[str], report: Report) -> None:
    """Each of the endless blocks uses another one of them, so that following the first of these ends in a circle."""
    known = frozenset(endless)
    following = {name: next(other for other in uses[name] if other in known) for name in endless}
    seen: set[str] = set()
    for start in following:
        way: dict[str, None] = {}
        name = start
        while name not in seen:
            seen.add(name)
            way[name] = None
            name = following[name]
        if name in way:
            ring = list(way)[list(way).index(name) :]
            report.add(_circle([(block, uses[block][following[block]]) for block in ring]))


def _circle(ring: list[tuple[str, Span]]) -> Diagnostic:
    (first, span), *others = ring
    hint = "take one of the uses out; `repeat:` stacks a block"
    if not others:
        return Diagnostic("S506", f"the block `{first}` uses itself", span, hint)
    names = " → ".join(f"`{name}`" for name, _ in (*ring, ring[0]))
    labels = tuple(Label(place, f"`{name}` uses the next one") for name, place in others)
    return Diagnostic("S506", f"blocks use each other in a circle: {names}", span, hint, labels=labels)
