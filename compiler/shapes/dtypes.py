"""The types that layers take and give, while Keras computes in float32."""

from __future__ import annotations

from dataclasses import replace

from specrun.compiler.shapes.result import ShapeMismatch
from specrun.compiler.tensor import Tensor


def cast(tensor: Tensor) -> Tensor:
    """What a layer makes of its input first: numbers with a fraction become float32, others stay what they are."""
    return replace(tensor, dtype="float32") if tensor.is_float else tensor


def refuse_whole_numbers(layer: str, tensor: Tensor) -> None:
    """For the layers that TensorFlow does not compute on whole numbers.

    Raises:
        ShapeMismatch: they are no numbers with a fraction.
    """
    if not tensor.is_float:
        message = f"`{layer}` takes numbers with a fraction, and what goes into it is `{tensor.dtype}`"
        raise ShapeMismatch(message, "put an `Embedding` before it, or `Rescaling: 1`")
