"""What a shape rule answers, and what it says where a layer does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from specrun.compiler.tensor import Dimension, Shape, Tensor

Arguments: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Inferred:
    """What comes out of a layer, and what the layer costs.

    `parameters` counts those that are trained and the `frozen` ones. `multiply_adds` counts, for one row, the products
    with weights and with statistics of a normalization: a kernel counts once for each place where it is laid on the
    row, a transposed one once for each place of the row, zeros around the row count as the row does, and sums, maxima,
    biases, interpolation and Fourier transforms count nothing. All are None where a width is not known.
    """

    output: Tensor
    parameters: Dimension
    multiply_adds: Dimension
    frozen: Dimension = 0


Rule: TypeAlias = Callable[[Arguments, Tensor], Inferred | None]
"""From the arguments, with defaults, and what goes in; raises `ShapeMismatch`.

None where an argument is a layer of which no rule tells.
"""

RuleOfSeveral: TypeAlias = Callable[[Arguments, tuple[Tensor, ...]], Inferred]
"""The same for a layer that takes several inputs, in their order."""


@dataclass(frozen=True, slots=True)
class Nested:
    """A layer, or a cell, that is an argument of another layer: its name and its `arguments`, with defaults."""

    name: str
    arguments: Arguments


class ShapeMismatch(Exception):
    """A layer does not fit what goes into it: `message` names the shapes, `hint` says what to do next.

    `culprit` is the number, from 0, of the input that is at fault, where one is.
    """

    def __init__(self, message: str, hint: str, culprit: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.culprit = culprit


def size(dimensions: Iterable[Dimension]) -> Dimension:
    """The product of the dimensions, or None where one is not known."""
    known = tuple(dimensions)
    return None if None in known else prod(d for d in known if d is not None)


def times(*factors: Dimension) -> Dimension:
    """The product, or None where a factor is not known and none is 0."""
    return 0 if 0 in factors else size(factors)


def plus(*terms: Dimension) -> Dimension:
    """The sum, or None where a term is not known."""
    known = [term for term in terms if term is not None]
    return sum(known) if len(known) == len(terms) else None


def shown(shape: Shape) -> str:
    """A shape as messages show it, `(batch, 8)`, in backticks; `?` is a width that only the data can tell."""
    inner = ["batch", *("?" if d is None else str(d) for d in shape[1:])]
    return f"`({', '.join(inner)}{',' if len(inner) == 1 else ''})`"


def unfit(layer: str, wants: str, shape: Shape, hint: str) -> ShapeMismatch:
    """What a layer wants, beside the shape of what goes into it."""
    return ShapeMismatch(f"`{layer}` {wants}, and what goes into it has the shape {shown(shape)}", hint)


def axes_of(layer: str, axis: object, shape: Shape) -> tuple[int, ...]:
    """The axes as numbers from 1 on, each once; `axis` is one number or several, negative ones count from the end."""
    given = [a for a in (axis if isinstance(axis, list | tuple) else (axis,)) if isinstance(a, int)]
    rank = len(shape)
    for one in given:
        if not -rank <= one < rank:
            message = f"`{layer}` has `axis` {one}, and what goes into it has the shape {shown(shape)}"
            raise ShapeMismatch(message, axes_hint(rank))
        if one % rank == 0:
            message = f"`{layer}` has `axis` {one}, which is the batch of the shape {shown(shape)}"
            raise ShapeMismatch(message, axes_hint(rank))
    axes = tuple(one % rank for one in given)
    if len(set(axes)) < len(axes):
        message = f"`{layer}` has `axis` {axis}, which names an axis of the shape {shown(shape)} twice"
        raise ShapeMismatch(message, "name each axis once")
    return axes


def axes_hint(rank: int) -> str:
    """Which axes a shape of `rank` dimensions has."""
    if rank < 2:
        return "put a layer before it whose output has values along an axis"
    return f"the axes are 1 to {rank - 1}, and -1 is the last" if rank > 2 else "the only axis is 1, which is also -1"
