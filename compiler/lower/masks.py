"""Means over steps that are all padding, of which there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from specrun.compiler.diagnostics import Diagnostic, Severity
from specrun.compiler.expressions import Literal
from specrun.compiler.features import Sequence, Text
from specrun.compiler.plan import Node, Source
from specrun.compiler.resolve import Resolved

_MEAN = "GlobalAveragePooling1D"
_THAT_PASS_ON = """
    Activation Add AdditiveAttention AlphaDropout Attention Average BatchNormalization Bidirectional Concatenate Dense
    Dropout ELU GRU GaussianDropout GaussianNoise GroupQueryAttention LSTM LayerNormalization LeakyReLU Maximum Minimum
    MultiHeadAttention Multiply PReLU ReLU SimpleRNN SpatialDropout1D Subtract TimeDistributed UnitNormalization
"""
_PASSING_ON = frozenset(_THAT_PASS_ON.split())
"""Layers that hand on the mask of what they take; attention does that of its query."""


def check_means(resolved: Resolved, nodes: tuple[Node, ...], sources: Iterable[Source]) -> Iterator[Diagnostic]:
    """Warnings of means that leave padding out, where a row may be padding alone."""
    columns = {source.name: source.columns for source in sources}
    makers: dict[str, Node | None] = {}
    for node in nodes:
        makers[node.name] = _mask_maker(node, makers)
        maker = makers.get(node.inputs[0]) if _kind(node) == _MEAN else None
        for column in columns.get(maker.inputs[0], ()) if maker is not None else ():
            spec = next((spec for spec in resolved.spec.features if spec.column == column), None)
            feature = None if spec is None else spec.feature
            if maker is not None and isinstance(feature, Text | Sequence) and feature.missing == "empty":
                yield _no_mean(node, maker, column)


def _mask_maker(node: Node, makers: Mapping[str, Node | None]) -> Node | None:
    """The layer whose mask of padding comes with what a node gives; None where it comes with none, or of several.

    `makers` has those of the nodes before it.
    """
    masks = any(keyword.name == "mask_zero" and keyword.value == Literal(True) for keyword in node.call.keywords)
    if masks or _kind(node) == "Masking":
        return node
    maker, *others = (makers.get(name) for name in (node.inputs[:1] if "Attention" in _kind(node) else node.inputs))
    return maker if _kind(node) in _PASSING_ON and all(other is maker for other in others) else None


def _kind(node: Node) -> str:
    return str(node.call.function).rpartition(".")[2]


def _no_mean(node: Node, maker: Node, column: str) -> Diagnostic:
    message = f"`{_MEAN}` leaves padding out, and of an empty `{column}` gives NaN, which spoils all the weights"
    hint = "take the `Masking` out" if _kind(maker) == "Masking" else "take `mask_zero` out"
    hint += ", or write `missing: error` if none is empty"
    return Diagnostic("S218", message, node.span, hint, Severity.WARNING)
