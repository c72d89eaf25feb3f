"""Images: crops and other sizes, and augmentations, which leave the shape as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.dtypes import cast, refuse_whole_numbers
from specrun.compiler.shapes.result import Arguments, Inferred, Rule, unfit
from specrun.compiler.shapes.space import by, number, numbers, space
from specrun.compiler.tensor import Tensor

_SIZED = ("CenterCrop", "Resizing")
_TILED = "ContrastLimitedAdaptiveHistogramEqualization"
AUGMENTATIONS = (
    "AugMix",
    "AutoContrast",
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
_GREY_OR_COLOURED = dict.fromkeys(("AugMix", "RandAugment", "RandomGrayscale"), (1, 3))
_COLOURED = dict.fromkeys(("RandomColorDegeneration", "RandomColorJitter", "RandomHue", "RandomSaturation"), (3,))
_CHANNELS: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType({**_GREY_OR_COLOURED, **_COLOURED})
_WITH_FRACTIONS = ("RandomBrightness", "RandomContrast", "RandomSaturation")
_OF_THE_SAME_TYPE = ("RandomGrayscale",)
_ROUNDED = ("Resizing", _TILED)
"""What these give for whole numbers is whole numbers, though Keras calls it float32."""


def _sized(layer: str, arguments: Arguments, tensor: Tensor) -> Inferred:
    """Images of the given `height` and `width`."""
    row = space(layer, arguments, tensor, 2)
    if arguments.get("pad_to_aspect_ratio"):
        refuse_whole_numbers(layer, tensor)
    sized = row.of((number(arguments, "height"), number(arguments, "width")), row.channels)
    return Inferred(_rounded(layer, tensor, sized), 0, 0)


def _augmented(layer: str, arguments: Arguments, tensor: Tensor) -> Inferred:
    """Images stay images of the same size; those that work on colours want red, green and blue, or grey."""
    # Keras passes its `data_format` on to no part of this layer.
    row = space(layer, {} if layer == "RandomColorJitter" else arguments, tensor, 2)
    wanted = _CHANNELS.get(layer, (row.channels,))
    if row.channels not in (*wanted, None):
        where = "last" if not row.channels_first else "first"
        wants = f"takes images of {' or '.join(map(str, wanted))} channels, which are {where}"
        raise unfit(layer, wants, tensor.shape, "leave it out, or give the images other channels")
    if layer == "RandomPerspective" and 1 in row.lengths:  # by its corners, Keras solves for where each place goes
        raise unfit(layer, "moves the four corners, which must not meet", tensor.shape, "give the images 2 x 2 or more")
    if layer in _WITH_FRACTIONS:
        refuse_whole_numbers(layer, tensor)
    if layer in _OF_THE_SAME_TYPE:
        return Inferred(cast(tensor), 0, 0)
    return Inferred(_rounded(layer, tensor, row.of(row.lengths, row.channels)), 0, 0)


def _rounded(layer: str, given: Tensor, made: Tensor) -> Tensor:
    """What a layer made of what it was given: whole numbers of whole ones, where it rounds."""
    return replace(made, whole=layer in _ROUNDED and given.is_whole)


def _in_tiles(layer: str, arguments: Arguments, tensor: Tensor) -> Inferred:
    """The same, where the image is mirrored at its end until it has as many tiles as are asked for."""
    row, tiles = space(layer, arguments, tensor, 2), numbers(arguments, "tile_grid_size", 2)
    for length, many in zip(row.lengths, tiles, strict=True):
        if length is not None and -(-length // many) * many > 2 * length:
            raise unfit(layer, f"makes {by(tiles)} tiles", tensor.shape, "lower `tile_grid_size`")
    return _augmented(layer, arguments, tensor)


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        **{layer: partial(_sized, layer) for layer in _SIZED},
        _TILED: partial(_in_tiles, _TILED),
        **{layer: partial(_augmented, layer) for layer in AUGMENTATIONS},
    }
)
