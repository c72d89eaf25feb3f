"""How often a window fits into lengths."""

from __future__ import annotations

from specrun.compiler.shapes.result import unfit
from specrun.compiler.shapes.space import Space, by
from specrun.compiler.tensor import Dimension, Shape


def windows(row: Space, name: str, sizes: tuple[int, ...], strides: tuple[int, ...], padding: object) -> Shape:
    """How many windows of `sizes`, from the argument `name`, lie in each length; None where it is not known.

    With the padding `valid` they lie inside; with `same` or `causal`, one begins at each stride.

    Raises:
        ShapeMismatch: not one lies inside.
    """
    inside = padding == "valid"
    pairs = zip(row.lengths, sizes, strict=True)
    if inside and any(length is not None and length < size for length, size in pairs):
        hint = f"lower `{name}`, or set `padding: same`"
        raise unfit(row.layer, f"looks at {by(sizes)} at a time", row.tensor.shape, hint)
    firsts = sizes if inside else (1,) * len(sizes)
    return tuple(map(_many, row.lengths, firsts, strides))


def _many(length: Dimension, first: int, stride: int) -> Dimension:
    return None if length is None else (length - first) // stride + 1
