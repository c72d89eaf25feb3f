"""How the layers are drawn that work in space: convolutions, pooling, edges, images, sounds."""

from collections.abc import Mapping
from random import Random
from typing import Any

from specrun.compiler.tensor import Tensor
from specrun.compiler.shapes.images import AUGMENTATIONS
from tests.keras.drawing import DTYPES, FLOATS, Draw, Inputs, Value


def in_space(places: int, *, weights: bool = False) -> Any:
    """Rows with so many lengths, now and then another rank; lengths are small, and unknown at times."""

    def draw(chance: Random) -> Inputs:
        rank = places if chance.random() < 0.95 else chance.choice([0, 1, 2, 3, 4])
        lengths = [chance.randint(1, 9 if places < 3 else 5) for _ in range(rank)]
        channels = chance.choice([1, 2, 3, 4, 6])
        unknown = chance.random() < 0.3
        row = [None if unknown and chance.random() < 0.4 else length for length in lengths]
        dtypes = FLOATS if weights and chance.random() < 0.9 else DTYPES
        return (Tensor((None, *row, channels), chance.choice(dtypes)),)

    return draw


def each(places: int, highest: int = 3, lowest: int = 1) -> Value:
    """One number for all places, or one for each."""

    def draw(chance: Random, _: Inputs) -> Any:
        if chance.random() < 0.4:
            return chance.randint(lowest, highest)
        return [chance.randint(lowest, highest) for _ in range(places)]

    return draw


def ends(places: int) -> Value:
    """Numbers at both ends of each place, in each of the ways to write them."""

    def draw(chance: Random, _: Inputs) -> Any:
        if chance.random() < 0.3:
            return chance.randint(0, 3)
        if places == 1:
            return [chance.randint(0, 3), chance.randint(0, 3)]
        if chance.random() < 0.4:
            return [chance.randint(0, 3) for _ in range(places)]
        return [[chance.randint(0, 3), chance.randint(0, 3)] for _ in range(places)]

    return draw


def mostly_one(places: int) -> Value:
    several = each(places)
    return lambda chance, inputs: 1 if chance.random() < 0.6 else several(chance, inputs)


def a_count(*counts: int) -> Value:
    return lambda chance, _: chance.choice(counts)


def channels_first(arguments: Mapping[str, Any], _inputs: Inputs) -> bool:
    return arguments.get("data_format") == "channels_first"


def convolution(places: int) -> Draw:
    return Draw(
        inputs=in_space(places, weights=True),
        arguments={
            "filters": a_count(1, 2, 3, 4, 6),
            "kernel_size": each(places),
            "strides": mostly_one(places),
            "dilation_rate": mostly_one(places),
            "output_padding": each(places, 2, 0),
            "groups": a_count(1, 1, 1, 2, 3),
            "depth_multiplier": a_count(1, 2, 3),
        },
    )


def adaptive(places: int) -> Draw:
    def one_beside_one(arguments: Mapping[str, Any], inputs: Inputs) -> bool:
        asked = arguments["output_size"]
        return asked == 1 or 1 in inputs[0].shape or (isinstance(asked, list) and 1 in asked)

    return Draw(
        inputs=in_space(places),
        arguments={"output_size": each(places, 4)},
        stricter={
            "Keras takes other ranks, tells one shape and computes another": lambda _, inputs: (
                len(inputs[0].shape) != places + 2
            ),
            "TensorFlow ends the process": one_beside_one,
        },
    )


def images(chance: Random) -> Inputs:
    """Small images in colour, and at times no images."""
    shape = (None, chance.randint(3, 8), chance.randint(3, 8), 3)
    return (Tensor(shape if chance.random() < 0.95 else (*shape, 3), chance.choice(DTYPES)),)


def is_unbatched(_arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    return len(inputs[0].shape) == 3


ONE_IMAGE = {"to Keras three dimensions are one image, and here the first is the batch": is_unbatched}


DRAWS: Mapping[str, Draw] = {
    **{f"Conv{n}D": convolution(n) for n in (1, 2, 3)},
    **{f"Conv{n}DTranspose": convolution(n) for n in (1, 2, 3)},
    **{f"{kind}Conv{n}D": convolution(n) for kind in ("Depthwise", "Separable") for n in (1, 2)},
    **{
        f"{what}Pooling{n}D": Draw(inputs=in_space(n), arguments={"pool_size": each(n), "strides": each(n)})
        for what in ("Average", "Max")
        for n in (1, 2, 3)
    },
    **{f"AdaptiveAveragePooling{n}D": adaptive(n) for n in (1, 2, 3)},
    **{f"AdaptiveMaxPooling{n}D": adaptive(n) for n in (1, 2, 3)},
    **{f"Global{what}Pooling{n}D": Draw(inputs=in_space(n)) for what in ("Average", "Max") for n in (1, 2, 3)},
    "UpSampling1D": Draw(inputs=in_space(1), arguments={"size": a_count(1, 2, 3)}),
    **{f"UpSampling{n}D": Draw(inputs=in_space(n), arguments={"size": each(n)}) for n in (2, 3)},
    **{f"ZeroPadding{n}D": Draw(inputs=in_space(n), arguments={"padding": ends(n)}) for n in (1, 2, 3)},
    **{f"Cropping{n}D": Draw(inputs=in_space(n), arguments={"cropping": ends(n)}) for n in (1, 2, 3)},
    **{f"SpatialDropout{n}D": Draw(inputs=in_space(n), arguments={"rate": a_count(0, 0.5)}) for n in (1, 2, 3)},
    **{
        layer: Draw(
            inputs=in_space(2),
            arguments={"height": a_count(1, 4, 9), "width": a_count(1, 4, 9)},
            stricter=ONE_IMAGE,
        )
        for layer in ("CenterCrop", "RandomCrop", "Resizing")
    },
    **{layer: Draw(inputs=images, stricter=ONE_IMAGE) for layer in AUGMENTATIONS},
    "MelSpectrogram": Draw(
        inputs=in_space(0),
        arguments={
            "fft_length": a_count(4, 8, 9),
            "sequence_stride": a_count(1, 2, 3),
            "sequence_length": a_count(3, 4),
            "num_mel_bins": a_count(1, 2, 5),
        },
        always=frozenset({"fft_length", "sequence_stride", "num_mel_bins"}),
    ),
    "STFTSpectrogram": Draw(
        inputs=in_space(1),
        arguments={"frame_length": a_count(2, 3, 4), "frame_step": a_count(1, 2, 3), "fft_length": a_count(4, 5, 8)},
        always=frozenset({"frame_length"}),
    ),
}
