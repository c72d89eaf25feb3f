"""Every layer that a spec can use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from specrun.compiler.catalogue.arguments import BY_NAME, TRAINABLE, by_dimensions, of_weights
from specrun.compiler.catalogue.entry import Entry
from specrun.compiler.catalogue.facts import Fact
from specrun.compiler.catalogue.images import IMAGES
from specrun.compiler.catalogue.layers import LAYERS as NOTES
from specrun.compiler.catalogue.making import Family, Note, available, make
from specrun.compiler.catalogue.nesting import NESTING

_NOTES: Final[Mapping[str, Note]] = {**NOTES, **NESTING, **IMAGES}


def _entry(name: str, fact: Fact) -> Entry:
    weights = of_weights(name, (argument["name"] for argument in fact.get("arguments", [])))
    entry = make("layers", name, fact, _NOTES[name], by_dimensions(name), weights, BY_NAME)
    # Every layer that takes Keras's common keywords can be kept from training.
    return replace(entry, arguments=(*entry.arguments, TRAINABLE)) if fact.get("open") else entry


LAYERS = Family("layers", available("layers"), _entry)
