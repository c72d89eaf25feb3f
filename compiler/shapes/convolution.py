"""Convolutions: windows of weights that move over a row."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from math import prod
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.dtypes import refuse_whole_numbers
from specrun.compiler.shapes.result import Arguments, Inferred, Rule, plus, size, times, unfit
from specrun.compiler.shapes.space import Space, by, number, numbers, space
from specrun.compiler.shapes.windows import windows
from specrun.compiler.tensor import Dimension, Shape, Tensor


def _convolution(layer: str, places: int, arguments: Arguments, tensor: Tensor) -> Inferred:
    """One value for each window and filter, from the channels of the filter's group."""
    row = _row(layer, places, arguments, tensor)
    lengths, filters = _moved(row, arguments), number(arguments, "filters")
    channels = _of_a_group(row, number(arguments, "groups"))
    weights = times(prod(numbers(arguments, "kernel_size", places)), channels, filters)
    return _inferred(row, arguments, lengths, filters, weights, times(size(lengths), weights))


def _transpose(layer: str, places: int, arguments: Arguments, tensor: Tensor) -> Inferred:
    """Each value spreads over a window, so that the lengths grow by the strides."""
    row = _row(layer, places, arguments, tensor)
    lengths, filters = _grown(row, arguments), number(arguments, "filters")
    weights = times(prod(numbers(arguments, "kernel_size", places)), row.channels, filters)
    return _inferred(row, arguments, lengths, filters, weights, times(size(row.lengths), weights))


def _depthwise(layer: str, places: int, arguments: Arguments, tensor: Tensor) -> Inferred:
    """`depth_multiplier` values for each window of each channel."""
    row = _row(layer, places, arguments, tensor)
    lengths, filters = _moved(row, arguments), times(row.channels, number(arguments, "depth_multiplier"))
    weights = times(prod(numbers(arguments, "kernel_size", places)), filters)
    return _inferred(row, arguments, lengths, filters, weights, times(size(lengths), weights))


def _separable(layer: str, places: int, arguments: Arguments, tensor: Tensor) -> Inferred:
    """A depthwise convolution, and then each filter from what comes out of it at one point."""
    row = _row(layer, places, arguments, tensor)
    lengths, filters = _moved(row, arguments), number(arguments, "filters")
    deep = times(row.channels, number(arguments, "depth_multiplier"))
    if places > 1 and deep == filters == prod(numbers(arguments, "kernel_size", places)) == 1:
        hint = "give it more `filters` or a larger `kernel_size`, or take `Conv2D`"
        raise unfit(layer, "has one weight for one channel, at which TensorFlow breaks off", tensor.shape, hint)
    weights = times(prod(numbers(arguments, "kernel_size", places)) + filters, deep)
    return _inferred(row, arguments, lengths, filters, weights, times(size(lengths), weights))


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        **{f"Conv{n}D": partial(_convolution, f"Conv{n}D", n) for n in (1, 2, 3)},
        **{f"Conv{n}DTranspose": partial(_transpose, f"Conv{n}DTranspose", n) for n in (1, 2, 3)},
        **{f"DepthwiseConv{n}D": partial(_depthwise, f"DepthwiseConv{n}D", n) for n in (1, 2)},
        **{f"SeparableConv{n}D": partial(_separable, f"SeparableConv{n}D", n) for n in (1, 2)},
    }
)


def _row(layer: str, places: int, arguments: Arguments, tensor: Tensor) -> Space:
    row = space(layer, arguments, tensor, places)
    refuse_whole_numbers(layer, tensor)
    return row


def _inferred(
    row: Space, arguments: Arguments, lengths: Shape, filters: Dimension, weights: Dimension, products: Dimension
) -> Inferred:
    """With a bias for each filter, where the layer has one."""
    bias = filters if arguments["use_bias"] else 0
    return Inferred(row.of(lengths, filters), plus(weights, bias), products)


def _moved(row: Space, arguments: Arguments) -> Shape:
    """How often the kernel, with its gaps, fits into each length."""
    strides = numbers(arguments, "strides", len(row.lengths))
    return windows(row, "kernel_size", _spans(row, arguments), strides, arguments["padding"])


def _spans(row: Space, arguments: Arguments) -> tuple[int, ...]:
    """How far the kernel reaches with the gaps between its weights."""
    kernel, dilation = (numbers(arguments, name, len(row.lengths)) for name in ("kernel_size", "dilation_rate"))
    return tuple((width - 1) * step + 1 for width, step in zip(kernel, dilation, strict=True))


def _grown(row: Space, arguments: Arguments) -> Shape:
    """All the strides but one, and then what the last window adds."""
    strides, spans = numbers(arguments, "strides", len(row.lengths)), _spans(row, arguments)
    same = arguments["padding"] == "same"
    if arguments["output_padding"] is None:
        last = strides if same else tuple(map(max, spans, strides))
    else:
        extra = numbers(arguments, "output_padding", len(row.lengths))
        last = tuple((span % 2 if same else span) + more for span, more in zip(spans, extra, strict=True))
        if 0 in last:
            wants = f"has `padding: same` and a window of {by(spans)}, to which it adds {by(extra)}"
            hint = "leave `output_padding` out, or raise it where the window is even"
            raise unfit(row.layer, wants, row.tensor.shape, hint)
    return tuple(
        None if length is None else (length - 1) * stride + end
        for length, stride, end in zip(row.lengths, strides, last, strict=True)
    )


def _of_a_group(row: Space, groups: int) -> Dimension:
    if row.channels is None:
        return None
    if row.channels % groups:
        hint = f"give `groups` that divide the {row.channels} channels"
        raise unfit(row.layer, f"parts its channels into {groups} groups", row.tensor.shape, hint)
    return row.channels // groups
