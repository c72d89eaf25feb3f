"""What the layers that work in space have in common: lengths, channels, and a number for each place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from specrun.compiler.shapes.dtypes import kept
from specrun.compiler.shapes.result import Arguments, unfit
from specrun.compiler.tensor import Dimension, Shape, Tensor

PLACES: Final = {1: ("steps",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""What messages call the lengths of a row, by their number."""


@dataclass(frozen=True, slots=True)
class Space:
    """A tensor read as rows of `lengths` in space, with `channels` at each point, which are last or first."""

    layer: str
    tensor: Tensor
    lengths: Shape
    channels: Dimension
    channels_first: bool

    def of(self, lengths: Iterable[Dimension], channels: Dimension) -> Tensor:
        """Numbers with a fraction, in other lengths and channels."""
        return Tensor(self._shape(lengths, channels))

    def some_of(self, lengths: Iterable[Dimension]) -> Tensor:
        """The same numbers, some of them left out, repeated, or 0 among them, in other lengths."""
        return kept(self.tensor, self._shape(lengths, self.channels))

    def _shape(self, lengths: Iterable[Dimension], channels: Dimension) -> Shape:
        batch = self.tensor.shape[0]
        return (batch, channels, *lengths) if self.channels_first else (batch, *lengths, channels)


def space(layer: str, arguments: Arguments, tensor: Tensor, places: int) -> Space:
    """`tensor` as rows with `places` lengths, read by the `data_format`.

    Raises:
        ShapeMismatch: it has more dimensions, or fewer.
    """
    shape = tensor.shape
    channels_first = arguments.get("data_format") == "channels_first"
    if len(shape) != places + 2:
        names = ("channels", *PLACES[places]) if channels_first else (*PLACES[places], "channels")
        wanted = f"`({', '.join(('batch', *names))})`"
        hint = f"put a `Reshape` before it, with {places + 1} numbers in its `target_shape`"
        raise unfit(layer, f"takes {wanted}", shape, hint)
    if channels_first:
        return Space(layer, tensor, shape[2:], shape[1], True)
    return Space(layer, tensor, shape[1:-1], shape[-1], False)


def number(arguments: Arguments, name: str) -> int:
    """The argument `name`, a whole number."""
    value = arguments[name]
    assert isinstance(value, int)
    return value


def numbers(arguments: Arguments, name: str, places: int) -> tuple[int, ...]:
    """The argument `name` as a whole number for each place; one number stands for all of them."""
    return _spread(arguments[name], places)


def ends(arguments: Arguments, name: str, places: int) -> tuple[int, ...]:
    """How much the argument `name` takes at both ends of each place together.

    Given is one number for all ends, or for each place one for both its ends, or two; where there is but one place, two
    numbers are for its ends.
    """
    given = arguments[name]
    if places == 1:
        return (sum(_spread(given, 2)),)
    each = given if isinstance(given, list | tuple) else (given,) * places
    return tuple(sum(_spread(sides, 2)) for sides in each)


def _spread(value: object, count: int) -> tuple[int, ...]:
    each = tuple(value) if isinstance(value, list | tuple) else (value,) * count
    whole = tuple(number for number in each if isinstance(number, int))
    assert len(whole) == len(each) == count
    return whole


def by(lengths: Iterable[Dimension]) -> str:
    """Lengths as messages say them, `3 by 5`."""
    return " by ".join("?" if length is None else str(length) for length in lengths)
