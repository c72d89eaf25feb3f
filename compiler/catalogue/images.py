"""Layers that change images; most do so at random, and while training alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from specrun.compiler.catalogue.arguments import COUNT
from specrun.compiler.catalogue.conflicts import both, even_window, unloaded_shear
from specrun.compiler.catalogue.making import Bound, Note
from specrun.compiler.catalogue.values import choice, exactly, integer, number, one_or

_HOW_STRONG = "how strong the change may be; a list is its range"


def _range(doc: str, low: float, high: float) -> Bound:
    """A number from 0 on, or the two ends of a range."""
    return Bound(doc, {**number(max(0, low), high), **exactly(2, number(low, high)), "type": ["number", "array"]})


_FACTOR = _range(_HOW_STRONG, 0, 1)
_SIGNED = _range(_HOW_STRONG, -1, 1)
_INTERPOLATION = Bound("how the values between pixels are found", choice("nearest", "bilinear"))
_MOVED = {
    "interpolation": _INTERPOLATION,
    "fill_mode": Bound("what stands beyond the edges of the image", choice("constant", "nearest", "reflect", "wrap")),
}
"""What the layers take that move pixels to other places."""

_random = partial(Note, augments=True)

IMAGES: Final[Mapping[str, Note]] = {
    "AugMix": _random(
        "mixes several chains of random changes",
        {
            "num_chains": Bound("how many chains are mixed", COUNT),
            "chain_depth": Bound("how many changes a chain has at most", COUNT),
            "factor": _FACTOR,
            "alpha": Bound(
                "how evenly the chains are mixed", {"type": "number", "exclusiveMinimum": 0, "maximum": 1000}
            ),
            "all_ops": Bound("take changes of brightness and colour too"),
            "interpolation": _INTERPOLATION,
        },
    ),
    "AutoContrast": Note("stretches the values of each channel to the whole range"),
    "CenterCrop": Note("the middle of the image"),
    "ContrastLimitedAdaptiveHistogramEqualization": Note(
        "evens out the values of each tile of the image",
        {
            "clip_limit": Bound("how much a value may be stretched", number(0, 1000)),
            "tile_grid_size": Bound("how many tiles there are, down and across", exactly(2, COUNT)),
        },
    ),
    "RandAugment": _random(
        "a few changes that are chosen at random",
        {"num_ops": Bound("how many changes", COUNT), "factor": _FACTOR, "interpolation": _INTERPOLATION},
    ),
    "RandomBrightness": _random("brighter or darker at random", {"factor": _SIGNED}, "factor"),
    "RandomColorDegeneration": _random("less colourful at random", {"factor": _FACTOR}, "factor"),
    "RandomColorJitter": _random(
        "changes brightness, contrast and colours at random",
        {
            "brightness_factor": _SIGNED,
            "contrast_factor": _FACTOR,
            "saturation_factor": _FACTOR,
            "hue_factor": _FACTOR,
        },
    ),
    "RandomContrast": _random("more or less contrast at random", {"factor": _FACTOR}, "factor"),
    "RandomElasticTransform": _random(
        "bends the image at random",
        {"factor": _range("how likely it is; a list is its range", 0, 1), "scale": _FACTOR, **_MOVED},
    ),
    "RandomErasing": _random(
        "covers a part of the image at random",
        {
            "factor": _range("how likely it is; a list is its range", 0, 1),
            "scale": _range("share of the image that is covered; a list is its range", 0, 1),
            "fill_value": Bound("the value of the covered part; null is noise", number()),
        },
    ),
    "RandomFlip": _random(
        "turns the image over at random",
        {"mode": Bound("along which axes", choice("horizontal", "vertical", "horizontal_and_vertical"))},
        "mode",
    ),
    "RandomGaussianBlur": _random(
        "blurs at random",
        {
            "factor": _range("how likely it is; a list is its range", 0, 1),
            "kernel_size": Bound("height and width of the window", one_or(2, integer(1, 99))),
            "sigma": _FACTOR,
        },
        conflict=even_window,
    ),
    "RandomGrayscale": _random(
        "takes the colours away at random", {"factor": Bound("how likely it is", number(0, 1))}, "factor"
    ),
    "RandomHue": _random("other colours at random", {"factor": _FACTOR}, "factor"),
    "RandomInvert": _random(
        "turns light into dark at random", {"factor": _range("how likely it is; a list is its range", 0, 1)}, "factor"
    ),
    "RandomPerspective": _random(
        "looks at the image from another side at random",
        {
            "factor": _range("how likely it is; a list is its range", 0, 1),
            "scale": Bound("how strong the change may be", number(0, 1)),
            "interpolation": _INTERPOLATION,
        },
    ),
    "RandomPosterization": _random(
        "fewer shades at random",
        {"factor": Bound("how many bits are kept; a list is its range", one_or(2, integer(1, 8)))},
        "factor",
    ),
    "RandomRotation": _random(
        "rotates at random",
        {"factor": _range("the largest angle, in full turns; a list is its range", -1, 1), **_MOVED},
        "factor",
    ),
    "RandomSaturation": _random("more or less colour at random", {"factor": _FACTOR}, "factor"),
    "RandomSharpness": _random("sharper or softer at random", {"factor": _FACTOR}, "factor"),
    "RandomShear": _random(
        "slants the image at random",
        {
            "x_factor": _range("how far sideways; a list is its range", 0, 1),
            "y_factor": _range("how far up and down; a list is its range", 0, 1),
            **_MOVED,
        },
        conflict=unloaded_shear,
    ),
    "RandomTranslation": _random(
        "moves the image at random",
        {
            "height_factor": _range("how far up or down, as a share of the height; a list is its range", -1, 1),
            "width_factor": _range("how far sideways, as a share of the width; a list is its range", -1, 1),
            **_MOVED,
        },
    ),
    "RandomZoom": _random(
        "larger or smaller at random",
        {
            "height_factor": _range("how much of the height is added; a list is its range", -0.99, 1),
            "width_factor": _range("how much of the width is added; null keeps the proportions", -0.99, 1),
            **_MOVED,
        },
        "height_factor",
    ),
    "Resizing": Note(
        "the image in another size",
        {
            "crop_to_aspect_ratio": Bound("cut the image rather than distort it"),
            "pad_to_aspect_ratio": Bound("pad the image rather than distort it"),
            "fill_mode": Bound("what the image is padded with", choice("constant")),
        },
        conflict=both("crop_to_aspect_ratio", "pad_to_aspect_ratio"),
    ),
    "Solarization": _random(
        "turns the bright parts dark at random",
        {
            "addition_factor": _range("how much is added first; a list is its range", 0, 1),
            "threshold_factor": _range("from which brightness on; a list is its range", 0, 1),
        },
    ),
}
