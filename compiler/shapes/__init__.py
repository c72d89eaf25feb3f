"""The shapes and costs of layers, by rule and without Keras; tests hold each rule against it.

Adding a layer to the catalogue is adding its rule to a module of this folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from specrun.compiler.catalogue import Entry, family, with_defaults
from specrun.compiler.shapes import (
    attention,
    conv_recurrent,
    convolution,
    dense,
    edges,
    einsum,
    elementwise,
    embedding,
    images,
    merging,
    normalization,
    pooling,
    recurrent,
    reshaping,
    spectrogram,
    wrappers,
)
from specrun.compiler.shapes.result import Inferred, Nested, Rule, RuleOfSeveral, ShapeMismatch, shown
from specrun.compiler.tensor import Tensor

__all__ = ["RULES", "RULES_OF_SEVERAL", "Inferred", "Nested", "ShapeMismatch", "infer", "shown", "with_defaults"]


def _inner(layer: Nested, tensor: Tensor) -> Inferred | None:
    """What comes out of a layer inside another one; None where no rule tells."""
    return infer(layer.name, layer.arguments, (tensor,))


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        **conv_recurrent.RULES,
        **convolution.RULES,
        **dense.RULES,
        **edges.RULES,
        **einsum.RULES,
        **elementwise.RULES,
        **embedding.RULES,
        **images.RULES,
        **normalization.RULES,
        **pooling.RULES,
        **recurrent.RULES,
        **reshaping.RULES,
        **spectrogram.RULES,
        **wrappers.rules(_inner),
    }
)
"""The rules of layers that take one input."""

RULES_OF_SEVERAL: Final[Mapping[str, RuleOfSeveral]] = MappingProxyType(
    {**attention.RULES_OF_SEVERAL, **merging.RULES_OF_SEVERAL}
)
"""The rules of layers that take several inputs."""


def infer(layer: str, arguments: Mapping[str, object], inputs: tuple[Tensor, ...]) -> Inferred | None:
    """What comes out of a layer of the catalogue when `inputs` go in; None where no rule tells.

    Arguments that are not given have their defaults.

    Raises:
        ShapeMismatch: the layer does not fit what goes in.
    """
    entry = family("layers")[layer]
    if not entry.fewest <= len(inputs) <= (entry.most or len(inputs)):
        raise _miscounted(entry, len(inputs))
    known = with_defaults(entry, arguments)
    if layer in RULES_OF_SEVERAL:
        inferred: Inferred | None = RULES_OF_SEVERAL[layer](known, inputs)
    else:
        inferred = RULES[layer](known, inputs[0]) if layer in RULES else None
    if inferred is not None and known.get("trainable") is False:
        return replace(inferred, frozen=inferred.parameters)
    return inferred


def _miscounted(entry: Entry, count: int) -> ShapeMismatch:
    """Too few inputs, or too many."""
    most = "" if entry.most == entry.fewest else " or more" if entry.most is None else f" or {entry.most}"
    wanted = "one input" if entry.most == 1 else f"{entry.fewest}{most} inputs"
    message = f"`{entry.name}` takes {wanted}, and here {'is 1' if count == 1 else f'are {count}'}"
    several = "list them under its `inputs`" if count < entry.fewest else "leave some out of its `inputs`"
    one = "join them first, with a `Concatenate` for one"
    return ShapeMismatch(message, one if entry.most == 1 and count > 1 else several, max(count - 1, 0))
