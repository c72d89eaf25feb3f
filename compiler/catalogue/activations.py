"""Activation functions, by the names of Keras's functions; they are always spelled as strings."""

from __future__ import annotations

from specrun.compiler.catalogue.entry import Entry
from specrun.compiler.catalogue.facts import Fact
from specrun.compiler.catalogue.making import Family, Note, available, make

_DOCS = {
    "celu": "`x` above zero, a smooth curve down to -1 below",
    "elu": "`x` above zero, `exp(x) - 1` below",
    "exponential": "`exp(x)`",
    "gelu": "`x` times the normal distribution's share below `x`",
    "hard_shrink": "zero where `x` is between -0.5 and 0.5, `x` elsewhere",
    "hard_sigmoid": "three straight lines in place of the sigmoid",
    "hard_silu": "`x` times the hard sigmoid of `x`",
    "hard_tanh": "`x` cut off at -1 and 1",
    "leaky_relu": "`x` above zero, a fifth of `x` below",
    "linear": "`x` as it is",
    "log_sigmoid": "the logarithm of the sigmoid",
    "log_softmax": "the logarithm of the softmax",
    "mish": "`x` times the hyperbolic tangent of its softplus",
    "relu": "`x` above zero, zero below",
    "relu6": "`x` cut off at 0 and 6",
    "selu": "a scaled `elu` that keeps mean and variance from layer to layer",
    "sigmoid": "a probability, `1 / (1 + exp(-x))`",
    "silu": "`x` times the sigmoid of `x`, also known as swish",
    "soft_shrink": "`x` moved towards zero by 0.5, and zero in between",
    "softmax": "probabilities that add up to one",
    "softplus": "`log(exp(x) + 1)`, a smooth `relu`",
    "softsign": "`x / (abs(x) + 1)`",
    "sparse_plus": "a `softplus` that is exactly zero up to -1 and `x` from 1 on",
    "sparse_sigmoid": "a sigmoid that is exactly zero up to -1 and one from 1 on",
    "sparsemax": "probabilities that add up to one, many of them exactly zero",
    "squareplus": "`(x + sqrt(x * x + 4)) / 2`, a smooth `relu`",
    "tanh": "the hyperbolic tangent, from -1 to 1",
    "tanh_shrink": "`x - tanh(x)`",
}


def _entry(name: str, fact: Fact) -> Entry:
    return make("activations", name, fact, Note(_DOCS.get(name, ""), string=name))


ACTIVATIONS = Family("activations", available("activations"), _entry)
