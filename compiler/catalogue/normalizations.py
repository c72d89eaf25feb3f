"""Layers that bring values to a common scale."""

from __future__ import annotations

from specrun.compiler.catalogue.arguments import CENTER, SCALE, axis, constraint, epsilon, initializer, regularizer
from specrun.compiler.catalogue.entry import Argument, Entry
from specrun.compiler.catalogue.layers import layer
from specrun.compiler.catalogue.values import LARGEST, number

_INITIALIZERS = (initializer("beta", "Zeros"), initializer("gamma", "Ones"))
_PENALTIES = (regularizer("beta"), regularizer("gamma"), constraint("beta"), constraint("gamma"))

NORMALIZATIONS: tuple[Entry, ...] = (
    layer(
        "BatchNormalization",
        "mean 0 and variance 1 over a batch, and over all the training rows afterwards",
        axis(several=False),
        Argument("momentum", number(0, 1), 0.99, "how much of the moving averages stays at each step"),
        epsilon(1e-3),
        CENTER,
        SCALE,
        *_INITIALIZERS,
        initializer("moving_mean", "Zeros"),
        initializer("moving_variance", "Ones"),
        *_PENALTIES,
    ),
    layer(
        "GroupNormalization",
        "mean 0 and variance 1 over each group of a row's values",
        Argument(
            "groups",
            {"type": "integer", "minimum": -1, "maximum": LARGEST, "not": {"enum": [0]}},
            32,
            "how many groups; -1 makes each channel one of its own",
        ),
        axis(several=False),
        epsilon(1e-3),
        CENTER,
        SCALE,
        *_INITIALIZERS,
        *_PENALTIES,
        first="groups",
    ),
    layer(
        "LayerNormalization",
        "mean 0 and variance 1 over the values of a row",
        axis(several=True),
        epsilon(1e-3),
        CENTER,
        SCALE,
        *_INITIALIZERS,
        *_PENALTIES,
    ),
    layer("RMSNormalization", "mean square 1 over the values of a row", axis(several=True), epsilon(1e-6)),
    layer("UnitNormalization", "length 1 over the values of a row", axis(several=True)),
)
