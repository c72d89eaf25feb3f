"""Layers that put the values of a row in another shape."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import prod

from specrun.compiler.shapes.result import Arguments, Inferred, ShapeMismatch, shown, size
from specrun.compiler.tensor import Dimension, Tensor


def flatten(_: Arguments, tensor: Tensor) -> Inferred:
    """All the values of a row become one vector."""
    return Inferred(_reshaped(tensor, (size(tensor.shape[1:]),)), 0, 0)


def reshape(arguments: Arguments, tensor: Tensor) -> Inferred:
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


def _reshaped(tensor: Tensor, row: Iterable[Dimension]) -> Tensor:
    """The same values, in rows of another shape."""
    return replace(tensor, shape=(tensor.shape[0], *row))
