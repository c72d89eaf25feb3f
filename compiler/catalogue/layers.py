"""Layers that look at single values, or at several inputs; `spatial`, `nesting` and `images` have the others."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from specrun.compiler.catalogue.arguments import ACTIVATION, COUNT
from specrun.compiler.catalogue.conflicts import indivisible
from specrun.compiler.catalogue.entry import Argument, Inputs
from specrun.compiler.catalogue.making import Bound, Note
from specrun.compiler.catalogue.values import (
    BOOLEAN,
    NOT_ZERO,
    integer,
    number,
    one_or,
    one_or_several,
    positive,
    several,
    spelled,
)
from specrun.compiler.catalogue.weights import einsum_kernel

_AXES = Bound("the axis, or axes, counted with the batch; -1 is the last", one_or_several(integer(-8, 8)))
_EQUATION = r"(\.\.\.)?[a-zA-Z]+(\.\.\.)?,[a-zA-Z]+->(\.\.\.)?[a-zA-Z]+(\.\.\.)?"

BASIC: Final[Mapping[str, Note]] = {
    "Activation": Note(
        "a function of each value", {"activation": Bound("the function", ACTIVATION, "activations")}, "activation"
    ),
    "ActivityRegularization": Note(
        "adds a penalty on the values to the loss",
        {"l1": Bound("factor on the absolute values", number(0)), "l2": Bound("factor on the squares", number(0))},
    ),
    "Dense": Note("each unit is a weighted sum of all inputs", first="units"),
    "EinsumDense": Note(
        "a weighted sum along any axes, in Einstein's notation",
        {
            "equation": Bound("the axes of the input, weights and output, such as `abc,cd->abd`", spelled(_EQUATION)),
            "output_shape": Bound(
                "the shape without the batch; null is a length that follows from the input",
                {**several({**COUNT, "type": ["integer", "null"]}), **COUNT, "type": ["integer", "array"]},
            ),
            "bias_axes": Bound("the axes of the output that have a learnt shift, such as `d`", spelled("[a-zA-Z]+")),
        },
        conflict=einsum_kernel,
    ),
    "Embedding": Note(
        "a learnt vector for each whole number",
        {"input_dim": Bound("how many numbers there are; left out, it follows from the feature", COUNT, may_lack=True)},
    ),
    "Identity": Note("the values as they are"),
    "Masking": Note(
        "passes over the steps of a sequence that hold one value alone",
        {"mask_value": Bound("the value", number())},
        "mask_value",
    ),
    "ReversibleEmbedding": Note(
        "a learnt vector for each whole number, which can be turned back into numbers",
        {
            "input_dim": Bound(
                "how many numbers there are; left out, it follows from the feature", COUNT, may_lack=True
            ),
            "tie_weights": Bound("use the same weights in both directions"),
            "logit_soft_cap": Bound("the bound of what comes out when it is turned back", positive()),
        },
    ),
}

ACTIVATION_LAYERS: Final[Mapping[str, Note]] = {
    "ELU": Note(
        "`x` above zero, `alpha * (exp(x) - 1)` below", {"alpha": Bound("factor below zero", number())}, "alpha"
    ),
    "LeakyReLU": Note(
        "`x` above zero, a share of `x` below", {"negative_slope": Bound("the share", number(0))}, "negative_slope"
    ),
    "PReLU": Note(
        "`x` above zero, a learnt share of `x` below",
        {
            "shared_axes": Bound("axes that have one share in common", several(integer(1, 8))),
        },
    ),
    "ReLU": Note(
        "`x` above zero, zero below",
        {
            "max_value": Bound("where `x` is cut off", number(0)),
            "threshold": Bound("where `x` begins to count", number(0)),
        },
        "max_value",
    ),
    "Softmax": Note("probabilities that add up to one", {"axis": _AXES}, "axis"),
}

_MOMENTUM = Bound("how much of the moving averages stays at each step", number(0, 1))

NORMALIZATIONS: Final[Mapping[str, Note]] = {
    "BatchNormalization": Note(
        "mean 0 and variance 1 over a batch, and over all the training rows afterwards", {"momentum": _MOMENTUM}
    ),
    "GroupNormalization": Note(
        "mean 0 and variance 1 over each group of a row's values",
        {"groups": Bound("how many groups; -1 makes each channel one of its own", NOT_ZERO)},
        "groups",
    ),
    "LayerNormalization": Note("mean 0 and variance 1 over the values of a row", {"axis": _AXES}),
    "RMSNormalization": Note("mean square 1 over the values of a row", {"axis": _AXES}),
    "UnitNormalization": Note("length 1 over the values of a row", {"axis": _AXES}),
}

NOISE: Final[Mapping[str, Note]] = {
    "AlphaDropout": Note("dropout that keeps mean and variance, for `selu`", first="rate"),
    "Dropout": Note("sets some values to zero while training", first="rate"),
    "GaussianDropout": Note("multiplies by random numbers while training", first="rate"),
    "GaussianNoise": Note(
        "adds random numbers while training",
        {"stddev": Bound("standard deviation of the noise", number(0, 1))},
        "stddev",
    ),
    **{
        f"SpatialDropout{n}D": Note(f"sets whole channels of {what} to zero while training", first="rate")
        for n, what in ((1, "a sequence"), (2, "an image"), (3, "a volume"))
    },
}

_merging = partial(Note, inputs=Inputs.LIST, fewest=2, most=None)
_of_two = partial(Note, inputs=Inputs.LIST, fewest=2, most=2)

MERGING: Final[Mapping[str, Note]] = {
    "Add": _merging("the sum of its inputs"),
    "Average": _merging("the mean of its inputs"),
    "Concatenate": _merging("its inputs side by side"),
    "Dot": _of_two(
        "the products of two inputs, summed along an axis of each",
        {
            "axes": Bound("the axis of both, or one of each, counted with the batch", one_or(2, integer(-8, 8))),
            "normalize": Bound("bring both to length 1 first: the cosine between them"),
        },
        "axes",
    ),
    "Maximum": _merging("the largest of its inputs"),
    "Minimum": _merging("the smallest of its inputs"),
    "Multiply": _merging("the product of its inputs"),
    "Subtract": _of_two("the first input less the second"),
}

_HEADS = Bound("how many heads attend beside each other", COUNT)
_CAUSAL = Argument(
    "use_causal_mask",
    BOOLEAN,
    False,
    "let each step see itself and the steps before it alone, as a decoder does",
    of_call=True,
)
_attention = partial(Note, fewest=2, most=3, to_itself=True, of_call=(_CAUSAL,))
_attending = partial(_attention, inputs=Inputs.LIST)
_calling = partial(_attention, inputs=Inputs.ARGUMENTS)
_TAKES = "takes query, value and key, or one input, which attends to itself"
_USE_SCALE = Bound("multiply the scores by a learnt factor")

ATTENTION: Final[Mapping[str, Note]] = {
    "AdditiveAttention": _attending(f"attention that adds queries and keys; {_TAKES}", {"use_scale": _USE_SCALE}),
    "Attention": _attending(
        f"attention that multiplies queries and keys; {_TAKES}",
        {"use_scale": _USE_SCALE, "score_mode": Bound("multiply queries and keys, or add them")},
    ),
    "GroupQueryAttention": _calling(
        f"attention of many query heads to fewer heads of keys and values; {_TAKES}",
        {
            "head_dim": Bound("width of a head", COUNT),
            "num_query_heads": _HEADS,
            "num_key_value_heads": Bound("how many heads of keys and values they share", COUNT),
        },
        conflict=indivisible("num_query_heads", "num_key_value_heads"),
    ),
    "MultiHeadAttention": _calling(
        f"attention of several heads; {_TAKES}",
        {
            "num_heads": _HEADS,
            "key_dim": Bound("width of the queries and keys of a head", COUNT),
            "value_dim": Bound("width of the values of a head; null is `key_dim`", COUNT),
            "output_shape": Bound("width of the output; null is that of the query", one_or_several(COUNT)),
            "attention_axes": Bound(
                "the axes that are attended along; null is all between batch and width", one_or_several(integer(1, 8))
            ),
        },
    ),
}

LAYERS: Final[Mapping[str, Note]] = {
    **BASIC,
    **ACTIVATION_LAYERS,
    **NORMALIZATIONS,
    **NOISE,
    **MERGING,
    **ATTENTION,
}
