"""What the weights of a layer are before training."""

from __future__ import annotations

from specrun.compiler.catalogue.conflicts import out_of_order
from specrun.compiler.catalogue.entry import Argument, Entry
from specrun.compiler.catalogue.values import choice, integer, number, optional, positive

SEED = Argument(
    "seed", optional(integer(0)), None, "seed of its random numbers; null takes it from the seed of the run"
)

_MEAN = Argument("mean", number(), 0.0, "mean of the distribution")
_STDDEV = Argument("stddev", number(0), 0.05, "standard deviation of the distribution")
_GAIN = Argument("gain", number(), 1.0, "factor on the matrix")


def _entry(name: str, doc: str, *arguments: Argument, first: str | None = None) -> Entry:
    # Keras 3.15 fails on "Constant" as a string.
    string = name if name != "Constant" else None
    return Entry(name, "initializers", f"keras.initializers.{name}", doc, arguments, first, string)


INITIALIZERS = (
    _entry("Constant", "one value everywhere", Argument("value", number(), 0.0, "the value"), first="value"),
    _entry("GlorotNormal", "truncated normal, scaled by inputs and outputs (Xavier)", SEED),
    _entry("GlorotUniform", "uniform, scaled by inputs and outputs (Xavier)", SEED),
    _entry("HeNormal", "truncated normal, scaled by inputs, for `relu`", SEED),
    _entry("HeUniform", "uniform, scaled by inputs, for `relu`", SEED),
    _entry("Identity", "ones on the diagonal of a matrix, zeros elsewhere", _GAIN, first="gain"),
    _entry("LecunNormal", "truncated normal, scaled by inputs, for `selu`", SEED),
    _entry("LecunUniform", "uniform, scaled by inputs, for `selu`", SEED),
    _entry("Ones", "one everywhere"),
    _entry("Orthogonal", "a random orthogonal matrix", _GAIN, SEED, first="gain"),
    _entry("RandomNormal", "a normal distribution", _MEAN, _STDDEV, SEED),
    Entry(
        "RandomUniform",
        "initializers",
        "keras.initializers.RandomUniform",
        "a uniform distribution",
        (
            Argument("minval", number(), -0.05, "lower bound"),
            Argument("maxval", number(), 0.05, "upper bound"),
            SEED,
        ),
        string="RandomUniform",
        conflict=out_of_order("minval", "maxval"),
    ),
    _entry("TruncatedNormal", "a normal distribution cut off at two standard deviations", _MEAN, _STDDEV, SEED),
    _entry(
        "VarianceScaling",
        "a distribution scaled by the size of the layer",
        Argument("scale", positive(), 1.0, "factor on the variance"),
        Argument("mode", choice("fan_in", "fan_out", "fan_avg"), "fan_in", "scale by inputs, by outputs or by both"),
        Argument(
            "distribution",
            choice("truncated_normal", "untruncated_normal", "uniform"),
            "truncated_normal",
            "which distribution",
        ),
        SEED,
    ),
    _entry("Zeros", "zero everywhere"),
)

OF_MATRICES_ALONE = frozenset({"Identity", "Orthogonal"})
"""These fail on the weights of one axis, such as a bias."""
