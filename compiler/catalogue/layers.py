"""Layers of all kinds but the normalizations, which have a file of their own."""

from __future__ import annotations

from specrun.compiler.catalogue.arguments import TRAINABLE, activation, axis, constraint, initializer, regularizer
from specrun.compiler.catalogue.entry import REQUIRED, Argument, Entry
from specrun.compiler.catalogue.initializers import SEED
from specrun.compiler.catalogue.values import BOOLEAN, LARGEST, choice, integer, number, optional, several, share


def layer(name: str, doc: str, *arguments: Argument, first: str | None = None) -> Entry:
    """A layer; every layer can be kept from training."""
    return Entry(name, "layers", f"keras.layers.{name}", doc, (*arguments, TRAINABLE), first)


_RATE = Argument("rate", share(), REQUIRED, "share of the values that is dropped while training")
_NOISE_SEED = Argument("seed", SEED.schema, None, SEED.doc)

BASIC = (
    layer(
        "Dense",
        "each unit is a weighted sum of all inputs",
        Argument("units", integer(1), REQUIRED, "width of the output"),
        activation(required=False),
        Argument("use_bias", BOOLEAN, True, "add a learnt shift to each unit"),
        initializer("kernel", "GlorotUniform", matrix=True),
        initializer("bias", "Zeros"),
        regularizer("kernel", matrix=True),
        regularizer("bias"),
        regularizer("activity"),
        constraint("kernel"),
        constraint("bias"),
        first="units",
    ),
    layer(
        "Flatten",
        "all the values of a row as one vector",
        Argument(
            "data_format", optional(choice("channels_last", "channels_first")), None, "where the channels of a row are"
        ),
    ),
    layer(
        "Reshape",
        "the values of a row in another shape",
        Argument(
            "target_shape",
            several({"type": "integer", "minimum": -1, "maximum": LARGEST, "not": {"enum": [0]}}),
            REQUIRED,
            "the shape without the batch; one dimension may be -1, whatever is left",
        ),
        first="target_shape",
    ),
)

ACTIVATION_LAYERS = (
    layer("Activation", "a function of each value", activation(required=True), first="activation"),
    layer(
        "ELU",
        "`x` above zero, `alpha * (exp(x) - 1)` below",
        Argument("alpha", number(), 1.0, "factor below zero"),
        first="alpha",
    ),
    layer(
        "LeakyReLU",
        "`x` above zero, a share of `x` below",
        Argument("negative_slope", number(0), 0.3, "the share"),
        first="negative_slope",
    ),
    layer(
        "PReLU",
        "`x` above zero, a learnt share of `x` below",
        initializer("alpha", "Zeros"),
        regularizer("alpha"),
        constraint("alpha"),
        Argument("shared_axes", optional(several(integer(1, 8))), None, "axes that have one share in common"),
    ),
    layer(
        "ReLU",
        "`x` above zero, zero below",
        Argument("max_value", optional(number(0)), None, "where `x` is cut off"),
        Argument("negative_slope", number(0), 0.0, "share of `x` below the threshold"),
        Argument("threshold", number(0), 0.0, "where `x` begins to count"),
        first="max_value",
    ),
    layer("Softmax", "probabilities that add up to one", axis(several=True), first="axis"),
)

NOISE = (
    layer("AlphaDropout", "dropout that keeps mean and variance, for `selu`", _RATE, _NOISE_SEED, first="rate"),
    layer("Dropout", "sets some values to zero while training", _RATE, _NOISE_SEED, first="rate"),
    layer("GaussianDropout", "multiplies by random numbers while training", _RATE, _NOISE_SEED, first="rate"),
    layer(
        "GaussianNoise",
        "adds random numbers while training",
        Argument("stddev", number(0, 1), REQUIRED, "standard deviation of the noise"),
        _NOISE_SEED,
        first="stddev",
    ),
)
