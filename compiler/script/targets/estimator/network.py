"""The stack of layers that an estimator makes: Dense, Dropout and BatchNormalization, alike for each hidden layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specrun.compiler.expressions import Expression, Foreign, Items, Keyword, Literal
from specrun.compiler.plan import Plan
from specrun.compiler.script.stack import Layer, Reason, keywords, layers, no_stack, unfit_activation, unfit_option

_ACTIVATIONS = {
    "linear": "identity",
    **{
        name: f"nn.{name}"
        for name in ("elu", "gelu", "relu", "relu6", "selu", "sigmoid", "silu", "softplus", "softsign")
    },
    "tanh": "nn.tanh",
}
"""The functions of TensorFlow that compute what activations of Keras do."""
_KNOWN = {"Dense": ("units", "activation"), "Dropout": ("rate",), "BatchNormalization": ("momentum",)}
_AFTER = ((), ("Dropout",), ("BatchNormalization",), ("Dropout", "BatchNormalization"))
_MOMENTUM = Literal(0.999)
"""That of every batch normalisation of a DNN estimator."""


@dataclass(frozen=True, slots=True)
class _Hidden:
    """A hidden layer, and the layers between it and the next Dense one."""

    dense: Layer
    after: tuple[Layer, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(layer.name for layer in self.after)

    @property
    def rate(self) -> Expression | None:
        return self.after[0].options["rate"] if "Dropout" in self.names else None


def unfit_network(plan: Plan) -> Iterator[Reason]:
    """Why a DNN estimator does not make the network of a plan."""
    *hidden, output = layers(plan)
    reasons = (
        *no_stack(plan),
        *(reason for layer in hidden for reason in _unfit(layer)),
        *unfit_option(output.options, output.span, "units", "activation"),
    )
    yield from reasons
    if not reasons:
        yield from _unequal(*_hidden(plan))


def network_of(plan: Plan) -> tuple[Keyword, ...]:
    """The arguments of an estimator that say what its network is."""
    hidden, _ = _hidden(plan)
    units = Items(tuple(one.dense.options["units"] for one in hidden))
    options: dict[str, Expression] = {"hidden_units": units}
    if hidden:
        options["activation_fn"] = Foreign(f"tensorflow.{_ACTIVATIONS[hidden[0].dense.activation]}")
        if hidden[0].rate is not None:
            options["dropout"] = hidden[0].rate
        if "BatchNormalization" in hidden[0].names:
            options["batch_norm"] = Literal(True)
    return keywords(**options)


def _hidden(plan: Plan) -> tuple[tuple[_Hidden, ...], tuple[Layer, ...]]:
    """The hidden layers, and what stands before the first of them."""
    before: list[Layer] = []
    found: list[tuple[Layer, list[Layer]]] = []
    for layer in layers(plan)[:-1]:
        if layer.name == "Dense":
            found.append((layer, []))
        else:
            (found[-1][1] if found else before).append(layer)
    return tuple(_Hidden(dense, tuple(after)) for dense, after in found), tuple(before)


def _unfit(layer: Layer) -> Iterator[Reason]:
    if layer.name not in _KNOWN:
        yield Reason(f"has no rule for the layer `{layer.name}`", layer.span)
        return
    yield from unfit_option(layer.options, layer.span, *_KNOWN[layer.name])
    if layer.name == "Dense":
        yield from unfit_activation(layer, _ACTIVATIONS)
    if layer.name == "BatchNormalization" and layer.options["momentum"] != _MOMENTUM:
        yield Reason("normalizes batches with a `momentum` of 0.999 alone", layer.span)


def _unequal(hidden: tuple[_Hidden, ...], before: tuple[Layer, ...]) -> Iterator[Reason]:
    """Where the hidden layers, each of which can be held, do not follow each other as an estimator has them."""
    for layer in before:
        yield Reason(f"has its `{layer.name}` after a `Dense` layer, and here there is none", layer.span)
    for one in hidden:
        if one.names not in _AFTER:
            what = "has a `Dropout` and then a `BatchNormalization` after a layer, each at most once"
            yield Reason(what, one.after[0].span)
    for one in hidden[1:]:
        if one.dense.activation != hidden[0].dense.activation:
            yield Reason("has one activation for all hidden layers, and this layer has another", one.dense.span)
        if (one.names, one.rate) != (hidden[0].names, hidden[0].rate):
            what = "has the same layers after each hidden layer, and this one has others than the first"
            yield Reason(what, one.dense.span)
