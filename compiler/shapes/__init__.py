"""The shapes and costs of layers, by rule and without Keras; tests hold each rule against it.

Adding a layer to the catalogue is adding its rule here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from specrun.compiler.catalogue import family, with_defaults
from specrun.compiler.shapes.dense import dense
from specrun.compiler.shapes.elementwise import elementwise, prelu, softmax
from specrun.compiler.shapes.normalization import (
    batch_normalization,
    group_normalization,
    layer_normalization,
    rms_normalization,
    unit_normalization,
)
from specrun.compiler.shapes.reshaping import flatten, reshape
from specrun.compiler.shapes.result import Inferred, Nested, Rule, RuleOfSeveral, ShapeMismatch, shown
from specrun.compiler.tensor import Tensor

__all__ = ["RULES", "RULES_OF_SEVERAL", "Inferred", "Nested", "ShapeMismatch", "infer", "shown", "with_defaults"]

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "Activation": elementwise,
        "AlphaDropout": elementwise,
        "BatchNormalization": batch_normalization,
        "Dense": dense,
        "Dropout": elementwise,
        "ELU": elementwise,
        "Flatten": flatten,
        "GaussianDropout": elementwise,
        "GaussianNoise": elementwise,
        "GroupNormalization": group_normalization,
        "LayerNormalization": layer_normalization,
        "LeakyReLU": elementwise,
        "PReLU": prelu,
        "RMSNormalization": rms_normalization,
        "ReLU": elementwise,
        "Reshape": reshape,
        "Softmax": softmax,
        "UnitNormalization": unit_normalization,
    }
)

RULES_OF_SEVERAL: Final[Mapping[str, RuleOfSeveral]] = MappingProxyType({})
"""The rules of layers that take several inputs."""


def infer(layer: str, arguments: Mapping[str, object], inputs: tuple[Tensor, ...]) -> Inferred | None:
    """What comes out of a layer of the catalogue when `inputs` go in; None where no rule tells.

    Arguments that are not given have their defaults.

    Raises:
        ShapeMismatch: the layer does not fit what goes in.
    """
    known = with_defaults(family("layers")[layer], arguments)
    if layer in RULES_OF_SEVERAL:
        return RULES_OF_SEVERAL[layer](known, inputs)
    if len(inputs) != 1:
        message = f"`{layer}` takes one input, and here are {len(inputs)}"
        raise ShapeMismatch(message, "join them first, with a `Concatenate` for one", len(inputs) - 1)
    return RULES[layer](known, inputs[0]) if layer in RULES else None
