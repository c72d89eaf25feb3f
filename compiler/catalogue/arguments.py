"""Arguments that many layers share."""

from __future__ import annotations

from specrun.compiler.catalogue import activations, constraints, initializers, regularizers
from specrun.compiler.catalogue.entry import REQUIRED, Argument, Entry, Schema
from specrun.compiler.catalogue.values import BOOLEAN, choice, integer, one_or_several, optional, positive


def _names(entries: tuple[Entry, ...], without: frozenset[str] = frozenset()) -> Schema:
    return choice(*(entry.name for entry in entries if entry.name not in without))


_ACTIVATION = _names(activations.ACTIVATIONS)
_CONSTRAINT = optional(_names(constraints.CONSTRAINTS))
_INITIALIZERS = {
    True: _names(initializers.INITIALIZERS),
    False: _names(initializers.INITIALIZERS, initializers.OF_MATRICES_ALONE),
}
_REGULARIZERS = {
    True: optional(_names(regularizers.REGULARIZERS)),
    False: optional(_names(regularizers.REGULARIZERS, regularizers.OF_MATRICES_ALONE)),
}

TRAINABLE = Argument("trainable", BOOLEAN, True, "whether training changes the weights")
CENTER = Argument("center", BOOLEAN, True, "add a learnt shift")
SCALE = Argument("scale", BOOLEAN, True, "multiply by a learnt factor")


def activation(*, required: bool) -> Argument:
    """The function that a layer's output goes through; None leaves it as it is."""
    if required:
        return Argument("activation", _ACTIVATION, REQUIRED, "the function", "activations")
    doc = "the function that the output goes through; null leaves it as it is"
    return Argument("activation", optional(_ACTIVATION), None, doc, "activations")


def initializer(weights: str, default: str, *, matrix: bool = False) -> Argument:
    """What the weights called `weights` are before training."""
    doc = f"what the {weights.replace('_', ' ')} is before training"
    return Argument(f"{weights}_initializer", _INITIALIZERS[matrix], default, doc, "initializers")


def regularizer(weights: str, *, matrix: bool = False) -> Argument:
    """The penalty on the weights, or the output, called `weights`."""
    doc = "penalty on the output" if weights == "activity" else f"penalty on the {weights}"
    return Argument(f"{weights}_regularizer", _REGULARIZERS[matrix], None, doc, "regularizers")


def constraint(weights: str) -> Argument:
    """The bounds of the weights called `weights`."""
    return Argument(f"{weights}_constraint", _CONSTRAINT, None, f"bounds of the {weights}", "constraints")


def epsilon(default: float) -> Argument:
    """What is added to a variance before the division by it."""
    return Argument("epsilon", positive(1), default, "added to the variance, so that nothing is divided by zero")


def axis(*, several: bool) -> Argument:
    """The axis, or axes, that a layer works along; 0, the batch, is refused by the shape rules."""
    one = integer(-8, 8)
    schema = one_or_several(one) if several else one
    return Argument("axis", schema, -1, "the axis, counted with the batch; -1 is the last")
