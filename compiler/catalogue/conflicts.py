"""What can be wrong with arguments that are right one by one: each function gives a message, or None."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

Arguments = Mapping[str, object]


def two_clippings(arguments: Arguments) -> str | None:
    """Keras clips gradients in one way only."""
    given = [f"`{name}`" for name in ("clipnorm", "clipvalue", "global_clipnorm") if arguments.get(name) is not None]
    return f"{' and '.join(given)} exclude each other" if len(given) > 1 else None


def out_of_order(lower: str, upper: str) -> Callable[[Arguments], str | None]:
    """`lower` must not be above `upper`."""

    def conflict(arguments: Arguments) -> str | None:
        low, high = arguments.get(lower), arguments.get(upper)
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            return f"`{lower}` is {low}, above `{upper}`, which is {high}"
        return None

    return conflict


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
