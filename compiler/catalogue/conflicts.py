"""What can be wrong with arguments that are right one by one: each function gives a message, or None."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Protocol, TypeAlias, runtime_checkable

Arguments: TypeAlias = Mapping[str, object]
Conflict: TypeAlias = Callable[[Arguments], str | None]


@runtime_checkable
class HasOptions(Protocol):
    """An object of Keras inside another one, as the spec has it."""

    @property
    def options(self) -> tuple[tuple[str, object], ...]: ...


def two_clippings(arguments: Arguments) -> str | None:
    """Keras clips gradients in one way only."""
    given = [f"`{name}`" for name in ("clipnorm", "clipvalue", "global_clipnorm") if arguments.get(name) is not None]
    return f"{' and '.join(given)} exclude each other" if len(given) > 1 else None


def adjusted_in_a_graph(arguments: Arguments) -> str | None:
    """Keras asks a symbol of the graph for the number of rows."""
    count = arguments.get("num_regressors")
    return f"`num_regressors` is {count}, and Keras adjusts no score while it trains" if count else None


def out_of_order(lower: str, upper: str) -> Conflict:
    """`lower` must not be above `upper`."""

    def conflict(arguments: Arguments) -> str | None:
        low, high = arguments.get(lower), arguments.get(upper)
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            return f"`{lower}` is {low}, above `{upper}`, which is {high}"
        return None

    return conflict


def unloaded_shear(arguments: Arguments) -> str | None:
    """`RandomShear` saves a number `x` as a range from `-x` on, and Keras loads none that begins below 0."""
    for name in ("x_factor", "y_factor"):
        value = arguments.get(name)
        if isinstance(value, int | float) and value > 0:
            return f"`{name}` is one number, {value}, which Keras cannot load once it is saved: write `[0, {value}]`"
    return None


def uneven_pieces(arguments: Arguments) -> str | None:
    """`PiecewiseConstantDecay` has one value more than it has boundaries, which rise."""
    boundaries, values = arguments.get("boundaries"), arguments.get("values")
    if not isinstance(boundaries, list | tuple) or not isinstance(values, list | tuple):
        return None
    if len(values) != len(boundaries) + 1:
        return f"{len(boundaries)} `boundaries` want {len(boundaries) + 1} `values`, and there are {len(values)}"
    if any(left >= right for left, right in pairwise(boundaries)):
        return "`boundaries` must rise from each to the next"
    return None


def warmup_without_target(arguments: Arguments) -> str | None:
    """`CosineDecay` warms up only where it is told to which rate, and in how many steps."""
    if bool(arguments.get("warmup_steps")) == (arguments.get("warmup_target") is not None):
        return None
    return "`warmup_steps` and `warmup_target` have an effect only together"


def all_of(*conflicts: Conflict) -> Conflict:
    """The first of several conflicts that there is."""
    return lambda arguments: next((message for found in conflicts if (message := found(arguments))), None)


def indivisible(whole: str, part: str) -> Conflict:
    """`whole` has to be a multiple of `part`."""

    def conflict(arguments: Arguments) -> str | None:
        one, other = arguments.get(whole), arguments.get(part)
        if isinstance(one, int) and isinstance(other, int) and other and one % other:
            return f"`{whole}` is {one}, which is no multiple of `{part}`, {other}"
        return None

    return conflict


def both(first: str, second: str) -> Conflict:
    """Two options that must not both be true."""
    message = f"`{first}` and `{second}` exclude each other"
    return lambda arguments: message if arguments.get(first) and arguments.get(second) else None


def strides_and_dilation(arguments: Arguments) -> str | None:
    """Keras's convolutions can only have the one or the other."""
    if _largest(arguments.get("strides")) > 1 and _largest(arguments.get("dilation_rate")) > 1:
        return "`strides` and `dilation_rate` cannot both be above 1"
    return None


def uneven_strides(arguments: Arguments) -> str | None:
    """TensorFlow's depthwise convolutions move by the same step along both axes."""
    strides = arguments.get("strides")
    if isinstance(strides, list | tuple) and len(set(strides)) > 1:
        return f"`strides` has to be the same along both axes, and is {list(strides)}"
    return None


def padding_as_long_as_a_stride(arguments: Arguments) -> str | None:
    """What a transposed convolution adds at its end is less than a stride."""
    padding, strides = arguments.get("output_padding"), arguments.get("strides")
    if padding is None:
        return None
    if any(more >= stride for more, stride in zip(_spread(padding), _spread(strides), strict=False)):
        return "`output_padding` has to be less than `strides` along each axis"
    return None


def even_window(arguments: Arguments) -> str | None:
    """A blur has a pixel in the middle of its window."""
    if any(size % 2 == 0 for size in _spread(arguments.get("kernel_size"))):
        return f"`kernel_size` has to be odd, and is {arguments.get('kernel_size')}"
    return None


def no_order_of_axes(arguments: Arguments) -> str | None:
    """`Permute` names each axis once."""
    dims = arguments.get("dims")
    if isinstance(dims, list | tuple) and sorted(dims) != [*range(1, len(dims) + 1)]:
        return f"`dims` has to hold each of the axes 1 to {len(dims)} once, and is {list(dims)}"
    return None


def not_both_ways(arguments: Arguments) -> str | None:
    """`Bidirectional` has a layer that reads from the start and one that reads from the end, otherwise alike."""
    forward, backward = arguments.get("layer"), arguments.get("backward_layer")
    if backward is None:
        return "`layer` reads from the end already: leave `go_backwards` out" if _has(forward, "go_backwards") else None
    if _has(forward, "go_backwards") == _has(backward, "go_backwards"):
        return "one of `layer` and `backward_layer` has to set `go_backwards: true`"
    if _has(forward, "return_sequences") != _has(backward, "return_sequences"):
        return "`return_sequences` has to be the same in `layer` and `backward_layer`"
    return None


def _has(layer: object, option: str) -> bool:
    """Whether a nested layer has an option that is off by default."""
    return isinstance(layer, HasOptions) and bool(dict(layer.options).get(option))


def _largest(value: object) -> int:
    return max(_spread(value)[:3])


def _spread(value: object) -> list[int]:
    """One number for each axis, whether one was given or several."""
    return [*value] if isinstance(value, list | tuple) else [value if isinstance(value, int) else 1] * 3
