"""What rules of several inputs have in common: lengths that agree, and words for those that do not."""

from __future__ import annotations

from specrun.compiler.shapes.result import ShapeMismatch, shown
from specrun.compiler.tensor import Dimension, Tensor


def agree(one: Dimension, other: Dimension) -> bool:
    """Whether two lengths can be the same one: what is not known yet can be any."""
    return one is None or other is None or one == other


def unequal(layer: str, wants: str, inputs: tuple[Tensor, ...], first: int, second: int, hint: str) -> ShapeMismatch:
    """Two inputs, by their numbers from 0, that do not go together; the later one is the culprit."""
    one, other = sorted((first, second))
    message = (
        f"`{layer}` {wants}, and input {other + 1} has the shape {shown(inputs[other].shape)} "
        f"where input {one + 1} has {shown(inputs[one].shape)}"
    )
    return ShapeMismatch(message, hint, other)
