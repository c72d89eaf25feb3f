"""Layers that put the values of a row in another shape, or in another order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import prod
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.dtypes import cast, kept
from specrun.compiler.shapes.result import Arguments, Inferred, Rule, ShapeMismatch, shown, size, unfit
from specrun.compiler.shapes.space import number
from specrun.compiler.tensor import Dimension, Tensor


def _flatten(_: Arguments, tensor: Tensor) -> Inferred:
    """All the values of a row become one vector."""
    return Inferred(_reshaped(tensor, (size(tensor.shape[1:]),)), 0, 0)


def _reshape(arguments: Arguments, tensor: Tensor) -> Inferred:
    """The values of a row get the shape `target_shape`, where one -1 is whatever is left."""
    shape = tensor.shape
    target = arguments["target_shape"]
    assert isinstance(target, list | tuple)
    if target.count(-1) > 1:
        message = f"`Reshape` has more than one -1 in its `target_shape` `{list(target)}`"
        raise ShapeMismatch(message, "only one dimension can be whatever is left")
    values, fixed = size(shape[1:]), prod(d for d in target if d != -1)
    if values is None:
        return Inferred(_reshaped(tensor, (None if d == -1 else d for d in target)), 0, 0)
    if values % fixed or (values != fixed and -1 not in target):
        message = f"`Reshape` cannot put rows of the shape {shown(shape)} into `{list(target)}`"
        wanted = f"a multiple of {fixed}" if -1 in target else str(fixed)
        raise ShapeMismatch(message, f"a row has {values} values, and `target_shape` wants {wanted}")
    return Inferred(_reshaped(tensor, (values // fixed if d == -1 else d for d in target)), 0, 0)


def _permute(arguments: Arguments, tensor: Tensor) -> Inferred:
    """The dimensions of a row in another order, counted from 1."""
    shape, dims = tensor.shape, arguments["dims"]
    assert isinstance(dims, list | tuple)
    axes = list(range(1, len(shape)))
    if sorted(dims) != axes:
        hint = f"name each of {axes} once" if axes else "leave it out"
        raise unfit("Permute", f"has the `dims` {list(dims)}", shape, hint)
    return Inferred(_reshaped(tensor, (shape[axis] for axis in dims)), 0, 0)


def _repeat_vector(arguments: Arguments, tensor: Tensor) -> Inferred:
    """A row of numbers, `n` times."""
    shape = tensor.shape
    if len(shape) != 2:
        raise unfit("RepeatVector", "takes `(batch, width)`", shape, "put a `Flatten` before it")
    return Inferred(kept(tensor, (shape[0], number(arguments, "n"), shape[1])), 0, 0)


def _reshaped(tensor: Tensor, row: Iterable[Dimension]) -> Tensor:
    """The same values, in rows of another shape."""
    return replace(cast(tensor), shape=(tensor.shape[0], *row))


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {"Flatten": _flatten, "Permute": _permute, "RepeatVector": _repeat_vector, "Reshape": _reshape}
)
