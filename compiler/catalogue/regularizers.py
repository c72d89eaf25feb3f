"""Penalties on weights or outputs that are added to the loss."""

from __future__ import annotations

from collections.abc import Mapping

from specrun.compiler.catalogue.entry import Entry
from specrun.compiler.catalogue.facts import Fact
from specrun.compiler.catalogue.making import Bound, Family, Note, available, make
from specrun.compiler.catalogue.values import number

_FACTOR = number(0)
_BOTH = {"l1": Bound("factor on the absolute values", _FACTOR), "l2": Bound("factor on the squares", _FACTOR)}

_NOTES: Mapping[str, Note] = {
    "L1": Note("the sum of the absolute values", {"l1": Bound("factor on the sum", _FACTOR)}, "l1", "L1"),
    "L1L2": Note("the sum of the absolute values and that of the squares", _BOTH, None, "L1L2"),
    "L2": Note("the sum of the squares", {"l2": Bound("factor on the sum", _FACTOR)}, "l2", "L2"),
    "OrthogonalRegularizer": Note(
        "how far the rows or columns of a matrix are from being at right angles",
        {"factor": Bound("factor on the penalty", _FACTOR), "mode": Bound("what is to be at right angles")},
        "factor",
        "OrthogonalRegularizer",
    ),
}


def _entry(name: str, fact: Fact) -> Entry:
    return make("regularizers", name, fact, _NOTES[name])


REGULARIZERS = Family("regularizers", available("regularizers"), _entry)
