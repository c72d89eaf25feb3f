"""The masks of padding that go with what layers give: where one leaves nothing over, and where it does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from specrun.compiler.diagnostics import Diagnostic, Label, Severity
from specrun.compiler.expressions import Call, Expression, Literal
from specrun.compiler.features import Sequence, Text
from specrun.compiler.plan import Node, Source
from specrun.compiler.resolve import Resolved

_MEAN = "GlobalAveragePooling1D"
_RECURRENT = frozenset(["Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM", "RNN", "SimpleRNN"])
_THAT_PASS_ON = """
    Activation ActivityRegularization Add AdditiveAttention AlphaDropout Attention Average BatchNormalization
    Concatenate Dense Dropout ELU GaussianDropout GaussianNoise GroupNormalization GroupQueryAttention Identity
    LayerNormalization LeakyReLU Maximum Minimum MultiHeadAttention Multiply PReLU ReLU Rescaling Softmax
    SpatialDropout1D SpatialDropout2D SpatialDropout3D Subtract TimeDistributed UnitNormalization
"""
_PASSING_ON = _RECURRENT.union(_THAT_PASS_ON.split())
"""Layers that hand on the mask of what they take; attention does that of its query, and recurrent ones of steps."""


def check_masks(resolved: Resolved, nodes: tuple[Node, ...], sources: Iterable[Source]) -> Iterator[Diagnostic]:
    """Layers that cannot take a mask as it comes, and warnings of means where a row may be padding alone."""
    columns = {source.name: source.columns for source in sources}
    makers: dict[str, Node | None] = {}
    for node in nodes:
        makers[node.name] = _mask_maker(node, makers)
        maker = next((maker for maker in map(makers.get, node.inputs) if maker is not None), None)
        if maker is None:
            continue
        unfit = _unfit(node)
        if unfit is not None:
            yield _no_mask(node, unfit, maker)
        elif _kind(node.call) == _MEAN and _makes_mask(maker):
            for column in columns.get(maker.inputs[0], ()):
                spec = next((spec for spec in resolved.spec.features if spec.column == column), None)
                feature = None if spec is None else spec.feature
                if isinstance(feature, Text | Sequence) and feature.missing == "empty":
                    yield _no_mean(node, maker, column)


def _mask_maker(node: Node, makers: Mapping[str, Node | None]) -> Node | None:
    """The layer whose mask of padding comes with what a node gives, or which made one of several; None without one.

    `makers` has those of the nodes before it.
    """
    kind = _kind(node.call)
    if _makes_mask(node):
        return node
    if kind not in _PASSING_ON or (kind in _RECURRENT and not _gives_steps(node.call)):
        return None
    taken = [makers.get(name) for name in (node.inputs[:1] if "Attention" in kind else node.inputs)]
    if all(maker is taken[0] for maker in taken):
        return taken[0]
    # Keras masks a sum, or another merger, where all that is merged is masked; `Concatenate`, where any of it is.
    return node if kind == "Concatenate" or None not in taken else None


def _makes_mask(node: Node) -> bool:
    return _kind(node.call) == "Masking" or _option(node.call, "mask_zero") == Literal(True)


def _gives_steps(call: Call) -> bool:
    """Whether a recurrent layer, or the one within it, gives what it has of every step."""
    inner = _inner(call)
    return _option(call if inner is None else inner, "return_sequences") == Literal(True)


def _unfit(node: Node) -> str | None:
    """What of a node, or of the layer that it applies to each step, Keras cannot bring together with a mask.

    A mask is of rows and steps. `Softmax` lays it along its last axes, `GlobalAveragePooling1D` along its channels
    where they come first, and attention along all the axes between row and width.
    """
    inner = _inner(node.call)
    call = inner if inner is not None and _kind(node.call) == "TimeDistributed" else node.call
    kind, rank = _kind(call), 0 if node.tensor is None else len(node.tensor.shape)
    if kind == "Softmax":
        return "`Softmax`"
    if kind == _MEAN and _option(call, "data_format") == Literal("channels_first"):
        return f"`{_MEAN}` with `channels_first`"
    if call is node.call and "Attention" in kind and rank > 3:
        return f"`{kind}` along several axes"
    return None


def _inner(call: Call) -> Call | None:
    """The layer within a layer."""
    inner = _option(call, "layer")
    return inner if isinstance(inner, Call) else None


def _option(call: Call, name: str) -> Expression | None:
    """What a layer is made with under that name; a `layer` comes first and without one."""
    if name == "layer" and call.arguments:
        return call.arguments[0]
    return next((keyword.value for keyword in call.keywords if keyword.name == name), None)


def _kind(call: Call) -> str:
    return str(call.function).rpartition(".")[2]


def _no_mask(node: Node, unfit: str, maker: Node) -> Diagnostic:
    message = f"{unfit} cannot leave out steps that are padding, and what it takes says that some are"
    label = Label(maker.span, "this says which are padding")
    return Diagnostic("S301", message, node.span, _without(maker), labels=(label,))


def _no_mean(node: Node, maker: Node, column: str) -> Diagnostic:
    message = f"`{_MEAN}` leaves padding out, and of an empty `{column}` gives NaN, which spoils all the weights"
    hint = f"{_without(maker)}, or write `missing: error` if none is empty"
    return Diagnostic("S218", message, node.span, hint, Severity.WARNING)


def _without(maker: Node) -> str:
    if not _makes_mask(maker):
        return "take the `Masking`, or the `mask_zero`, out"
    return "take the `Masking` out" if _kind(maker.call) == "Masking" else "take `mask_zero` out"
