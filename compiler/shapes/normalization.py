"""Normalizations leave the shape as it is; their weights lie along `axis`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.dtypes import refuse_whole_numbers
from specrun.compiler.shapes.result import Arguments, Inferred, Rule, ShapeMismatch, axes_of, shown, size, times, unfit
from specrun.compiler.tensor import Tensor


def _shift_and_scale(arguments: Arguments) -> int:
    return bool(arguments["center"]) + bool(arguments["scale"])


def _weights(layer: str, arguments: Arguments, tensor: Tensor, vectors: int) -> Inferred:
    shape = tensor.shape
    axes = axes_of(layer, arguments["axis"], shape)
    return Inferred(Tensor(shape), times(vectors, size(shape[axis] for axis in axes)), size(shape[1:]))


def _normalization(layer: str, statistics: int, arguments: Arguments, tensor: Tensor) -> Inferred:
    """A shift and a scale for each value of `axis`, and so many statistics."""
    inferred = _weights(layer, arguments, tensor, statistics + _shift_and_scale(arguments))
    return replace(inferred, frozen=_weights(layer, arguments, tensor, statistics).parameters)


def _rms_normalization(arguments: Arguments, tensor: Tensor) -> Inferred:
    """A scale for each value of `axis`; Keras multiplies by it as if the axes were the last ones, in rising order.

    Of whole numbers, it makes whole numbers again.
    """
    refuse_whole_numbers("RMSNormalization", tensor)
    given, shape = arguments["axis"], tensor.shape
    inferred = _weights("RMSNormalization", arguments, tensor, 1)
    scale = axes_of("RMSNormalization", sorted(given) if isinstance(given, list | tuple) else given, shape)
    last = shape[len(shape) - len(scale) :]
    if not all(shape[axis] in (1, None, length) or length is None for axis, length in zip(scale, last, strict=True)):
        wants = f"has `axis` {given} and scales along the last axes alone"
        raise unfit("RMSNormalization", wants, shape, "write `axis: -1`, or put a `Permute` before it")
    return inferred


def _unit_normalization(arguments: Arguments, tensor: Tensor) -> Inferred:
    """No weights."""
    refuse_whole_numbers("UnitNormalization", tensor)
    return _weights("UnitNormalization", arguments, tensor, 0)


def _group_normalization(arguments: Arguments, tensor: Tensor) -> Inferred:
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


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "BatchNormalization": partial(_normalization, "BatchNormalization", 2),
        "GroupNormalization": _group_normalization,
        "LayerNormalization": partial(_normalization, "LayerNormalization", 0),
        "RMSNormalization": _rms_normalization,
        "UnitNormalization": _unit_normalization,
    }
)
