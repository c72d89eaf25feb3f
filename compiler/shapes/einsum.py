"""`EinsumDense`: sums of products along the letters of an equation, `abc,cd->abd`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.result import Arguments, Inferred, Rule, ShapeMismatch, shown, size
from specrun.compiler.tensor import Dimension, Shape, Tensor

_FORMS: Final = re.compile(
    r"(?P<left>\.\.\.)?(?P<row>[a-zA-Z]+)(?P<right>\.\.\.)?,(?P<kernel>[a-zA-Z]+)"
    r"->(?(left)\.\.\.)(?P<out>[a-zA-Z]+)(?(right)\.\.\.)"
)
_Sizes = dict[str, Dimension]


def _einsum_dense(arguments: Arguments, tensor: Tensor) -> Inferred:
    """Each letter is a dimension; a kernel has the letters between `,` and `->`.

    `output_shape` gives those behind `->` without the batch; `...` stands for dimensions that stay as they are.
    """
    form = _FORMS.fullmatch(str(arguments["equation"]).replace(" ", ""))
    if form is None or (form["left"] and form["right"]):
        raise _refusal(arguments, "is none that it takes", "write it as `ab,bc->ac`, `...b,bc->...c` or `ab...,bc->ac...`")
    row, kernel, out = form["row"], form["kernel"], form["out"]
    letters, others = _row(arguments, tensor, row, bool(form["left"]), bool(form["right"]))
    given = _given(arguments)
    # The batch has a letter of its own, or is the first of the dimensions that stay.
    lettered = not (form["left"] and others)
    if lettered and (row[0] != out[0] or row[0] in kernel):
        raise _refusal(arguments, f"moves the batch, `{row[0]}`", f"begin both sides with `{row[0]}`, and the kernel without")
    batch = tensor.shape[:1] if lettered else ()
    if len(batch) + len(given) != len(out):
        hint = f"give `output_shape` {len(out) - len(batch)} numbers"
        raise _refusal(arguments, f"does not go with the `output_shape` {list(given)}", hint)
    sizes = _sizes(arguments, tensor, letters, kernel, dict(zip(out, (*batch, *given), strict=True)))
    bias = _bias(arguments, out)
    middle, behind = (others[1:], ()) if form["left"] else ((), others)
    products = (length for letter, length in sizes.items() if not (lettered and letter == row[0]))
    weights, shifts = size(sizes[letter] for letter in kernel), size(sizes[letter] for letter in bias) if bias else 0
    return Inferred(
        Tensor((tensor.shape[0], *middle, *given, *behind)),
        None if weights is None or shifts is None else weights + shifts,
        size((*products, *middle, *behind)),
    )


def _row(arguments: Arguments, tensor: Tensor, row: str, left: bool, right: bool) -> tuple[_Sizes, Shape]:
    """The lengths of the row's letters, and those that the dots stand for."""
    shape, count = tensor.shape, len(row)
    if len(shape) < count or (len(shape) > count and not left and not right):
        message = f"`EinsumDense` takes `{row}`, {count} dimensions, and what goes into it has the shape {shown(shape)}"
        raise ShapeMismatch(message, "name each dimension in `equation`, the batch too, or put `...` for some")
    if left:
        return dict(zip(row, shape[len(shape) - count :], strict=True)), shape[: len(shape) - count]
    return dict(zip(row, shape[:count], strict=True)), shape[count:]


def _given(arguments: Arguments) -> Shape:
    shape = arguments["output_shape"]
    return tuple(shape) if isinstance(shape, list | tuple) else (shape if isinstance(shape, int) else None,)


def _sizes(arguments: Arguments, tensor: Tensor, row: _Sizes, kernel: str, out: _Sizes) -> _Sizes:
    """The length of every letter."""
    for letter, length in out.items():
        if letter not in row and letter not in kernel:
            raise _refusal(arguments, f"has `{letter}` only behind `->`", f"put `{letter}` into the kernel")
        if letter in row and None not in (length, row[letter]) and length != row[letter]:
            message = f"`EinsumDense` makes `{letter}` {length}, and in the shape {shown(tensor.shape)} it is {row[letter]}"
            raise ShapeMismatch(message, f"write {row[letter]} in `output_shape`, or null")
    for letter in kernel:
        if letter not in row and letter not in out:
            raise _refusal(arguments, f"has `{letter}` only in the kernel", f"put `{letter}` behind `->` too")
    return {**row, **{letter: length for letter, length in out.items() if letter not in row or length is not None}}


def _bias(arguments: Arguments, out: str) -> str:
    """The letters along which the bias lies."""
    axes = arguments["bias_axes"]
    if axes is None:
        return ""
    missing = [letter for letter in str(axes) if letter not in out]
    if missing or not axes:
        raise _refusal(arguments, f"has the `bias_axes` `{axes}`, which are not all behind `->`", f"choose among `{out}`")
    return "".join(sorted(set(str(axes))))


def _refusal(arguments: Arguments, what: str, hint: str) -> ShapeMismatch:
    return ShapeMismatch(f"`EinsumDense` has the `equation` `{arguments['equation']}`, which {what}", hint)


def last_of_kernel(arguments: Arguments, tensor: Tensor) -> Dimension:
    """How long the last axis of the kernel is, where an equation is one that the layer takes."""
    form = _FORMS.fullmatch(str(arguments["equation"]))
    assert form is not None
    row, _ = _row(arguments, tensor, form["row"], bool(form["left"]), bool(form["right"]))
    given = _given(arguments)
    out = dict(zip(form["out"][-len(given) :], given, strict=True))
    letter = form["kernel"][-1]
    return out[letter] if out.get(letter) is not None else row.get(letter)


RULES: Final[Mapping[str, Rule]] = MappingProxyType({"EinsumDense": _einsum_dense})
