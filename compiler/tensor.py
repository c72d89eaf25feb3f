"""What flows through a network: shapes, types, and what is known of the values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

Dimension: TypeAlias = int | None
Shape: TypeAlias = tuple[Dimension, ...]
"""`None` is the batch, or a length that only the training rows can tell."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """Values of one `dtype`, by Keras's name for it, in a `shape` with the batch first.

    `bound` is the number that whole numbers stay below where they count something out: the rows that an `Embedding`
    of them needs. `whole` marks values that Keras calls float32 and that are whole numbers when the network runs.
    """

    shape: Shape
    dtype: str = "float32"
    bound: int | None = None
    whole: bool = False

    @property
    def as_floats(self) -> Tensor:
        """What a `keras.Sequential` makes of them, which takes float32 and nothing else."""
        return self if self.is_float else replace(self, dtype="float32", whole=True)

    @property
    def is_float(self) -> bool:
        """Whether Keras calls them numbers with a fraction."""
        return self.dtype in ("float16", "bfloat16", "float32", "float64")

    @property
    def is_whole(self) -> bool:
        """Whether they are whole numbers when the network runs, whatever Keras calls them."""
        return self.whole or not self.is_float
