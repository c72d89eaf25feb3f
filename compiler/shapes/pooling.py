"""Pooling: the largest value of each window, or the mean; without weights."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.dtypes import refuse_whole_numbers
from specrun.compiler.shapes.result import Arguments, Inferred, Rule, unfit
from specrun.compiler.shapes.space import Space, by, numbers, space
from specrun.compiler.shapes.windows import windows
from specrun.compiler.tensor import Shape, Tensor


def _moved(layer: str, places: int, arguments: Arguments, tensor: Tensor) -> Inferred:
    """One value for each window and channel; windows lie side by side where there are no `strides`."""
    row, pool = _row(layer, places, arguments, tensor), numbers(arguments, "pool_size", places)
    strides = pool if arguments["strides"] is None else numbers(arguments, "strides", places)
    return _inferred(row, windows(row, "pool_size", pool, strides, arguments["padding"]))


def _adaptive(layer: str, places: int, arguments: Arguments, tensor: Tensor) -> Inferred:
    """As many values for each channel as are asked for.

    Keras pools by windows of two sizes. The longer one is beyond the row where either of the lengths is 1: TensorFlow
    then ends the process where it looks for the largest ones, and makes no graph of the means.
    """
    row, lengths = _row(layer, places, arguments, tensor), numbers(arguments, "output_size", places)
    if 1 in (*row.lengths, *lengths):
        hint = f"give an `output_size` above 1, or take `{layer.replace('Adaptive', 'Global')}`"
        raise unfit(layer, f"makes {by(lengths)}, and can neither make a length of 1 nor take one", tensor.shape, hint)
    return _inferred(row, lengths)


def _global(layer: str, places: int, arguments: Arguments, tensor: Tensor) -> Inferred:
    """One value for each channel."""
    row = space(layer, arguments, tensor, places)
    return _inferred(row, (1,) * places if arguments["keepdims"] else ())


def _row(layer: str, places: int, arguments: Arguments, tensor: Tensor) -> Space:
    row = space(layer, arguments, tensor, places)
    if not _is_largest(layer) or places == 3:
        refuse_whole_numbers(layer, tensor)
    return row


def _inferred(row: Space, lengths: Shape) -> Inferred:
    return Inferred(row.some_of(lengths) if _is_largest(row.layer) else row.of(lengths, row.channels), 0, 0)


def _is_largest(layer: str) -> bool:
    """The largest of some values is one of them; a mean is not."""
    return "MaxPooling" in layer


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        f"{prefix}{what}Pooling{n}D": partial(rule, f"{prefix}{what}Pooling{n}D", n)
        for prefix, rule in (("", _moved), ("Adaptive", _adaptive), ("Global", _global))
        for what in ("Average", "Max")
        for n in (1, 2, 3)
    }
)
