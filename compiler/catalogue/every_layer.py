"""Every layer that a spec can use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from specrun.compiler.catalogue.arguments import BY_NAME, TRAINABLE, by_dimensions
from specrun.compiler.catalogue.conflicts import all_of
from specrun.compiler.catalogue.entry import Entry
from specrun.compiler.catalogue.facts import Fact
from specrun.compiler.catalogue.images import IMAGES
from specrun.compiler.catalogue.layers import LAYERS as NOTES
from specrun.compiler.catalogue.making import Family, Note, available, make
from specrun.compiler.catalogue.nesting import NESTING
from specrun.compiler.catalogue.spatial import SPATIAL
from specrun.compiler.catalogue.weights import axes_of_constraints, of_weights

_NOTES: Final[Mapping[str, Note]] = {**NOTES, **SPATIAL, **NESTING, **IMAGES}


def _entry(name: str, fact: Fact) -> Entry:
    weights = of_weights(name, (argument["name"] for argument in fact.get("arguments", [])))
    note = _NOTES[name]
    if any(argument.endswith("_constraint") for argument in weights):
        axes = axes_of_constraints(name)
        note = replace(note, conflict=all_of(note.conflict, axes) if note.conflict else axes)
    entry = make("layers", name, fact, note, by_dimensions(name), weights, BY_NAME)
    # Every layer that takes Keras's common keywords can be kept from training.
    return replace(entry, arguments=(*entry.arguments, TRAINABLE)) if fact.get("open") else entry


LAYERS = Family("layers", available("layers"), _entry)
