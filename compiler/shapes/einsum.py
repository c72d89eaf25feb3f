"""`EinsumDense`: sums of products along the letters of an equation, `abc,cd->abd`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from specrun.compiler.shapes.result import Arguments, Inferred, Rule, ShapeMismatch, plus, size, unfit
from specrun.compiler.tensor import Dimension, Shape, Tensor

_Lengths: TypeAlias = Mapping[str, Dimension]

_FORMS: Final = re.compile(
    r"(?P<left>\.\.\.)?(?P<row>[a-zA-Z]+)(?P<right>\.\.\.)?,(?P<kernel>[a-zA-Z]+)"
    r"->(?(left)\.\.\.)(?P<out>[a-zA-Z]+)(?(right)\.\.\.)"
)


@dataclass(frozen=True, slots=True)
class _Sums:
    """An equation that was read: the letters and their lengths, and the output.

    `batch` is the letter of the batch, empty where that is among the dimensions that stay as they are, `others`.
    """

    kernel: str
    lengths: _Lengths
    out: _Lengths
    batch: str
    others: Shape
    output: Shape


def _einsum_dense(arguments: Arguments, tensor: Tensor) -> Inferred:
    """Each letter is a dimension; the kernel has those between `,` and `->`.

    `output_shape` gives those behind `->` without the batch, and `...` stands for dimensions that stay as they are.
    """
    sums = _read(arguments, tensor.shape)
    return Inferred(
        Tensor(sums.output),
        plus(size(sums.lengths[letter] for letter in sums.kernel), _biases(arguments, sums.out)),
        size((*(length for letter, length in sums.lengths.items() if letter != sums.batch), *sums.others)),
    )


def last_of_kernel(arguments: Arguments, tensor: Tensor) -> Dimension:
    """The length of the last axis of the kernel.

    Raises:
        ShapeMismatch: the layer does not fit what goes in.
    """
    sums = _read(arguments, tensor.shape)
    return sums.lengths[sums.kernel[-1]]


def _read(arguments: Arguments, shape: Shape) -> _Sums:
    form, given = _FORMS.fullmatch(str(arguments["equation"])), _given(arguments)
    if form is None or (form["left"] and form["right"]):
        raise _wrong(arguments, "cannot read it", "write `ab,bc->ac`, `...b,bc->...c` or `ab...,bc->ac...`")
    row, others = _row(form, shape)
    kernel, letters = form["kernel"], form["out"]
    # The batch has a letter of its own, or is the first of the dimensions that stay.
    batch = "" if form["left"] and others else form["row"][0]
    if batch and (batch != letters[0] or batch in kernel or batch in form["row"][1:]):
        hint = f"begin both sides with `{batch}`, which stands nowhere else"
        raise _wrong(arguments, f"cannot move the batch, `{batch}`", hint)
    if len(set(letters)) < len(letters):
        raise _wrong(arguments, "cannot give one dimension twice", "let each letter behind `->` be another one")
    if len(batch) + len(given) != len(letters):
        hint = f"give `output_shape` {len(letters) - len(batch)} numbers"
        raise _wrong(arguments, f"has the `output_shape` {list(given)} for it", hint)
    out = dict(zip(letters, (shape[0], *given) if batch else given, strict=True))
    lengths = _lengths(arguments, shape, row, kernel, out)
    if form["left"]:
        others = others[1:]
        if others != others[::-1]:
            # Keras tells these lengths in the wrong order, and builds the next layer for that.
            hint = "put a letter in place of `...` for each dimension"
            raise unfit("EinsumDense", "takes `...` before the letters for one dimension beside the batch", shape, hint)
        return _Sums(kernel, lengths, out, batch, others, (shape[0], *others, *given))
    return _Sums(kernel, lengths, out, batch, others, (shape[0], *given, *others))


def _given(arguments: Arguments) -> Shape:
    shape = arguments["output_shape"]
    return tuple(shape) if isinstance(shape, list | tuple) else (shape if isinstance(shape, int) else None,)


def _row(form: re.Match[str], shape: Shape) -> tuple[_Lengths, Shape]:
    """The lengths of the letters before the `,`, and those that the dots stand for."""
    letters, dots = form["row"], form["left"] or form["right"]
    extra = len(shape) - len(letters)
    if extra < 0 or (extra and not dots):
        hint = "name each dimension in `equation`, the batch too, or write `...` for some"
        raise unfit("EinsumDense", f"takes `{letters}`, {len(letters)} dimensions", shape, hint)
    lettered, others = (
        (shape[extra:], shape[:extra]) if form["left"] else (shape[: len(letters)], shape[len(letters) :])
    )
    lengths = dict(zip(letters, lettered, strict=True))
    for letter, length in zip(letters, lettered, strict=True):
        if None not in (length, lengths[letter]) and length != lengths[letter]:
            raise unfit("EinsumDense", f"takes two dimensions `{letter}` that are as long", shape, "write two letters")
    return lengths, others


def _lengths(arguments: Arguments, shape: Shape, row: _Lengths, kernel: str, out: _Lengths) -> _Lengths:
    """The length of every letter."""
    for letter, length in out.items():
        if letter not in row and letter not in kernel:
            raise _wrong(arguments, f"cannot make `{letter}` of nothing", f"put `{letter}` before `->`")
        if letter in row and None not in (length, row[letter]) and length != row[letter]:
            hint = f"write {row[letter]} in `output_shape`, or null"
            raise unfit("EinsumDense", f"makes `{letter}` {length} long", shape, hint)
    for letter in kernel:
        if letter not in row and letter not in out:
            raise _wrong(arguments, f"cannot tell the length of `{letter}`", f"put `{letter}` behind `->` too")
        if letter in out and out[letter] is None:
            raise _wrong(
                arguments, f"cannot tell the length of `{letter}`", f"write it in `output_shape`, for `{letter}`"
            )
    return {**out, **{letter: length for letter, length in row.items() if out.get(letter) is None}}


def _biases(arguments: Arguments, out: _Lengths) -> Dimension:
    """How many values the bias has, along some of the letters behind `->`."""
    axes = arguments["bias_axes"]
    if not isinstance(axes, str):
        return 0
    told = [letter for letter, length in out.items() if length is not None]
    if not set(axes) <= set(told):
        hint = f"choose among those with a number in `output_shape`: `{''.join(told)}`"
        raise _wrong(arguments, f"has the `bias_axes` `{axes}` for it", hint)
    return size(out[letter] for letter in set(axes))


def _wrong(arguments: Arguments, what: str, hint: str) -> ShapeMismatch:
    return ShapeMismatch(f"`EinsumDense` has the equation `{arguments['equation']}`, and {what}", hint)


RULES: Final[Mapping[str, Rule]] = MappingProxyType({"EinsumDense": _einsum_dense})
