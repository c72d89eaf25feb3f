"""The types that layers take and give, while Keras computes in float32."""

from __future__ import annotations

from dataclasses import replace

from specrun.compiler.shapes.result import ShapeMismatch
from specrun.compiler.tensor import Shape, Tensor


def cast(tensor: Tensor) -> Tensor:
    """What a layer makes of its input first: numbers with a fraction become float32, others stay what they are."""
    return replace(tensor, dtype="float32") if tensor.is_float else tensor


def kept(tensor: Tensor, shape: Shape) -> Tensor:
    """The same values, or some of them, in a shape; Keras calls them float32, even where they are whole numbers."""
    return Tensor(shape, bound=tensor.bound, whole=tensor.is_whole)


def refuse_whole_numbers(layer: str, tensor: Tensor) -> None:
    """For the layers that TensorFlow does not compute on whole numbers.

    Raises:
        ShapeMismatch: they are no numbers with a fraction.
    """
    if tensor.is_whole:
        what = "are whole numbers" if tensor.is_float else f"is `{tensor.dtype}`"
        message = f"`{layer}` takes numbers with a fraction, and what goes into it {what}"
        raise ShapeMismatch(message, "put an `Embedding` before it, or `Rescaling: 1`")
