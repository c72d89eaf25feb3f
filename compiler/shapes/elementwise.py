"""Layers that leave the shape as it is and have no statistics."""

from __future__ import annotations

from specrun.compiler.shapes.result import Arguments, Inferred, ShapeMismatch, axes_hint, axes_of, shown, size
from specrun.compiler.tensor import Tensor


def elementwise(_: Arguments, tensor: Tensor) -> Inferred:
    """One value becomes one value, without weights."""
    return Inferred(Tensor(tensor.shape, tensor.dtype), 0, 0)


def softmax(arguments: Arguments, tensor: Tensor) -> Inferred:
    """The values along one axis, or several, become probabilities."""
    axes_of("Softmax", arguments["axis"], tensor.shape)
    return Inferred(Tensor(tensor.shape), 0, 0)


def prelu(arguments: Arguments, tensor: Tensor) -> Inferred:
    """One weight for each value of a row, or for all along the shared axes."""
    shape = tensor.shape
    shared = arguments["shared_axes"] or ()
    assert isinstance(shared, list | tuple)
    for axis in shared:
        if not 1 <= axis < len(shape):
            message = f"`PReLU` shares axis {axis}, and what goes into it has the shape {shown(shape)}"
            raise ShapeMismatch(message, axes_hint(len(shape)))
    own = (dimension for axis, dimension in enumerate(shape) if axis and axis not in shared)
    return Inferred(Tensor(shape), size(own), size(shape[1:]))
