"""Spectrograms: how strong each frequency is in each stretch of a sound."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.dtypes import refuse_whole_numbers
from specrun.compiler.shapes.result import Arguments, Inferred, Rule, size, times, unfit
from specrun.compiler.shapes.space import number, space
from specrun.compiler.shapes.windows import windows
from specrun.compiler.tensor import Tensor


def _stft(arguments: Arguments, tensor: Tensor) -> Inferred:
    """Half of `fft_length` frequencies and one more, for each frame and channel.

    The waves are weights: one set of them for the real part, one for the imaginary.
    """
    layer, mode, frame = "STFTSpectrogram", arguments["mode"], number(arguments, "frame_length")
    row = space(layer, arguments, tensor, 1)
    refuse_whole_numbers(layer, tensor)
    step = number(arguments, "frame_step") if arguments["frame_step"] else frame // 2
    transformed = number(arguments, "fft_length") if arguments["fft_length"] else 2 ** (frame - 1).bit_length()
    lengths = windows(row, "frame_length", (frame,), (step,), arguments["padding"])
    frequencies = transformed // 2 + 1
    waves = frame * frequencies * (1 if mode in ("real", "imag") else 2)
    bins = frequencies * (2 if mode == "stft" else 1)
    apart = bool(arguments["expand_dims"])
    output = row.of((*lengths, bins), row.channels) if apart else row.of(lengths, times(bins, row.channels))
    return Inferred(output, waves, times(size(lengths), row.channels, waves))


def _mel(arguments: Arguments, tensor: Tensor) -> Inferred:
    """`(batch, steps)` becomes `(batch, num_mel_bins, stretches)`, without weights.

    Keras counts `(steps + stride + 1) // stride` stretches, which at times is one more than it makes.
    """
    shape = tensor.shape
    if len(shape) != 2:
        raise unfit("MelSpectrogram", "takes `(batch, steps)`", shape, "put a `Flatten` before it")
    stride, half = number(arguments, "sequence_stride"), number(arguments, "fft_length") // 2
    if shape[1] is not None and shape[1] <= half:
        raise unfit(
            "MelSpectrogram", f"wants more than {half} steps, half of `fft_length`", shape, "lower `fft_length`"
        )
    stretches = None if shape[1] is None else (shape[1] + stride + 1) // stride
    if shape[1] is not None and (made := (shape[1] - number(arguments, "fft_length") % 2) // stride + 1) != stretches:
        message = f"makes {made:,} stretches of these steps, and Keras counts {stretches:,}"
        hint = "take a `sequence_stride` of 2 or more and an even `fft_length`, or a step less"
        raise unfit("MelSpectrogram", message, shape, hint)
    return Inferred(Tensor((shape[0], number(arguments, "num_mel_bins"), stretches)), 0, 0)


RULES: Final[Mapping[str, Rule]] = MappingProxyType({"MelSpectrogram": _mel, "STFTSpectrogram": _stft})
