"""The chain of layers as nodes, each with its shape and parameters."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.compiler.catalogue.entry import with_defaults
from specrun.compiler.diagnostics import Diagnostic, Report, Span
from specrun.compiler.expressions import Identifier, Keyword, Literal
from specrun.compiler.language.sections import Keras
from specrun.compiler.lower.keras import called, entry_of
from specrun.compiler.plan import FeatureGroup, Node, Shape
from specrun.compiler.shapes import ShapeMismatch, infer


def width_of(groups: Iterable[FeatureGroup]) -> int | None:
    """The width of all the encoded features side by side; None where a part of it is not known yet."""
    widths = [width for group in groups for width in group.widths]
    return None if None in widths else sum(width for width in widths if width is not None)


def lower_layers(layers: Iterable[tuple[Keras, Span]], shape: Shape, report: Report) -> tuple[Node, ...]:
    """A node for each layer, the first taking `shape`.

    What is wrong goes into the report; behind a layer whose shape cannot be told, the others are not looked at.
    """
    nodes: list[Node] = []
    names = _Names()
    source = "features"
    for layer, span in layers:
        node = _node(layer, span, shape, source, names, report)
        if node is None:
            break
        nodes.append(node)
        shape, source = node.shape, node.name
    return tuple(nodes)


def _node(layer: Keras, span: Span, shape: Shape, source: str, names: _Names, report: Report) -> Node | None:
    entry = entry_of("layers", layer)
    given = {name: value for name, value in layer.options if name != "name"}
    message = entry.conflict(given) if entry.conflict else None
    if message:
        report.add(Diagnostic("S112", f"`{layer.name}`: {message}", span, "change one of them, or leave it out"))
        return None
    try:
        inferred = infer(layer.name, with_defaults(entry, given), shape)
    except ShapeMismatch as mismatch:
        report.add(Diagnostic("S301", f"`{layer.name}`: {mismatch.message}", span, mismatch.hint))
        return None
    written = next((str(value) for name, value in layer.options if name == "name"), None)
    if written is not None and not names.claim(written):
        report.add(Diagnostic("S207", f"two layers are called `{written}`", span, "give each layer a name of its own"))
        return None
    plain = Keras(name=layer.name, options=tuple(given.items()))
    more = (Keyword(Identifier("name"), Literal(written)),) if written else ()
    name = written or names.fresh(layer.name.lower())
    return Node(name, called("layers", plain, more), (source,), inferred.shape, inferred.parameters, span)


class _Names:
    """The names of layers that are taken."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._used: dict[str, int] = {}

    def claim(self, name: str) -> bool:
        """Take a name that was written; False where it is taken already."""
        free = name not in self._taken
        self._taken.add(name)
        return free

    def fresh(self, base: str) -> str:
        """A name made of `base`: `dense`, `dense_1`, `dense_2`, …"""
        number = self._used.get(base, 0)
        while not self.claim(name := f"{base}_{number}" if number else base):
            number += 1
        self._used[base] = number + 1
        return name
