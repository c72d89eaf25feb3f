"""Layers that make the lengths of a row larger or smaller, without weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.result import Arguments, Inferred, Rule, unfit
from specrun.compiler.shapes.space import by, ends, numbers, space
from specrun.compiler.tensor import Tensor


def _up_sampling(layer: str, places: int, arguments: Arguments, tensor: Tensor) -> Inferred:
    """Each value stands several times, or others are interpolated between them: of whole numbers, rounded ones."""
    row, factors = space(layer, arguments, tensor, places), numbers(arguments, "size", places)
    lengths = (None if n is None else n * factor for n, factor in zip(row.lengths, factors, strict=True))
    repeats = arguments.get("interpolation", "nearest") == "nearest"
    made = row.some_of(lengths)
    return Inferred(made if repeats else replace(made, bound=None), 0, 0)


def _zero_padding(layer: str, places: int, arguments: Arguments, tensor: Tensor) -> Inferred:
    """Zeros before and behind."""
    row, more = space(layer, arguments, tensor, places), ends(arguments, "padding", places)
    lengths = (None if n is None else n + zeros for n, zeros in zip(row.lengths, more, strict=True))
    return Inferred(row.some_of(lengths), 0, 0)


def _cropping(layer: str, places: int, arguments: Arguments, tensor: Tensor) -> Inferred:
    """What is left between two ends."""
    row, less = space(layer, arguments, tensor, places), ends(arguments, "cropping", places)
    lengths = tuple(None if n is None else n - cut for n, cut in zip(row.lengths, less, strict=True))
    if any(length is not None and length <= 0 for length in lengths):
        raise unfit(layer, f"cuts off {by(less)}", tensor.shape, "lower `cropping`, so that something is left")
    return Inferred(row.some_of(lengths), 0, 0)


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        f"{what}{n}D": partial(rule, f"{what}{n}D", n)
        for what, rule in (("UpSampling", _up_sampling), ("ZeroPadding", _zero_padding), ("Cropping", _cropping))
        for n in (1, 2, 3)
    }
)
