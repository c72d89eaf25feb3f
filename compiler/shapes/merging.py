"""Layers that join several inputs into one.

What comes out is float by what Keras tells beforehand, also where all the inputs are whole numbers, and so is it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.result import (
    Arguments,
    Inferred,
    RuleOfSeveral,
    ShapeMismatch,
    axes_hint,
    axes_of,
    plus,
    shown,
    size,
)
from specrun.compiler.shapes.several import agree, unequal
from specrun.compiler.tensor import Shape, Tensor


def _elementwise(layer: str, _: Arguments, inputs: tuple[Tensor, ...]) -> Inferred:
    """Inputs of one shape become one of that shape; what has fewer dimensions, or a 1, is repeated to fit."""
    rank = max(len(tensor.shape) for tensor in inputs)
    rows = [(1,) * (rank - len(tensor.shape)) + tensor.shape[1:] for tensor in inputs]
    hint = "make them equal, with a `Dense` for one; only a dimension of 1 is repeated"
    for lengths in zip(*rows, strict=True):
        _equal(layer, "takes inputs of one shape", inputs, tuple(None if n == 1 else n for n in lengths), hint)
    row = (None if None in lengths else max(n or 1 for n in lengths) for lengths in zip(*rows, strict=True))
    whole = layer != "Average" and _are_whole(inputs)
    return Inferred(Tensor((inputs[0].shape[0], *row), whole=whole), 0, 0)


def _concatenate(arguments: Arguments, inputs: tuple[Tensor, ...]) -> Inferred:
    """The inputs lie behind one another along `axis`, and their other dimensions are equal."""
    layer, first = "Concatenate", inputs[0].shape
    hint = "bring them to one number of dimensions, with a `Flatten` or a `Reshape`"
    _equal(layer, "takes inputs of as many dimensions", inputs, tuple(len(tensor.shape) for tensor in inputs), hint)
    (axis,) = axes_of(layer, arguments["axis"], first)
    wants, hint = f"joins along axis {axis} what is equal along the others", "make them equal, or choose another `axis`"
    for other in range(1, len(first)):
        if other != axis:
            _equal(layer, wants, inputs, tuple(tensor.shape[other] for tensor in inputs), hint)
    joined = plus(*(tensor.shape[axis] for tensor in inputs))
    bounds = [tensor.bound for tensor in inputs]
    bound = None if None in bounds else max(bound for bound in bounds if bound is not None)
    return Inferred(Tensor((*first[:axis], joined, *first[axis + 1 :]), bound=bound, whole=_are_whole(inputs)), 0, 0)


def _are_whole(inputs: tuple[Tensor, ...]) -> bool:
    """Whether all are whole numbers; joined with others, they become numbers with a fraction."""
    return all(tensor.is_whole for tensor in inputs)


def _equal(layer: str, wants: str, inputs: tuple[Tensor, ...], lengths: Shape, hint: str) -> None:
    """Refuse inputs of which two have different `lengths`, where those are known."""
    known = [number for number, length in enumerate(lengths) if length is not None]
    for number in known[1:]:
        if lengths[number] != lengths[known[0]]:
            raise unequal(layer, wants, inputs, known[0], number, hint)


def _dot(arguments: Arguments, inputs: tuple[Tensor, ...]) -> Inferred:
    """The products of two inputs are added up along an axis of each; the other axes come out side by side.

    The products are counted, though there are no weights in them.
    """
    one, other = (tensor.shape for tensor in inputs)
    given = arguments["axes"]
    first, second = given if isinstance(given, list | tuple) else (given, given)
    left, right = _axis(first, inputs, 0), _axis(second, inputs, 1)
    if not agree(one[left], other[right]):
        wants = f"multiplies axis {left} of input 1 with axis {right} of input 2, which must be as long"
        raise unequal("Dot", wants, inputs, 0, 1, "choose other `axes`, or make both as long")
    if arguments["normalize"] and any(tensor.is_whole for tensor in inputs):
        culprit = 0 if inputs[0].is_whole else 1
        message = f"`Dot` cannot normalize whole numbers, as input {culprit + 1} has"
        raise ShapeMismatch(message, "put a `Rescaling` before it, or leave `normalize` out", culprit)
    rest = (*_without(one, left)[1:], *_without(other, right)[1:])
    length = one[left] if one[left] is not None else other[right]
    return Inferred(Tensor((one[0], *(rest or (1,))), whole=_are_whole(inputs)), 0, size((*rest, length)))


def _axis(axis: object, inputs: tuple[Tensor, ...], number: int) -> int:
    shape = inputs[number].shape
    try:
        (found,) = axes_of("Dot", axis, shape)
    except ShapeMismatch:
        message = f"`Dot` works along axis {axis} of input {number + 1}, which has the shape {shown(shape)}"
        raise ShapeMismatch(message, axes_hint(len(shape)), number) from None
    return found


def _without(shape: Shape, axis: int) -> Shape:
    return (*shape[:axis], *shape[axis + 1 :])


_ELEMENTWISE = ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract")

RULES_OF_SEVERAL: Final[Mapping[str, RuleOfSeveral]] = MappingProxyType(
    {"Concatenate": _concatenate, "Dot": _dot, **{layer: partial(_elementwise, layer) for layer in _ELEMENTWISE}}
)
