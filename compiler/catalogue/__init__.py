"""The names of Keras that a spec may use, with every option's bounds and default; Keras itself is not imported.

Names, arguments and defaults are what Keras says of itself (`keras.json`, see `facts`); a note in the file of the
family adds what Keras does not say. A name that a spec must not reach is in `unavailable`, with the reason. Tests hold
each entry against Keras.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from specrun.compiler.catalogue.activations import ACTIVATIONS
from specrun.compiler.catalogue.callbacks import CALLBACKS
from specrun.compiler.catalogue.constraints import CONSTRAINTS
from specrun.compiler.catalogue.entry import REQUIRED, Argument, Entry, Inputs, Labels, Schema, typed, with_defaults
from specrun.compiler.catalogue.every_layer import LAYERS
from specrun.compiler.catalogue.facts import facts
from specrun.compiler.catalogue.initializers import INITIALIZERS
from specrun.compiler.catalogue.losses import LOSSES
from specrun.compiler.catalogue.making import Family
from specrun.compiler.catalogue.metrics import METRICS, snake_case
from specrun.compiler.catalogue.nesting import OF_LAYERS, ONLY_NESTED
from specrun.compiler.catalogue.optimizers import OPTIMIZERS
from specrun.compiler.catalogue.regularizers import REGULARIZERS
from specrun.compiler.catalogue.schedules import SCHEDULES
from specrun.compiler.catalogue.unavailable import aliases, left_out, unavailable
from specrun.compiler.catalogue.weights import SUBSETS as OF_WEIGHTS

__all__ = [
    "FAMILIES",
    "ONLY_NESTED",
    "REQUIRED",
    "SUBSETS",
    "Argument",
    "Entry",
    "Family",
    "Inputs",
    "Labels",
    "Schema",
    "aliases",
    "conflict",
    "family",
    "find",
    "is_numbered",
    "left_out",
    "logged_name",
    "names_of",
    "typed",
    "unavailable",
    "why_left_out",
    "with_defaults",
]

_LOGGED = {"FBetaScore": "fbeta_score"}
"""Metrics that Keras does not name after their class."""
FAMILIES: Final[Mapping[str, Family]] = MappingProxyType(
    {
        "layers": LAYERS,
        "activations": ACTIVATIONS,
        "initializers": INITIALIZERS,
        "regularizers": REGULARIZERS,
        "constraints": CONSTRAINTS,
        "optimizers": OPTIMIZERS,
        "schedules": SCHEDULES,
        "losses": LOSSES,
        "metrics": METRICS,
        "callbacks": CALLBACKS,
    }
)


SUBSETS: Final = MappingProxyType({**OF_WEIGHTS, **OF_LAYERS})
"""Parts of a family that some arguments take, by names of their own: the family, and the names in it."""


def family(name: str) -> Family:
    """The entries of a family by their names.

    Raises:
        KeyError: there is no such family.
    """
    return FAMILIES[name]


def find(family: str, name: str) -> Entry | None:
    """The entry of that exact name, or None."""
    return FAMILIES[family].get(name)


def why_left_out(name: str, argument: str) -> str | None:
    """Why an argument that an entry of that name has in Keras cannot be written in a spec; None where it has none."""
    families = (family for family in FAMILIES if argument in left_out(family))
    return next((left_out(f)[argument] for f in families if argument in FAMILIES[f].of_keras(name)), None)


def names_of(argument: Argument) -> tuple[str, ...]:
    """The names of its family that an argument takes; none where it has no family, or takes numbers."""
    items = argument.schema.get("items", argument.schema)
    names = items.get("enum") if argument.family and isinstance(items, Mapping) else None
    return tuple(name for name in names if name) if isinstance(names, list) else ()


def conflict(entry: Entry, given: Mapping[str, object]) -> str | None:
    """What is wrong with arguments that are right one by one, as the start of a message, or None."""
    return entry.conflict(with_defaults(entry, given)) if entry.conflict else None


def logged_name(entry: Entry) -> str:
    """What a history calls a metric, and a callback watches: `AUC` is `auc`."""
    return entry.string or _LOGGED.get(entry.name) or snake_case(entry.name)


def mode_of(measure: str) -> str | None:
    """What is better of a measure, "min" or "max", by the name under which it is logged; None where that is not known.

    The name of an output may stand before it, and a number behind it.
    """
    plain = re.sub(r"_\d+$", "", measure)
    modes = {"loss": "min", **{logged_name(entry): entry.mode for entry in family("metrics").values()}}
    fitting = [name for name in modes if plain == name or plain.endswith(f"_{name}")]
    return modes[max(fitting, key=len)] if fitting else None


def is_numbered(entry: Entry) -> bool:
    """Whether Keras numbers the metrics that are made of this one's class."""
    fact = facts("metrics").get(entry.name)
    return fact is not None and fact.get("numbered", False)
