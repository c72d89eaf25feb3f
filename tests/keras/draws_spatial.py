"""How the layers are drawn that work in space: convolutions, pooling, edges, images, sounds."""

from collections.abc import Mapping
from random import Random
from types import MappingProxyType
from typing import Any

from specrun.compiler.shapes.images import AUGMENTATIONS
from specrun.compiler.tensor import Tensor
from tests.keras.drawing import DTYPES, FLOATS, Condition, Draw, Inputs, Value


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


def one_of(*values: Any) -> Value:
    return lambda chance, _: chance.choice(values)


def adds_nothing_to_one(arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    return arguments.get("output_padding") is not None and 1 in inputs[0].shape


def convolution(places: int) -> Draw:
    return Draw(
        inputs=in_space(places, weights=True),
        arguments={
            "filters": one_of(1, 2, 3, 4, 6),
            "kernel_size": each(places),
            "strides": mostly_one(places),
            "dilation_rate": mostly_one(places),
            "output_padding": each(places, 2, 0),
            "groups": one_of(1, 1, 1, 2, 3),
            "depth_multiplier": one_of(1, 2, 3),
        },
        stricter={"a length of 0 may come out": adds_nothing_to_one},
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


def has_unknown_channels(arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    return inputs[0].shape[1 if arguments.get("data_format") == "channels_first" else -1] is None


def has_no_steps_alone(_arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    return len(inputs[0].shape) != 2


def has_fewer_stretches(arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    if len(inputs[0].shape) != 2:
        return False
    steps, (stride, fft) = inputs[0].shape[1], (arguments[name] for name in ("sequence_stride", "fft_length"))
    return steps is not None and (steps + 1) // stride > (steps - fft % 2) // stride


def images(chance: Random) -> Inputs:
    """Small images with channels last or first, mostly in colour; at times no images."""
    lengths, channels = [chance.randint(4, 8), chance.randint(4, 8)], chance.choice([3, 3, 3, 3, 1, 2])
    row: list[int | None] = [channels, *lengths] if chance.random() < 0.3 else [*lengths, channels]
    if chance.random() < 0.1:
        row = [length if length == channels else None for length in row]
    row = row if chance.random() < 0.95 else [*row, 3]
    return (Tensor((None, *row), chance.choice((*FLOATS, *DTYPES))),)


def where_the_channels_are(chance: Random, inputs: Inputs) -> str | None:
    shape = inputs[0].shape
    first = shape[1] in (1, 2, 3) and len(shape) == 4
    return "channels_first" if first else chance.choice(["channels_last", None])


def augmentation(computed: float = 1.0, stricter: Mapping[str, Condition] = MappingProxyType({})) -> Draw:
    return Draw(
        inputs=images,
        arguments={
            "data_format": where_the_channels_are,
            "tile_grid_size": lambda chance, _: [chance.randint(1, 6), chance.randint(1, 6)],
            "value_range": one_of([0, 1], [0, 255], [-1, 1]),
        },
        always=frozenset({"data_format", "tile_grid_size"}),
        computed=computed,
        stricter={**ONE_IMAGE, **stricter},
    )


def is_unbatched(_arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    return len(inputs[0].shape) == 3


def is_whole(_arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    return not inputs[0].is_float


def has_other_channels(_arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    return not {1, 3} & set(inputs[0].shape)


def pads_whole_numbers(arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    return not inputs[0].is_float and bool(arguments.get("pad_to_aspect_ratio"))


def has_parts_left_out(arguments: Mapping[str, Any], _inputs: Inputs) -> bool:
    return not arguments.get("saturation_factor") or not arguments.get("hue_factor")


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
    "UpSampling1D": Draw(inputs=in_space(1), arguments={"size": one_of(1, 2, 3)}),
    **{f"UpSampling{n}D": Draw(inputs=in_space(n), arguments={"size": each(n)}) for n in (2, 3)},
    **{f"ZeroPadding{n}D": Draw(inputs=in_space(n), arguments={"padding": ends(n)}) for n in (1, 2, 3)},
    **{f"Cropping{n}D": Draw(inputs=in_space(n), arguments={"cropping": ends(n)}) for n in (1, 2, 3)},
    **{f"SpatialDropout{n}D": Draw(inputs=in_space(n), arguments={"rate": one_of(0, 0.5)}) for n in (1, 2, 3)},
    **{
        layer: Draw(
            inputs=in_space(2),
            arguments={"height": one_of(1, 4, 9), "width": one_of(1, 4, 9)},
            stricter={**ONE_IMAGE, "there may be nothing to pad": pads_whole_numbers},
        )
        for layer in ("CenterCrop", "Resizing")
    },
    **{layer: augmentation() for layer in (*AUGMENTATIONS, "ContrastLimitedAdaptiveHistogramEqualization")},
    **{layer: augmentation(0.2) for layer in ("RandomElasticTransform",)},
    **{
        layer: augmentation(0.2, {"chance may choose nothing that needs colours": has_other_channels})
        for layer in ("AugMix", "RandAugment")
    },
    "RandomBrightness": augmentation(stricter={"Keras takes whole numbers with whole bounds": is_whole}),
    "RandomColorJitter": augmentation(0.2, {"parts that are left out take any channels": has_parts_left_out}),
    "MelSpectrogram": Draw(
        inputs=in_space(0),
        arguments={
            "fft_length": one_of(4, 8, 9),
            "sequence_stride": one_of(1, 2, 3),
            "sequence_length": one_of(3, 4),
            "num_mel_bins": one_of(1, 2, 5),
        },
        always=frozenset({"fft_length", "sequence_stride", "num_mel_bins"}),
        stricter={
            "Keras takes other ranks, tells one shape and computes another": has_no_steps_alone,
            "Keras tells more stretches than it computes": has_fewer_stretches,
        },
    ),
    "STFTSpectrogram": Draw(
        inputs=in_space(1),
        arguments={"frame_length": one_of(2, 3, 4), "frame_step": one_of(1, 2, 3), "fft_length": one_of(4, 5, 8)},
        always=frozenset({"frame_length"}),
        more_lenient={"how many channels there are may turn out": has_unknown_channels},
    ),
}
