"""The chain of layers as nodes, each with its shape and parameters."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.compiler.catalogue.entry import with_defaults
from specrun.compiler.catalogue.metrics import snake_case
from specrun.compiler.diagnostics import Diagnostic, Label, Report, Span
from specrun.compiler.expressions import Identifier, Keyword, Literal
from specrun.compiler.language.sections import Keras
from specrun.compiler.lower.keras import called, entry_of
from specrun.compiler.plan import FeatureGroup, Node
from specrun.compiler.shapes import ShapeMismatch, infer
from specrun.compiler.tensor import Shape, Tensor


def width_of(groups: Iterable[FeatureGroup]) -> int | None:
    """The width of all the encoded features side by side; None where a part of it is not known yet."""
    widths = [width for group in groups for width in group.widths]
    return None if None in widths else sum(width for width in widths if width is not None)


def lower_layers(layers: Iterable[tuple[Keras, Span]], shape: Shape, report: Report) -> tuple[Node, ...]:
    """A node for each layer, the first taking `shape`.

    What is wrong goes into the report; behind a layer whose shape cannot be told, the others are not looked at.
    """
    nodes: list[Node] = []
    names = _Names(report)
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
        inferred = infer(layer.name, with_defaults(entry, given), (Tensor(shape),))
    except ShapeMismatch as mismatch:
        report.add(Diagnostic("S301", mismatch.message, span, mismatch.hint))
        return None
    assert inferred is not None
    written = next((str(value) for name, value in layer.options if name == "name"), None)
    plain = Keras(name=layer.name, options=tuple(given.items()))
    more = (Keyword(Identifier("name"), Literal(written)),) if written else ()
    name = names.claim(written, span) if written else names.fresh(snake_case(layer.name), span)
    return Node(name, called("layers", plain, more), (source,), inferred.output.shape, inferred.parameters, span)


class _Names:
    """The names of layers that are taken, and where; one that is taken twice goes into the report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._written: dict[str, Span] = {}
        self._fresh: dict[str, Span] = {}
        self._used: dict[str, int] = {}

    def claim(self, name: str, span: Span) -> str:
        """Take a name that was written."""
        if name in self._written:
            hint = "give each layer a name of its own"
            self._report.add(Diagnostic("S207", f"two layers are called `{name}`", span, hint))
        self._written.setdefault(name, span)
        if name in self._fresh:
            self._taken_by_keras(name)
        return name

    def fresh(self, base: str, span: Span) -> str:
        """The name that Keras gives to a layer without one: `dense`, `dense_1`, `dense_2`, …"""
        number = self._used.get(base, 0)
        self._used[base] = number + 1
        name = f"{base}_{number}" if number else base
        self._fresh[name] = span
        if name in self._written:
            self._taken_by_keras(name)
        return name

    def _taken_by_keras(self, name: str) -> None:
        label = Label(self._fresh[name], "Keras gives the name to this one, which has none")
        hint = "choose a name that no layer gets by itself"
        message = f"two layers are called `{name}`"
        self._report.add(Diagnostic("S207", message, self._written[name], hint, labels=(label,)))
