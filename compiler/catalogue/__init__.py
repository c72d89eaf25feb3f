"""The names of Keras that a spec may use, with every option's bounds and default; Keras itself is not imported.

Adding a name is adding an `Entry` to the file of its family. Tests hold each entry against Keras.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from specrun.compiler.catalogue.activations import ACTIVATIONS
from specrun.compiler.catalogue.callbacks import CALLBACKS
from specrun.compiler.catalogue.constraints import CONSTRAINTS
from specrun.compiler.catalogue.entry import REQUIRED, Argument, Entry, Labels, Schema, typed, with_defaults
from specrun.compiler.catalogue.initializers import INITIALIZERS
from specrun.compiler.catalogue.layers import ACTIVATION_LAYERS, BASIC, NOISE
from specrun.compiler.catalogue.losses import LOSSES
from specrun.compiler.catalogue.metrics import METRICS, snake_case
from specrun.compiler.catalogue.normalizations import NORMALIZATIONS
from specrun.compiler.catalogue.optimizers import OPTIMIZERS
from specrun.compiler.catalogue.regularizers import REGULARIZERS
from specrun.compiler.catalogue.schedules import SCHEDULES
from specrun.compiler.catalogue.unavailable import aliases, unavailable

__all__ = [
    "FAMILIES",
    "REQUIRED",
    "Argument",
    "Entry",
    "Labels",
    "Schema",
    "aliases",
    "conflict",
    "family",
    "find",
    "logged_name",
    "typed",
    "unavailable",
    "with_defaults",
]

_LOGGED = {"FBetaScore": "fbeta_score"}
"""Metrics that Keras does not name after their class."""


def _by_name(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    return MappingProxyType({entry.name: entry for entry in entries})


FAMILIES: Final[Mapping[str, Mapping[str, Entry]]] = MappingProxyType(
    {
        "layers": _by_name((*BASIC, *ACTIVATION_LAYERS, *NORMALIZATIONS, *NOISE)),
        "activations": _by_name(ACTIVATIONS),
        "initializers": _by_name(INITIALIZERS),
        "regularizers": _by_name(REGULARIZERS),
        "constraints": _by_name(CONSTRAINTS),
        "optimizers": _by_name(OPTIMIZERS),
        "schedules": _by_name(SCHEDULES),
        "losses": _by_name(LOSSES),
        "metrics": _by_name(METRICS),
        "callbacks": _by_name(CALLBACKS),
    }
)


def family(name: str) -> Mapping[str, Entry]:
    """The entries of a family by their names.

    Raises:
        KeyError: there is no such family.
    """
    return FAMILIES[name]


def find(family: str, name: str) -> Entry | None:
    """The entry of that exact name, or None."""
    return FAMILIES[family].get(name)


def conflict(entry: Entry, given: Mapping[str, object]) -> str | None:
    """What is wrong with arguments that are right one by one, as the start of a message, or None."""
    return entry.conflict(with_defaults(entry, given)) if entry.conflict else None


def logged_name(entry: Entry) -> str:
    """What a history calls a metric, and a callback watches: `AUC` is `auc`."""
    return entry.string or _LOGGED.get(entry.name) or snake_case(entry.name)
