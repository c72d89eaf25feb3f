"""Layers that move windows over rows, make them shorter or longer, or read signals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from specrun.compiler.catalogue.arguments import COUNT, padding_of
from specrun.compiler.catalogue.conflicts import (
    all_of,
    indivisible,
    no_order_of_axes,
    out_of_order,
    padding_as_long_as_a_stride,
    strides_and_dilation,
    uneven_strides,
)
from specrun.compiler.catalogue.making import Bound, Note
from specrun.compiler.catalogue.values import LARGEST, NOT_ZERO, choice, integer, number, positive, several

_PADDING_1D = Bound(
    "`valid` leaves the ends out, `same` and `causal` pad them with zeros", choice("valid", "same", "causal")
)
_CONVOLVED = all_of(strides_and_dilation, indivisible("filters", "groups"))
_WHAT = {1: "a sequence", 2: "an image", 3: "a volume"}

CONVOLUTION: Final[Mapping[str, Note]] = {
    **{f"Conv{n}D": Note(f"filters that move over {what}", conflict=_CONVOLVED) for n, what in _WHAT.items()},
    **{
        f"Conv{n}DTranspose": Note(
            f"filters that make {what} larger, the way back of `Conv{n}D`",
            conflict=all_of(strides_and_dilation, padding_as_long_as_a_stride),
        )
        for n, what in _WHAT.items()
    },
    "Conv1D": Note("filters that move over a sequence", {"padding": _PADDING_1D}, conflict=_CONVOLVED),
    **{
        f"DepthwiseConv{n}D": Note(
            f"filters that move over each channel of {_WHAT[n]} by itself",
            first="kernel_size",
            conflict=all_of(strides_and_dilation, uneven_strides),
        )
        for n in (1, 2)
    },
    **{
        f"SeparableConv{n}D": Note(
            f"filters that move over each channel of {_WHAT[n]} by itself, and then mix the channels",
            conflict=all_of(strides_and_dilation, uneven_strides),
        )
        for n in (1, 2)
    },
    **{
        f"ConvLSTM{n}D": Note(f"a long short-term memory of which each step is {what}", conflict=strides_and_dilation)
        for n, what in {1: "a sequence", 2: "an image", 3: "a volume"}.items()
    },
}

POOLING: Final[Mapping[str, Note]] = {
    **{
        f"{kind}Pooling{n}D": Note(f"the {word} of each window of {what}", first="pool_size")
        for kind, word in (("Average", "mean"), ("Max", "largest value"))
        for n, what in _WHAT.items()
    },
    **{
        f"Global{kind}Pooling{n}D": Note(f"the {word} of each channel of {what}")
        for kind, word in (("Average", "mean"), ("Max", "largest value"))
        for n, what in _WHAT.items()
    },
    **{
        f"Adaptive{kind}Pooling{n}D": Note(f"the {word} of each of so many parts of {what}", first="output_size")
        for kind, word in (("Average", "mean"), ("Max", "largest value"))
        for n, what in _WHAT.items()
    },
}

RESHAPING: Final[Mapping[str, Note]] = {
    **{f"Cropping{n}D": Note(f"cuts off the edges of {what}", first="cropping") for n, what in _WHAT.items()},
    "Flatten": Note("all the values of a row as one vector"),
    "Permute": Note(
        "the axes of a row in another order",
        {"dims": Bound("the axes in their new order, counted from 1", several(integer(1, 8)))},
        "dims",
        conflict=no_order_of_axes,
    ),
    "RepeatVector": Note("each row so many times over, as a sequence", first="n"),
    "Reshape": Note(
        "the values of a row in another shape",
        {
            "target_shape": Bound(
                "the shape without the batch; one dimension may be -1, whatever is left", several(NOT_ZERO)
            )
        },
        "target_shape",
    ),
    **{f"UpSampling{n}D": Note(f"repeats the values of {what}", first="size") for n, what in _WHAT.items()},
    "UpSampling1D": Note(
        "repeats the steps of a sequence", {"size": Bound("how often each step is repeated", COUNT)}, "size"
    ),
    **{
        f"ZeroPadding{n}D": Note(f"zeros around {what}", {"padding": padding_of(f"ZeroPadding{n}D")}, "padding")
        for n, what in _WHAT.items()
    },
}

_WINDOW = choice("hann", "hamming", "blackman", "bartlett")
_FREQUENCY = number(0, 1e6)

SIGNALS: Final[Mapping[str, Note]] = {
    "MelSpectrogram": Note(
        "the loudness of a sound at each time and pitch",
        {
            "fft_length": Bound("how many samples a Fourier transform takes", COUNT),
            "sequence_stride": Bound("how many samples lie between two windows", COUNT),
            "sequence_length": Bound("how many samples a window has; null is `fft_length`", COUNT),
            "window": Bound("the form of the window", choice("hann", "hamming")),
            "sampling_rate": Bound("samples in a second", COUNT),
            "num_mel_bins": Bound("how many pitches come out", COUNT),
            "min_freq": Bound("the lowest frequency, in hertz", _FREQUENCY),
            "max_freq": Bound("the highest frequency, in hertz; null is half the sampling rate", _FREQUENCY),
            "power_to_db": Bound("give decibels rather than powers"),
            "top_db": Bound("how many decibels below the loudest are kept", positive()),
            "mag_exp": Bound("the power of the magnitudes", positive(100)),
            "min_power": Bound("the smallest power", positive()),
            "ref_power": Bound("the power that is 0 decibels", positive()),
        },
        conflict=out_of_order("sequence_length", "fft_length"),
    ),
    "STFTSpectrogram": Note(
        "the frequencies of a signal at each time",
        {
            "mode": Bound(
                "what comes out of each frequency", choice("log", "magnitude", "psd", "real", "imag", "angle", "stft")
            ),
            "frame_length": Bound("how many samples a window has", integer(2, LARGEST)),
            "frame_step": Bound("how many samples lie between two windows; null is half a window", COUNT),
            "fft_length": Bound("how many samples a Fourier transform takes; null is the next power of two", COUNT),
            "window": Bound("the form of the window", _WINDOW),
            "periodic": Bound("make the window periodic"),
            "scaling": Bound("what the values are scaled to", choice("density", "spectrum")),
            "padding": Bound("`valid` leaves the ends out, `same` pads them with zeros", choice("valid", "same")),
        },
        conflict=all_of(out_of_order("frame_step", "frame_length"), out_of_order("frame_length", "fft_length")),
    ),
    "Rescaling": Note(
        "multiplies all values and adds to them",
        {"scale": Bound("what is multiplied by", number()), "offset": Bound("what is added", number())},
        "scale",
    ),
}

SPATIAL: Final[Mapping[str, Note]] = {**CONVOLUTION, **POOLING, **RESHAPING, **SIGNALS}
