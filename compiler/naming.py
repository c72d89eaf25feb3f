"""The names of layers that have none of their own."""

from __future__ import annotations

from collections import Counter
from functools import cache

from specrun.compiler.catalogue.metrics import snake_case

_CLASSES = {"GroupQueryAttention": "GroupedQueryAttention"}
"""Layers whose class has another name in Keras than the one that it is public by."""


@cache
def automatic_name(layer: str) -> str:
    """What Keras calls the first layer of a class that has no name of its own: `multi_head_attention`."""
    return snake_case(_CLASSES.get(layer, layer))


class AutomaticNames:
    """Names the layers of a network one after the other, as Keras does.

    Only those without a name of their own are asked for: Keras does not count the others. A name may be one that was
    given by hand all the same; to see that is the caller's.
    """

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def fresh(self, layer: str) -> str:
        """The name of the next layer of a class: `dense`, `dense_1`, `dense_2`, …"""
        base = automatic_name(layer)
        number = self._used[base]
        self._used[base] += 1
        return f"{base}_{number}" if number else base
