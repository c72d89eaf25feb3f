"""Recurrent layers that convolve each step, and their state, where an `LSTM` multiplies them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from math import prod
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.dtypes import refuse_whole_numbers
from specrun.compiler.shapes.result import Arguments, Inferred, Rule, plus, size, times, unfit
from specrun.compiler.shapes.space import PLACES, Space, number, numbers
from specrun.compiler.shapes.windows import windows
from specrun.compiler.tensor import Shape, Tensor

_GATES: Final = 4


def _conv_lstm(layer: str, places: int, arguments: Arguments, tensor: Tensor) -> Inferred:
    """`(batch, steps, lengths…, channels)` becomes `(batch, [steps,] lengths…, filters)`.

    The input of each step is convolved as `padding`, `strides` and `dilation_rate` say, and the state with windows side
    by side, so that its lengths stay. The products of both, for the four gates, are counted for each step.
    """
    row = _step(layer, places, arguments, tensor)
    filters = number(arguments, "filters")
    kernel, strides, dilation = (numbers(arguments, n, places) for n in ("kernel_size", "strides", "dilation_rate"))
    spans = tuple((length - 1) * distance + 1 for length, distance in zip(kernel, dilation, strict=True))
    lengths = windows(row, "kernel_size", spans, strides, arguments["padding"])
    kernels = times(prod(kernel), plus(row.channels, filters), filters, _GATES)
    biases = filters * _GATES if arguments["use_bias"] else 0
    steps = tensor.shape[1]
    shape = row.of(lengths, filters).shape
    return Inferred(
        output=Tensor((shape[0], steps, *shape[1:]) if arguments["return_sequences"] else shape),
        parameters=plus(kernels, biases),
        multiply_adds=times(steps, size(lengths), kernels),
    )


def _step(layer: str, places: int, arguments: Arguments, tensor: Tensor) -> Space:
    """One step of `tensor` as rows in space."""
    channels_first = arguments["data_format"] == "channels_first"
    shape = tensor.shape
    if len(shape) != places + 3:
        names = ("channels", *_LENGTHS[places]) if channels_first else (*_LENGTHS[places], "channels")
        hint = f"put a `Reshape` before it, whose `target_shape` has {places + 2} numbers"
        raise unfit(layer, f"reads sequences `({', '.join(('batch', 'steps', *names))})`", shape, hint)
    refuse_whole_numbers(layer, tensor)
    step: Shape = (shape[0], *shape[2:])
    if channels_first:
        return Space(layer, tensor, step[2:], step[1], True)
    return Space(layer, tensor, step[1:-1], step[-1], False)


_LENGTHS: Final = {**PLACES, 1: ("length",)}
"""What messages call the lengths of one step."""

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {f"ConvLSTM{places}D": partial(_conv_lstm, f"ConvLSTM{places}D", places) for places in PLACES}
)
