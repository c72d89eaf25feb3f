"""Layers that have other layers in them: what comes out of those tells what comes out of the whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from specrun.compiler.shapes.dtypes import kept
from specrun.compiler.shapes.einsum import last_of_kernel
from specrun.compiler.shapes.result import Arguments, Inferred, Nested, Rule, ShapeMismatch, plus, shown, times, unfit
from specrun.compiler.tensor import Dimension, Tensor

Inner: TypeAlias = Callable[[Nested, Tensor], Inferred | None]
"""What comes out of a layer that is an argument; None where no rule tells."""


def rules(inner: Inner) -> Mapping[str, Rule]:
    """The rules of these layers, which ask `inner` for those of the layers in them."""
    own = {
        "Bidirectional": _bidirectional,
        "SpectralNormalization": _spectral_normalization,
        "TimeDistributed": _time_distributed,
    }
    return MappingProxyType({layer: partial(rule, inner) for layer, rule in own.items()})


def _bidirectional(inner: Inner, arguments: Arguments, tensor: Tensor) -> Inferred | None:
    """A layer that reads from the beginning and one that reads from the end; their outputs become one.

    `merge_mode: concat` puts them side by side along the last axis, also where the channels are first.
    """
    forward, given = arguments["layer"], arguments["backward_layer"]
    assert isinstance(forward, Nested)
    backward = given if isinstance(given, Nested) else _from_the_end(forward)
    _opposite(forward, backward)
    one = _within("`Bidirectional` cannot wrap this", inner, _made_anew(forward), tensor)
    other = _within("`Bidirectional` cannot wrap this `backward_layer`", inner, _made_anew(backward), tensor)
    if one is None or other is None:
        return None
    shape = one.output.shape
    if other.output.shape != shape:
        # Keras tells twice the first width, and then computes the sum of both.
        message = f"`Bidirectional` joins {shown(shape)} with {shown(other.output.shape)}, of its `backward_layer`"
        raise ShapeMismatch(message, "let both layers give the same shape")
    last = times(2, shape[-1]) if arguments["merge_mode"] == "concat" else shape[-1]
    return Inferred(
        output=Tensor((*shape[:-1], last)),
        parameters=plus(one.parameters, other.parameters),
        multiply_adds=plus(one.multiply_adds, other.multiply_adds),
        frozen=plus(one.frozen, other.frozen),
    )


def _made_anew(layer: Nested) -> Nested:
    """The layer as Keras makes it once more: some forget on the way that they are not to be trained."""
    forgets = layer.name == "RNN" or layer.name.startswith("ConvLSTM")
    return replace(layer, arguments={**layer.arguments, "trainable": True}) if forgets else layer


def _from_the_end(layer: Nested) -> Nested:
    """The second layer that Keras makes of the first."""
    return replace(layer, arguments={**layer.arguments, "go_backwards": True})


def _opposite(forward: Nested, backward: Nested) -> None:
    if forward.arguments["go_backwards"] == backward.arguments["go_backwards"]:
        message = "`Bidirectional` has two layers that read in the same direction"
        raise ShapeMismatch(
            message, "set `go_backwards: true` in the `backward_layer`, and leave it out of the `layer`"
        )
    if forward.arguments["return_sequences"] != backward.arguments["return_sequences"]:
        message = "`Bidirectional` has a layer that gives each step, and one that gives the last alone"
        raise ShapeMismatch(message, "set `return_sequences` to the same in both")


def _time_distributed(inner: Inner, arguments: Arguments, tensor: Tensor) -> Inferred | None:
    """`(batch, steps, …)`: the same layer is applied to each step."""
    shape, layer = tensor.shape, arguments["layer"]
    assert isinstance(layer, Nested)
    if len(shape) < 3:
        hint = f"use `{layer.name}` without it, or make steps with a `Reshape`"
        raise unfit("TimeDistributed", "takes `(batch, steps, …)`", shape, hint)
    step = replace(tensor, shape=(shape[0], *shape[2:]))
    inferred = _within(f"`TimeDistributed` takes {shown(shape)} step by step", inner, layer, step)
    if inferred is None:
        return None
    made = inferred.output
    output = kept(made, (made.shape[0], shape[1], *made.shape[1:]))
    return Inferred(output, inferred.parameters, times(shape[1], inferred.multiply_adds), inferred.frozen)


def _spectral_normalization(inner: Inner, arguments: Arguments, tensor: Tensor) -> Inferred | None:
    """The layer, its kernel divided by a norm for which a vector is kept, as long as the kernel's last axis.

    Keras casts what comes out to the type that went in: of whole numbers, it would make whole numbers again.
    """
    layer = arguments["layer"]
    assert isinstance(layer, Nested)
    if tensor.is_whole:
        message = (
            f"`SpectralNormalization` makes whole numbers of whole numbers, and cuts off what `{layer.name}` gives"
        )
        raise ShapeMismatch(message, f"use the `{layer.name}` without it")
    inferred = _within("`SpectralNormalization` cannot wrap this", inner, layer, tensor)
    if inferred is None:
        return None
    vector = _last_of_kernel(layer, tensor)
    return replace(
        inferred,
        output=Tensor(inferred.output.shape),
        parameters=plus(inferred.parameters, vector),
        frozen=plus(inferred.frozen, vector),
    )


def _last_of_kernel(layer: Nested, tensor: Tensor) -> Dimension:
    """The length of the last axis of a kernel."""
    if layer.name == "EinsumDense":
        return last_of_kernel(layer.arguments, tensor)
    if layer.name.endswith("Transpose"):
        return tensor.shape[1 if layer.arguments["data_format"] == "channels_first" else -1]
    names = ("units", "depth_multiplier", "filters")
    last = next(layer.arguments[name] for name in names if name in layer.arguments)
    assert isinstance(last, int)
    return last


def _within(before: str, inner: Inner, layer: Nested, tensor: Tensor) -> Inferred | None:
    """What comes out of a layer inside another one; what is wrong with it begins with `before`."""
    try:
        return inner(layer, tensor)
    except ShapeMismatch as mismatch:
        raise ShapeMismatch(f"{before}: {mismatch.message}", mismatch.hint) from None
