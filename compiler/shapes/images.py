"""Images: crops and other sizes, and augmentations, which leave the shape as it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.dtypes import cast, refuse_whole_numbers
from specrun.compiler.shapes.result import Arguments, Inferred, Rule
from specrun.compiler.shapes.space import number, space
from specrun.compiler.tensor import Tensor

_SIZED = ("CenterCrop", "RandomCrop", "Resizing")
AUGMENTATIONS = (
    "AugMix",
    "AutoContrast",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "Equalization",
    "RandAugment",
    "RandomBrightness",
    "RandomColorDegeneration",
    "RandomColorJitter",
    "RandomContrast",
    "RandomElasticTransform",
    "RandomErasing",
    "RandomFlip",
    "RandomGaussianBlur",
    "RandomGrayscale",
    "RandomHue",
    "RandomInvert",
    "RandomPerspective",
    "RandomPosterization",
    "RandomRotation",
    "RandomSaturation",
    "RandomSharpness",
    "RandomShear",
    "RandomTranslation",
    "RandomZoom",
    "Solarization",
)
_TAKING_NO_WHOLE_NUMBERS = ("RandomContrast", "RandomSaturation")
_KEEPING_THE_TYPE = ("Equalization", "RandomGrayscale")


def _sized(layer: str, arguments: Arguments, tensor: Tensor) -> Inferred:
    """Images of the given `height` and `width`."""
    row = space(layer, arguments, tensor, 2)
    return Inferred(row.of((number(arguments, "height"), number(arguments, "width")), row.channels), 0, 0)


def _augmented(layer: str, arguments: Arguments, tensor: Tensor) -> Inferred:
    """Images stay images of the same size."""
    row = space(layer, arguments, tensor, 2)
    if layer in _TAKING_NO_WHOLE_NUMBERS:
        refuse_whole_numbers(layer, tensor)
    return Inferred(cast(tensor) if layer in _KEEPING_THE_TYPE else row.of(row.lengths, row.channels), 0, 0)


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        **{layer: partial(_sized, layer) for layer in _SIZED},
        **{layer: partial(_augmented, layer) for layer in AUGMENTATIONS},
    }
)
