"""Normalizations leave the shape as it is; their weights lie along `axis`."""

from __future__ import annotations

from specrun.compiler.shapes.result import Arguments, Inferred, ShapeMismatch, axes_of, shown, size, times
from specrun.compiler.tensor import Tensor


def _shift_and_scale(arguments: Arguments) -> int:
    return bool(arguments["center"]) + bool(arguments["scale"])


def _weights(layer: str, arguments: Arguments, tensor: Tensor, vectors: int) -> Inferred:
    shape = tensor.shape
    axes = axes_of(layer, arguments["axis"], shape)
    return Inferred(Tensor(shape), times(vectors, size(shape[axis] for axis in axes)), size(shape[1:]))


def batch_normalization(arguments: Arguments, tensor: Tensor) -> Inferred:
    """A shift, a scale and two moving averages for each value of `axis`."""
    return _weights("BatchNormalization", arguments, tensor, 2 + _shift_and_scale(arguments))


def layer_normalization(arguments: Arguments, tensor: Tensor) -> Inferred:
    """A shift and a scale for each value of `axis`."""
    return _weights("LayerNormalization", arguments, tensor, _shift_and_scale(arguments))


def rms_normalization(arguments: Arguments, tensor: Tensor) -> Inferred:
    """A scale for each value of `axis`."""
    return _weights("RMSNormalization", arguments, tensor, 1)


def unit_normalization(arguments: Arguments, tensor: Tensor) -> Inferred:
    """No weights."""
    return _weights("UnitNormalization", arguments, tensor, 0)


def group_normalization(arguments: Arguments, tensor: Tensor) -> Inferred:
    """A shift and a scale for each value of `axis`, which `groups` divides."""
    shape = tensor.shape
    inferred = _weights("GroupNormalization", arguments, tensor, _shift_and_scale(arguments))
    (axis,) = axes_of("GroupNormalization", arguments["axis"], shape)
    groups, width = arguments["groups"], shape[axis]
    assert isinstance(groups, int)
    if width is not None and groups != -1 and width % groups:
        message = f"`GroupNormalization` cannot part axis {axis} of the shape {shown(shape)} into {groups} groups"
        raise ShapeMismatch(message, f"give `groups` that divide {width}")
    return inferred
