"""Bounds that weights are brought back into after each step."""

from __future__ import annotations

from collections.abc import Mapping

from specrun.compiler.catalogue.conflicts import out_of_order
from specrun.compiler.catalogue.entry import Entry
from specrun.compiler.catalogue.facts import Fact
from specrun.compiler.catalogue.making import Bound, Family, Note, available, make
from specrun.compiler.catalogue.values import integer, number, one_or_several

_GENERAL = {
    "axis": Bound(
        "the axis, or axes, of the weights that a norm is taken over; 0 is over the inputs of each unit",
        one_or_several(integer(-5, 4), 5),
    ),
    "max_value": Bound("the largest norm", number(0)),
    "min_value": Bound("the smallest norm", number(0)),
    "rate": Bound("how much of the way is gone in one step", number(0, 1)),
}

_NOTES: Mapping[str, Note] = {
    "MaxNorm": Note("norms of at most a value", first="max_value", string="MaxNorm"),
    "MinMaxNorm": Note(
        "norms between two values", string="MinMaxNorm", conflict=out_of_order("min_value", "max_value")
    ),
    "NonNeg": Note("weights of zero or more", string="NonNeg"),
    "UnitNorm": Note("norms of one", string="UnitNorm"),
}


def _entry(name: str, fact: Fact) -> Entry:
    return make("constraints", name, fact, _NOTES[name], _GENERAL)


CONSTRAINTS = Family("constraints", available("constraints"), _entry)
