"""What the arguments of layers take, by their names: what several layers share is said once."""

from __future__ import annotations

from functools import cache
from typing import Final

from specrun.compiler.catalogue.entry import Argument, Schema
from specrun.compiler.catalogue.making import Bound, Bounds, available
from specrun.compiler.catalogue.values import (
    BOOLEAN,
    SEED,
    choice,
    dimensions,
    exactly,
    integer,
    number,
    one_or,
    positive,
    share,
)

TRAINABLE: Final = Argument("trainable", BOOLEAN, True, "whether training changes the weights")
COUNT: Final = integer(1)
_CHANNELS = choice("channels_last", "channels_first")
_PAIR = exactly(2, number())

ACTIVATION: Final = choice(*available("activations"))
"""The name of any activation."""

BY_NAME: Final[Bounds] = {
    "activation": Bound("the function that the output goes through", ACTIVATION, "activations"),
    "antialias": Bound("smooth the image before it becomes smaller"),
    "axis": Bound("the axis, counted with the batch; -1 is the last", integer(-8, 8)),
    "center": Bound("add a learnt shift"),
    "data_format": Bound("where the channels of a row are; null is `channels_last`", _CHANNELS),
    "depth_multiplier": Bound("how many channels come of each one that goes in", COUNT),
    "dropout": Bound("share of the inputs that is dropped while training", share()),
    "epsilon": Bound("added to the variance, so that nothing is divided by zero", positive(1)),
    "expand_dims": Bound("give the frequencies an axis of their own"),
    "fill_mode": Bound("what stands beyond the edges of the image"),
    "fill_value": Bound("the value beyond the edges, where `fill_mode` is `constant`", number()),
    "filters": Bound("how many channels come out", COUNT),
    "go_backwards": Bound("read each sequence from its end"),
    "groups": Bound("into how many groups the channels are parted, each with filters of its own", COUNT),
    "height": Bound("height of what comes out", COUNT),
    "interpolation": Bound("how the values between pixels are found"),
    "keepdims": Bound("keep the axes that are pooled, with the length 1"),
    "mask_zero": Bound("whether 0 is padding, which later layers pass over"),
    "n": Bound("how often each row is repeated", COUNT),
    "negative_slope": Bound("share of `x` below the threshold", number(0)),
    "output_dim": Bound("width of the vector of each index", COUNT),
    "padding": Bound("`valid` leaves the edges out, `same` pads them with zeros"),
    "rate": Bound("share of the values that is dropped while training", share()),
    "recurrent_activation": Bound("the function of the gates", ACTIVATION, "activations"),
    "recurrent_dropout": Bound("share of the state that is dropped while training", share()),
    "reset_after": Bound("apply the reset gate after the product with the recurrent kernel"),
    "return_sequences": Bound("give the output of each step rather than the last"),
    "scale": Bound("multiply by a learnt factor"),
    "seed": Bound("seed of its random numbers; null takes it from the seed of the run", SEED),
    "sliding_window": Bound("how far a position looks at most; null is everywhere", COUNT),
    "unit_forget_bias": Bound("start the bias of the forget gate at one"),
    "units": Bound("width of the output", COUNT),
    "unroll": Bound("write the steps out one by one: faster for short sequences, and larger"),
    "use_bias": Bound("add a learnt shift"),
    "use_gate": Bound("multiply what comes out by a learnt gate"),
    "value_range": Bound("the least and the largest value of a pixel", _PAIR),
    "width": Bound("width of what comes out", COUNT),
    "zero_output_for_mask": Bound("give zeros for the steps that are padding"),
}


@cache
def by_dimensions(layer: str) -> Bounds:
    """What the arguments take whose number of values follows from the name of a layer, as `Conv2D` says."""
    count = dimensions(layer)
    if count is None:
        return {}
    sizes = one_or(count, COUNT)
    return {
        "kernel_size": Bound("size of the window that moves over the row", sizes),
        "strides": Bound("how far the window moves in one step", sizes),
        "dilation_rate": Bound("distance between the values that a window takes", sizes),
        "pool_size": Bound("size of the window that becomes one value", sizes),
        "output_size": Bound("how many values come out along each axis", sizes),
        "output_padding": Bound("how much longer the output is at its end", one_or(count, integer(0))),
        "size": Bound("how often each value is repeated along each axis", sizes),
        "cropping": Bound("how much is cut off at the two ends of each axis", _ends(count)),
    }


def padding_of(layer: str) -> Bound:
    """What `padding` takes where it is a number of zeros."""
    return Bound("how many zeros stand at the two ends of each axis", _ends(dimensions(layer) or 1))


def _ends(count: int) -> Schema:
    """One number, one for each axis, or two for each axis; with one axis alone, one number or two."""
    ends = one_or(2, integer(0))
    return ends if count == 1 else {**exactly(count, ends), **integer(0), "type": ["integer", "array"]}
