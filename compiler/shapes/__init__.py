"""The shapes and costs of layers, by rule and without Keras; tests hold each rule against it.

Adding a layer to the catalogue is adding its rule here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from specrun.compiler.catalogue import family, with_defaults
from specrun.compiler.plan import Shape
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
from specrun.compiler.shapes.result import Inferred, Rule, ShapeMismatch, shown

__all__ = ["RULES", "Inferred", "ShapeMismatch", "infer", "shown", "with_defaults"]

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


def infer(layer: str, arguments: Mapping[str, object], shape: Shape) -> Inferred:
    """What comes out of a layer of the catalogue when `shape`, with the batch first, goes in.

    Arguments that are not given have their defaults.

    Raises:
        ShapeMismatch: the layer does not fit the shape.
    """
    return RULES[layer](with_defaults(family("layers")[layer], arguments), shape)
