"""Recurrent layers, and the layers that hold other layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from specrun.compiler.catalogue.arguments import COUNT
from specrun.compiler.catalogue.conflicts import not_both_ways
from specrun.compiler.catalogue.entry import Inputs, Schema
from specrun.compiler.catalogue.images import IMAGES
from specrun.compiler.catalogue.layers import LAYERS
from specrun.compiler.catalogue.making import Bound, Note, available
from specrun.compiler.catalogue.values import choice

ONLY_NESTED: Final = ("GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells")
"""What stands inside another layer alone."""
_RECURRENT = ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM", "RNN", "SimpleRNN")
_WITH_KERNEL = (
    *(f"Conv{n}D" for n in (1, 2, 3)),
    *(f"Conv{n}DTranspose" for n in (1, 2, 3)),
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "EinsumDense",
)
_TAKES_SEVERAL = {name for name, note in LAYERS.items() if note.inputs is not Inputs.ONE}
_OF_ONE_INPUT = tuple(name for name in available("layers") if name not in {*_TAKES_SEVERAL, *ONLY_NESTED})

OF_LAYERS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "augmentations": ("layers", tuple(name for name, note in IMAGES.items() if note.augments)),
    "cells": ("layers", ONLY_NESTED),
    "recurrent_layers": ("layers", _RECURRENT),
    "layers_with_a_kernel": ("layers", _WITH_KERNEL),
    "layers_of_one_input": ("layers", _OF_ONE_INPUT),
}
"""Layers that another layer may hold, as `subsets.OF_WEIGHTS`."""


def _one(names: Iterable[str], doc: str) -> Bound:
    return Bound(doc, choice(*names), "layers")


def _list(names: Iterable[str], doc: str) -> Bound:
    return Bound(doc, _several(names), "layers")


def _several(names: Iterable[str]) -> Schema:
    return {"type": "array", "items": choice(*names), "minItems": 1, "maxItems": 100}


NESTING: Final[Mapping[str, Note]] = {
    "Bidirectional": Note(
        "a recurrent layer that reads each sequence from both ends",
        {
            "layer": _one(_RECURRENT, "the layer"),
            "merge_mode": Bound("how the two outputs become one", choice("concat", "sum", "mul", "ave")),
            "backward_layer": _one(_RECURRENT, "the layer that reads from the end; null is a second `layer`"),
        },
        conflict=not_both_ways,
    ),
    "GRU": Note("a gated recurrent unit, which reads a sequence step by step", first="units"),
    "GRUCell": Note("one step of a `GRU`", first="units", only_nested=True),
    "LSTM": Note("a long short-term memory, which reads a sequence step by step", first="units"),
    "LSTMCell": Note("one step of an `LSTM`", first="units", only_nested=True),
    "RNN": Note(
        "reads a sequence step by step, with cells of your choice",
        {
            "cell": Bound(
                "the cell, or several that stand on each other",
                {**_several(ONLY_NESTED), "type": ["string", "array"]},
                "layers",
            )
        },
    ),
    "SimpleRNN": Note("a recurrent layer whose state is its last output", first="units"),
    "SimpleRNNCell": Note("one step of a `SimpleRNN`", first="units", only_nested=True),
    "SpectralNormalization": Note(
        "a layer whose weights are brought to the spectral norm 1",
        {
            "layer": _one(_WITH_KERNEL, "the layer"),
            "power_iterations": Bound("how often the estimate of the norm is improved in each step", COUNT),
        },
    ),
    "StackedRNNCells": Note(
        "several cells that stand on each other, as one", {"cells": _list(ONLY_NESTED, "the cells")}, only_nested=True
    ),
    "TimeDistributed": Note(
        "a layer that is applied to each step of a sequence", {"layer": _one(_OF_ONE_INPUT, "the layer")}
    ),
}
