"""Layers that leave the shape as it is and have no statistics."""

from __future__ import annotations

from specrun.compiler.plan import Shape
from specrun.compiler.shapes.result import Arguments, Inferred, ShapeMismatch, axes_hint, axes_of, shown, size


def elementwise(_: Arguments, shape: Shape) -> Inferred:
    """One value becomes one value, without weights."""
    return Inferred(shape, 0, 0)


def softmax(arguments: Arguments, shape: Shape) -> Inferred:
    """The values along one axis, or several, become probabilities."""
    axes_of("Softmax", arguments["axis"], shape)
    return Inferred(shape, 0, 0)


def prelu(arguments: Arguments, shape: Shape) -> Inferred:
    """One weight for each value of a row, or for all along the shared axes."""
    shared = arguments["shared_axes"] or ()
    assert isinstance(shared, list | tuple)
    for axis in shared:
        if not 1 <= axis < len(shape):
            message = f"`PReLU` shares axis {axis}, and what goes into it has the shape {shown(shape)}"
            raise ShapeMismatch(message, axes_hint(len(shape)))
    own = (dimension for axis, dimension in enumerate(shape) if axis and axis not in shared)
    return Inferred(shape, size(own), size(shape[1:]))
