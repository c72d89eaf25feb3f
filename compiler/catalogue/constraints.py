"""Bounds that weights are brought back into after each step."""

from __future__ import annotations

from collections.abc import Mapping

from specrun.compiler.catalogue.conflicts import out_of_order
from specrun.compiler.catalogue.entry import Entry
from specrun.compiler.catalogue.facts import Fact
from specrun.compiler.catalogue.making import Bound, Family, Note, available, make
from specrun.compiler.catalogue.values import number

_GENERAL = {
    # 0 and -1 are all the axes of a kernel, and both exist in a bias too.
    "axis": Bound(
        "0 takes the norm over the inputs of each unit, -1 over the units of each input",
        {"type": "integer", "enum": [0, -1], "minimum": -1, "maximum": 0},
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
