"""Penalties on weights or outputs that are added to the loss."""

from __future__ import annotations

from specrun.compiler.catalogue.entry import Argument, Entry
from specrun.compiler.catalogue.values import choice, number


def _factor(name: str, default: float, doc: str) -> Argument:
    return Argument(name, number(0), default, doc)


def _entry(name: str, doc: str, *arguments: Argument, first: str | None = None) -> Entry:
    return Entry(name, "regularizers", f"keras.regularizers.{name}", doc, arguments, first, string=name)


REGULARIZERS = (
    _entry("L1", "the sum of the absolute values", _factor("l1", 0.01, "factor on the sum"), first="l1"),
    _entry(
        "L1L2",
        "the sum of the absolute values and that of the squares",
        _factor("l1", 0.0, "factor on the absolute values"),
        _factor("l2", 0.0, "factor on the squares"),
    ),
    _entry("L2", "the sum of the squares", _factor("l2", 0.01, "factor on the sum"), first="l2"),
    _entry(
        "OrthogonalRegularizer",
        "how far the rows or columns of a matrix are from being at right angles",
        _factor("factor", 0.01, "factor on the penalty"),
        Argument("mode", choice("rows", "columns"), "rows", "what is to be at right angles"),
        first="factor",
    ),
)

OF_MATRICES_ALONE = frozenset({"OrthogonalRegularizer"})
"""These fail on what has not two axes, such as a bias."""
