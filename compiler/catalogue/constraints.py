"""Bounds that weights are brought back into after each step."""

from __future__ import annotations

from specrun.compiler.catalogue.conflicts import out_of_order
from specrun.compiler.catalogue.entry import Argument, Entry
from specrun.compiler.catalogue.values import number

# 0 and -1 are all the axes of a kernel, and both exist in a bias too.
_AXIS = Argument(
    "axis",
    {"type": "integer", "enum": [0, -1], "minimum": -1, "maximum": 0},
    0,
    "0 takes the norm over the inputs of each unit, -1 over the units of each input",
)

CONSTRAINTS = (
    Entry(
        "MaxNorm",
        "constraints",
        "keras.constraints.MaxNorm",
        "norms of at most a value",
        (Argument("max_value", number(0), 2.0, "the largest norm"), _AXIS),
        first="max_value",
        string="MaxNorm",
    ),
    Entry(
        "MinMaxNorm",
        "constraints",
        "keras.constraints.MinMaxNorm",
        "norms between two values",
        (
            Argument("min_value", number(0), 0.0, "the smallest norm"),
            Argument("max_value", number(0), 1.0, "the largest norm"),
            Argument("rate", number(0, 1), 1.0, "how much of the way is gone in one step"),
            _AXIS,
        ),
        string="MinMaxNorm",
        conflict=out_of_order("min_value", "max_value"),
    ),
    Entry("NonNeg", "constraints", "keras.constraints.NonNeg", "weights of zero or more", string="NonNeg"),
    Entry("UnitNorm", "constraints", "keras.constraints.UnitNorm", "norms of one", (_AXIS,), string="UnitNorm"),
)
