"""What an argument takes that stands for an object of another family, such as an initializer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from specrun.compiler.catalogue.entry import Schema
from specrun.compiler.catalogue.making import Bound, available
from specrun.compiler.catalogue.values import choice

_NEEDS_RANK: Final[Mapping[str, range]] = MappingProxyType(
    {"Identity": range(2, 3), "Orthogonal": range(2, 4), "OrthogonalRegularizer": range(2, 3)}
)
"""How many axes weights must have for what does not fit all (3: three and more)."""


def activation() -> Schema:
    """The name of any activation."""
    return choice(*available("activations"))


def initializer(weights: str, rank: int) -> Bound:
    """What the weights called `weights`, of `rank` axes, are before training."""
    doc = f"what the {weights.replace('_', ' ')} is before training"
    return Bound(doc, _fitting("initializers", rank), "initializers")


def regularizer(weights: str, rank: int) -> Bound:
    """The penalty on the weights, or the output, called `weights`."""
    doc = "penalty on the output" if weights == "activity" else f"penalty on the {weights.replace('_', ' ')}"
    return Bound(doc, _fitting("regularizers", rank), "regularizers")


def constraint(weights: str, rank: int) -> Bound:
    """The bounds of the weights called `weights`."""
    return Bound(f"bounds of the {weights.replace('_', ' ')}", _fitting("constraints", rank), "constraints")


def _fitting(family: str, rank: int) -> Schema:
    return choice(*_names(family, rank))


def _names(family: str, rank: int) -> tuple[str, ...]:
    return tuple(name for name in available(family) if rank in _NEEDS_RANK.get(name, range(1, 4)))


OF_WEIGHTS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "initializers_of_any_weights": ("initializers", _names("initializers", 1)),
        "initializers_of_tensors": ("initializers", _names("initializers", 3)),
        "regularizers_of_any_weights": ("regularizers", _names("regularizers", 1)),
    }
)
"""Parts of a family that arguments take, by a name of their own: the family, and the names in it."""
