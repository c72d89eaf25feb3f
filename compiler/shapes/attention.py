"""Attention: each position of a query takes a mean of values, weighted by how its vector scores against their keys.

The inputs are a query, a value and, where it is another one, a key. What is counted for one row are the products with
weights, one product for each entry of each pair of vectors that is scored, and the products of the scores with values.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.result import Arguments, Inferred, RuleOfSeveral, ShapeMismatch, plus, shown, size, times
from specrun.compiler.shapes.several import agree
from specrun.compiler.shapes.space import number
from specrun.compiler.tensor import Dimension, Shape, Tensor

_NAMES: Final = ("query", "value", "key")
_HIDING: Final = {"sliding_window": "slides its window", "use_causal_mask": "hides the steps ahead"}
"""The options that hide steps of the value from those of the query, and what the layer does then."""


def _attention(layer: str, arguments: Arguments, inputs: tuple[Tensor, ...]) -> Inferred:
    """`(batch, …, steps, width)` of the query becomes as many steps as wide as the value."""
    query, value, key = _three(layer, inputs)
    for at, tensor in enumerate(inputs):
        if tensor.is_whole:
            message = f"`{layer}` takes vectors of numbers with a fraction, and its {_NAMES[at]} has whole numbers"
            raise ShapeMismatch(message, "put an `Embedding` before it, or `Rescaling: 1`", at)
    repeats = arguments.get("score_mode") != "dot" and 1 in (query[-1], key[-1])
    if not agree(query[-1], key[-1]) and not repeats:
        wants = "scores vectors of the query against those of the key, so they must be as wide"
        raise _apart(layer, wants, inputs, len(inputs) - 1, "bring both to one width, with a `Dense`")
    _a_key_for_each(layer, inputs, value[-2:-1], key[-2:-1])
    for at, tensor in enumerate(inputs):
        if not all(agree(a, b) or b == 1 for a, b in zip(query[1:-2], tensor.shape[1:-2], strict=True)):
            wants = "attends within the dimensions before the steps, so they must be equal"
            raise _apart(layer, wants, inputs, at, "bring them to one shape, with a `Reshape`")
    return Inferred(
        output=Tensor((*query[:-1], value[-1])),
        parameters=_scales(layer, arguments, query[-1]),
        multiply_adds=times(size(query[1:-1]), key[-2], plus(_wider(query[-1], key[-1]), value[-1])),
    )


def _scales(layer: str, arguments: Arguments, width: Dimension) -> Dimension:
    """The weights of the scores: one for each entry of a vector, or one for all and one for their sum."""
    if layer == "AdditiveAttention":
        return width if arguments["use_scale"] else 0
    return bool(arguments["use_scale"]) + (arguments["score_mode"] == "concat")


def _multi_head_attention(arguments: Arguments, inputs: tuple[Tensor, ...]) -> Inferred:
    """`(batch, …, width)` of the query keeps its shape, or gets `output_shape` in place of its width.

    Query, key and value are projected for each head; what the heads give is projected once more.
    """
    layer = "MultiHeadAttention"
    query, value, key = _three(layer, inputs)
    _a_key_for_each(layer, inputs, value[1:-1], key[1:-1])
    axes = _attended(layer, arguments["attention_axes"], query)
    for axis in range(1, len(query) - 1):
        if axis not in axes and not agree(query[axis], value[axis]):
            wants = f"attends along {_listed(axes)}, so axis {axis} of query and value must be as long"
            raise _apart(layer, wants, inputs, 1, "attend along that one too, in `attention_axes`")
    _masked(layer, arguments, inputs, axes)
    heads, width = number(arguments, "num_heads"), number(arguments, "key_dim")
    depth = number(arguments, "value_dim") if arguments["value_dim"] else width
    made = arguments["output_shape"] or query[-1]
    out = tuple(made) if isinstance(made, list | tuple) else (made,)
    gate = depth if arguments["use_gate"] else 0
    places, pairs = size(query[1:-1]), size((*query[1:-1], *(value[axis] for axis in axes)))
    return _projected(
        (
            (places, query[-1], heads * (width + gate)),
            (size(key[1:-1]), key[-1], heads * width),
            (size(value[1:-1]), value[-1], heads * depth),
            (places, heads * depth, size(out)),
        ),
        arguments,
        Tensor((*query[:-1], *out)),
        times(pairs, heads, width + depth),
    )


def _group_query_attention(arguments: Arguments, inputs: tuple[Tensor, ...]) -> Inferred:
    """`(batch, steps, width)` of the query keeps its shape; several of its heads share one head of key and value."""
    layer = "GroupQueryAttention"
    query, value, key = _three(layer, inputs, most=3)
    if not agree(query[-1], value[-1]):
        wants = "takes a value that is as wide as the query"
        raise _apart(layer, wants, inputs, 1, "bring both to one width, with a `Dense`")
    _a_key_for_each(layer, inputs, value[1:-1], key[1:-1])
    width, heads, shared = (number(arguments, n) for n in ("head_dim", "num_query_heads", "num_key_value_heads"))
    gate = width if arguments["use_gate"] else 0
    return _projected(
        (
            (query[1], query[-1], heads * (width + gate)),
            (key[1], key[-1], shared * width),
            (value[1], value[-1], shared * width),
            (query[1], heads * width, query[-1]),
        ),
        arguments,
        Tensor(query),
        times(query[1], value[1], heads, 2 * width),
    )


def _projected(
    projections: tuple[tuple[Dimension, Dimension, Dimension], ...],
    arguments: Arguments,
    output: Tensor,
    scored: Dimension,
) -> Inferred:
    """`projections`, each of so many vectors from one width to another, around `scored` products."""
    kernels = [times(before, after) for _, before, after in projections]
    biases = [after if arguments["use_bias"] else 0 for _, _, after in projections]
    products = [times(vectors, before, after) for vectors, before, after in projections]
    return Inferred(output, plus(*kernels, *biases), plus(*products, scored))


def _three(layer: str, inputs: tuple[Tensor, ...], most: int = 9) -> tuple[Shape, Shape, Shape]:
    """The shapes of query, value and key, which is the value where it is not given.

    Raises:
        ShapeMismatch: one has fewer than 3 dimensions, more than `most`, or not as many as the query.
    """
    for at, tensor in enumerate(inputs):
        rank = len(tensor.shape)
        if not 3 <= rank <= most:
            message = (
                f"`{layer}` takes sequences `(batch, steps, width)`, "
                f"and its {_NAMES[at]} has the shape {shown(tensor.shape)}"
            )
            fewer = "set `return_sequences: true` in a recurrent layer before it, or make steps with a `Reshape`"
            more = "join the dimensions between batch and width with a `Reshape`"
            raise ShapeMismatch(message, fewer if rank < 3 else more, at)
        if rank != len(inputs[0].shape):
            wants = "takes inputs of as many dimensions"
            raise _apart(layer, wants, inputs, at, "bring them to the same number, with a `Reshape`")
    return inputs[0].shape, inputs[1].shape, inputs[-1].shape


def _a_key_for_each(layer: str, inputs: tuple[Tensor, ...], values: Shape, keys: Shape) -> None:
    if not all(map(agree, values, keys)):
        wants = "takes a key for each value, so they must have as many steps"
        raise _apart(layer, wants, inputs, 2, "let key and value come of the same sequence", 1)


def _apart(
    layer: str, wants: str, inputs: tuple[Tensor, ...], culprit: int, hint: str, other: int = 0
) -> ShapeMismatch:
    """Two inputs, by their numbers, that do not go together."""
    message = (
        f"`{layer}` {wants}: the {_NAMES[culprit]} has the shape {shown(inputs[culprit].shape)}, "
        f"and the {_NAMES[other]} {shown(inputs[other].shape)}"
    )
    return ShapeMismatch(message, hint, culprit)


def _attended(layer: str, given: object, query: Shape) -> tuple[int, ...]:
    """The axes that are attended along: all between batch and width unless some are `given`."""
    last = len(query) - 2
    if given is None:
        return tuple(range(1, last + 1))
    axes = tuple(given) if isinstance(given, list | tuple) else (given,)
    if len(set(axes)) < len(axes) or not all(1 <= axis <= last for axis in axes):
        message = f"`{layer}` has `attention_axes` {given}, and its query has the shape {shown(query)}"
        between = "the only axis is 1" if last == 1 else f"the axes are 1 to {last}, each at most once"
        raise ShapeMismatch(message, f"{between}; without `attention_axes`, it attends along all")
    return axes


def _masked(layer: str, arguments: Arguments, inputs: tuple[Tensor, ...], axes: tuple[int, ...]) -> None:
    """What hides some steps counts them along axis 1 of query and value, so that must be what is attended along.

    Where axis 1 is one step long, Keras hides nothing of the others.
    """
    shapes = inputs[0].shape, inputs[1].shape
    hiding = [does for option, does in _HIDING.items() if arguments[option]]
    if not hiding or len(shapes[0]) == 3:
        return
    if len(axes) > 1 or not all(agree(shape[1], shape[axes[0]]) for shape in shapes):
        message = f"`{layer}` {hiding[0]} along axis 1, and attends along {_listed(axes)} of {shown(shapes[0])}"
        options = " and ".join(f"`{option}`" for option in _HIDING if arguments[option])
        raise ShapeMismatch(message, f"set `attention_axes: 1`, or leave {options} out")


def _listed(axes: tuple[int, ...]) -> str:
    return f"axis {axes[0]}" if len(axes) == 1 else f"axes {', '.join(map(str, axes))}"


def _wider(one: Dimension, other: Dimension) -> Dimension:
    """The width of two vectors that are scored, of which one may be a single number."""
    return None if one is None or other is None else max(one, other)


RULES_OF_SEVERAL: Final[Mapping[str, RuleOfSeveral]] = MappingProxyType(
    {
        "AdditiveAttention": partial(_attention, "AdditiveAttention"),
        "Attention": partial(_attention, "Attention"),
        "GroupQueryAttention": _group_query_attention,
        "MultiHeadAttention": _multi_head_attention,
    }
)
