"""What the weights of a layer are before training."""

from __future__ import annotations

from specrun.compiler.catalogue.conflicts import out_of_order
from specrun.compiler.catalogue.entry import Entry
from specrun.compiler.catalogue.facts import Fact
from specrun.compiler.catalogue.making import Bound, Family, Note, available, make
from specrun.compiler.catalogue.values import SEED, number, positive

_GENERAL = {
    "gain": Bound("factor on the matrix", number()),
    "maxval": Bound("upper bound", number()),
    "mean": Bound("mean of the distribution", number()),
    "minval": Bound("lower bound", number()),
    "scale": Bound("factor on the variance", positive()),
    "seed": Bound("seed of its random numbers; null takes it from the seed of the run", SEED),
    "stddev": Bound("standard deviation of the distribution", number(0)),
    "value": Bound("the value", number()),
}

_DOCS = {
    "Constant": "one value everywhere",
    "GlorotNormal": "truncated normal, scaled by inputs and outputs (Xavier)",
    "GlorotUniform": "uniform, scaled by inputs and outputs (Xavier)",
    "HeNormal": "truncated normal, scaled by inputs, for `relu`",
    "HeUniform": "uniform, scaled by inputs, for `relu`",
    "Identity": "ones on the diagonal of a matrix, zeros elsewhere",
    "LecunNormal": "truncated normal, scaled by inputs, for `selu`",
    "LecunUniform": "uniform, scaled by inputs, for `selu`",
    "Ones": "one everywhere",
    "Orthogonal": "a random orthogonal matrix",
    "RandomNormal": "a normal distribution",
    "RandomUniform": "a uniform distribution",
    "TruncatedNormal": "a normal distribution cut off at two standard deviations",
    "VarianceScaling": "a distribution scaled by the size of the layer",
    "Zeros": "zero everywhere",
}
_FIRST = {"Constant": "value", "Identity": "gain", "Orthogonal": "gain"}
_SCALING = {
    "mode": Bound("scale by inputs, by outputs or by both"),
    "distribution": Bound("which distribution"),
}


def _entry(name: str, fact: Fact) -> Entry:
    # Keras 3.15 fails on "Constant" as a string.
    string = name if name != "Constant" else None
    conflict = out_of_order("minval", "maxval") if name == "RandomUniform" else None
    note = Note(_DOCS[name], {}, _FIRST.get(name), string, conflict=conflict)
    return make("initializers", name, fact, note, _SCALING if name == "VarianceScaling" else {}, _GENERAL)


INITIALIZERS = Family("initializers", available("initializers"), _entry)
