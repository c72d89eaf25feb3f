"""How the layers are drawn that read sequences, join several inputs, or have other layers in them."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

import keras
import numpy as np

from specrun.compiler import catalogue
from specrun.compiler.shapes import Nested
from specrun.compiler.tensor import Shape, Tensor
from tests.keras.drawing import DTYPES, FLOATS, Arguments, Draw, Inputs, Value, drawn_arguments, rows
from tests.keras.draws_plain import DRAWS as PLAIN
from tests.keras.draws_plain import has_whole_numbers
from tests.keras.draws_spatial import DRAWS as SPATIAL

WHOLE = ("int32", "int64")


def count(highest: int = 6) -> Value:
    return lambda chance, _inputs: chance.randint(1, highest)


# Recurrent layers.


def sequences(chance: Random) -> Inputs:
    """Mostly steps of vectors, at times of an unknown number."""
    if chance.random() < 0.1:
        return rows(chance, ((4,), (2, 3, 4), (), (None,)))
    steps = chance.choice([1, 2, 3, 5, None])
    return rows(chance, ((steps, chance.randint(1, 5)),))


def nested(name: str, chance: Random, inputs: Inputs, draw: Draw) -> Nested:
    """A layer in a layer, with all its arguments."""
    entry = catalogue.family("layers")[name]
    while catalogue.conflict(entry, drawn := drawn_arguments(entry, draw, chance, inputs)) is not None:
        pass
    return Nested(name, catalogue.with_defaults(entry, drawn))


def cell(chance: Random, inputs: Inputs, depth: int = 2) -> Nested:
    names = ["SimpleRNNCell", "GRUCell", "LSTMCell", "StackedRNNCells"]
    name = chance.choice(names if depth else names[:3])
    draw = Draw(
        arguments={
            "units": count(),
            "cells": lambda chance, inputs: [cell(chance, inputs, depth - 1) for _ in range(chance.randint(1, 3))],
        }
    )
    return nested(name, chance, inputs, draw)


def one_cell_or_several(chance: Random, inputs: Inputs) -> Nested | list[Nested]:
    several = [cell(chance, inputs) for _ in range(chance.randint(1, 3))]
    return several[0] if chance.random() < 0.5 else several


def more_than_vectors(_arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    return len(inputs[0].shape) > 3


RECURRENT = Draw(
    inputs=sequences,
    arguments={"units": count(), "cell": one_cell_or_several},
    stricter={"cells take vectors: Keras tells a shape for other steps, and computes another": more_than_vectors},
)


def films(places: int) -> Callable[[Random], Inputs]:
    """Steps of rows with so many lengths, and channels."""

    def draw(chance: Random) -> Inputs:
        rank = places if chance.random() < 0.95 else chance.choice([0, 1, 2, 3])
        row = [chance.choice([1, 2, None]), *(chance.randint(1, 7 - places) for _ in range(rank)), chance.randint(1, 4)]
        return rows(chance, (tuple(row),), FLOATS if chance.random() < 0.9 else DTYPES)

    return draw


def windows(places: int, highest: int) -> Value:
    def draw(chance: Random, _inputs: Inputs) -> Any:
        drawn = [chance.randint(1, highest) for _ in range(places)]
        return drawn[0] if chance.random() < 0.4 else drawn

    return draw


def conv_lstm(places: int) -> Draw:
    return Draw(
        inputs=films(places),
        computed=0.2 if places == 3 else 1.0,
        arguments={
            "filters": count(3),
            "kernel_size": windows(places, 3 if places < 3 else 2),
            "strides": windows(places, 3),
            "dilation_rate": windows(places, 2),
        },
    )


# Layers of several inputs.


def alike(chance: Random) -> Inputs:
    """Two to four inputs of one shape, some of them with fewer dimensions, single ones or others."""
    known: tuple[Shape, ...] = ((4,), (3, 4), (2, 3, 4), (None, 4), (None,), ())
    row = chance.choice(known)
    shapes = [row]
    for _ in range(chance.randint(1, 3)):
        same = row[chance.randint(0, len(row)) :] if chance.random() < 0.2 else row
        shapes.append(tuple(1 if chance.random() < 0.15 else another(chance, length) for length in same))
    chance.shuffle(shapes)
    return several(chance, shapes)


def another(chance: Random, length: int | None) -> int | None:
    """Mostly the same length; what is not known agrees with anything."""
    return length if length is None or chance.random() < 0.95 else 5


def several(chance: Random, shapes: Sequence[Shape], dtypes: Sequence[str] = (*FLOATS, *WHOLE)) -> Inputs:
    return tuple(Tensor((None, *shape), chance.choice(dtypes)) for shape in shapes)


MERGE = Draw(inputs=alike)


def to_concatenate(chance: Random) -> Inputs:
    """Two to four inputs, equal along all axes but one, mostly."""
    row = [chance.choice([2, 3, 4, None]) for _ in range(chance.randint(0, 3))]
    free = chance.randrange(len(row)) if row else 0
    shapes: list[Shape] = []
    for _ in range(chance.randint(2, 4)):
        shape = [chance.choice([1, 2, 3, None]) if axis == free else length for axis, length in enumerate(row)]
        shapes.append(tuple(shape if chance.random() < 0.95 else shape[1:]))
    return several(chance, shapes)


def mostly_what_differs(chance: Random, inputs: Inputs) -> int:
    shapes = [tensor.shape for tensor in inputs]
    rank = len(shapes[0])
    for axis in range(1, rank):
        if chance.random() < 0.9 and len({shape[axis] for shape in shapes if len(shape) == rank}) > 1:
            return chance.choice([axis, axis - rank])
    return chance.randint(-rank - 1, rank)


def joins_the_batch(arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    return bool(arguments["axis"] % len(inputs[0].shape) == 0)


def to_multiply(chance: Random) -> Inputs:
    """Two inputs with a length in common, mostly."""
    length = chance.choice([2, 3])
    shapes: list[Shape] = []
    for _ in range(2):
        row = [chance.choice([2, 3, 4]) for _ in range(chance.randint(1, 3))]
        row[chance.randrange(len(row))] = length
        shapes.append(tuple(row) if chance.random() < 0.97 else ())
    return several(chance, shapes)


def axes_to_multiply(chance: Random, inputs: Inputs) -> Any:
    """Mostly axes that are as long as one another."""
    left, right = (tensor.shape for tensor in inputs)
    fitting = [(a, b) for a in range(1, len(left)) for b in range(1, len(right)) if left[a] == right[b]]
    if not fitting or chance.random() < 0.1:
        return [chance.randint(-4, 4), chance.randint(-4, 4)] if chance.random() < 0.5 else chance.randint(-4, 4)
    a, b = chance.choice(fitting)
    if a == b and chance.random() < 0.5:
        return a
    return [a - len(left) * chance.randint(0, 1), b - len(right) * chance.randint(0, 1)]


def counts_from_the_end_more_than_once(arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    axes = arguments["axes"]
    return isinstance(axes, int) and any(axes < -len(tensor.shape) for tensor in inputs)


# Attention.


def attended(chance: Random) -> Inputs:
    """A query, a value and at times a key, which mostly fit, of steps in one dimension or in two."""
    unknown = chance.random() < 0.2
    steps = [None if unknown else chance.choice([1, 2, 4]) for _ in range(2)]
    before = (chance.choice([1, 2, 3]),) if chance.random() < 0.3 else ()
    width, depth = chance.choice([1, 2, 4]), chance.choice([1, 2, 4])
    shapes: list[Shape] = [(*before, steps[0], width), (*before, steps[1], width)]
    if chance.random() < 0.4:
        shapes[1:] = [(*before, steps[1], depth), (*before, steps[1], width)]
    for number in range(len(shapes)):
        if not unknown and chance.random() < 0.1:
            shape = list(shapes[number])
            shape[chance.randrange(len(shape))] = chance.choice([1, 3])
            shapes[number] = tuple(shape) if chance.random() < 0.7 else tuple(shape[1:])
    return several(chance, shapes, (*FLOATS, *FLOATS, *WHOLE))


def attend(layer: Any, tensors: list[Any]) -> Any:
    return layer(*tensors, training=True)


def attends_over_rows(_arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    """Steps are missing, or the batch of one input lies beside another dimension of the others."""
    return len({len(tensor.shape) for tensor in inputs}) > 1 or len(inputs[0].shape) < 3


def repeats_the_query(_arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    shapes = [tensor.shape[1:-2] for tensor in inputs]
    return any(shape != shapes[0] for shape in shapes[1:])


ATTENTION = Draw(
    inputs=attended,
    stricter={
        "Keras takes whole numbers by chance, and nobody means the numbers of words as vectors": has_whole_numbers,
        "rows would mix": attends_over_rows,
        "Keras tells the shape of the query, and computes that of the value": repeats_the_query,
    },
)


def attention_axes(chance: Random, inputs: Inputs) -> Any:
    rank = len(inputs[0].shape)
    axes = chance.sample(range(1, rank + (chance.random() < 0.1)), 1) if rank > 1 else [1]
    if rank == 4 and chance.random() < 0.4:
        axes = chance.choice([[1, 2], [2, 1], [1, 1]])
    return axes[0] if len(axes) == 1 and chance.random() < 0.5 else axes


def attends_beside_the_steps(arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    """Along the batch, the heads or one axis twice: Keras takes it where the lengths happen to fit."""
    axes = arguments.get("attention_axes")
    listed = axes if isinstance(axes, list) else [axes or 1]
    return len(set(listed)) < len(listed) or any(not 1 <= axis < len(inputs[0].shape) - 1 for axis in listed)


def hides_nothing(arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    """Keras counts the steps along axis 1, of which there is one, and hides none of those that are attended along."""
    hides = arguments.get("sliding_window") or arguments.get("use_causal_mask")
    return bool(hides) and any(len(tensor.shape) > 3 and tensor.shape[1] == 1 for tensor in inputs[:2])


# Embeddings.


def numbers_to_look_up(chance: Random) -> Inputs:
    """Whole numbers, mostly: a row of them is a text. At times Keras calls them floats, as behind a `Concatenate`."""
    (drawn,) = rows(chance, ((), (1,), (4,), (3, 2), (None,)), (*WHOLE, *WHOLE, *DTYPES))
    bound = chance.choice([None, 2, 5])
    return (Tensor(drawn.shape, drawn.dtype, bound, whole=bound is not None),)


def indices(tensor: Tensor) -> Any:
    """The numbers below the bound, or zeros."""
    shape = [length or 0 for length in tensor.shape]
    return keras.ops.convert_to_tensor(np.resize(np.arange(tensor.bound or 1), shape).astype(tensor.dtype))


def looks_up_fractions(_arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    return not inputs[0].is_whole


def has_too_few_vectors(arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    """A CPU refuses what a GPU reads as zeros, and Keras tells a shape for both."""
    return inputs[0].bound is not None and arguments["input_dim"] < inputs[0].bound


EMBEDDING = Draw(
    inputs=numbers_to_look_up,
    always=frozenset({"input_dim"}),
    arguments={"input_dim": count(9), "output_dim": count()},
    numbers=indices,
    stricter={
        "Keras cuts the fractions off": looks_up_fractions,
        "numbers that have no vector": has_too_few_vectors,
    },
)


# Layers in layers.

INSIDE: Mapping[str, tuple[Shape, Draw]] = {
    "Dense": ((4,), Draw(arguments={"units": count()})),
    "Dropout": ((4,), PLAIN["Dropout"]),
    "Flatten": ((3, 4), Draw()),
    "LayerNormalization": ((3, 4), Draw()),
    "BatchNormalization": ((4,), Draw()),
    "Reshape": ((3, 4), PLAIN["Reshape"]),
    "RepeatVector": ((4,), PLAIN["RepeatVector"]),
    "LSTM": ((3, 4), RECURRENT),
    "GRU": ((3, 4), RECURRENT),
    "Conv1D": ((6, 4), SPATIAL["Conv1D"]),
    "Conv2D": ((5, 6, 2), SPATIAL["Conv2D"]),
    "MaxPooling1D": ((6, 4), SPATIAL["MaxPooling1D"]),
    "GlobalAveragePooling1D": ((6, 4), SPATIAL["GlobalAveragePooling1D"]),
    "SimpleRNN": ((3, 4), RECURRENT),
}
KERNELS: Mapping[str, tuple[Shape, Draw]] = {
    "Dense": ((4,), Draw(arguments={"units": count()})),
    "EinsumDense": ((3, 4), PLAIN["EinsumDense"]),
    **{f"Conv{n}D": ((*(5, 6, 5)[3 - n :], 4), SPATIAL[f"Conv{n}D"]) for n in (1, 2, 3)},
    **{f"Conv{n}DTranspose": ((*(5, 6, 5)[3 - n :], 4), SPATIAL[f"Conv{n}DTranspose"]) for n in (1, 2, 3)},
    **{f"DepthwiseConv{n}D": ((*(6, 5)[2 - n :], 4), SPATIAL[f"DepthwiseConv{n}D"]) for n in (1, 2)},
}


def one_of(layers: Mapping[str, tuple[Shape, Draw]], *before: int | None) -> Callable[[Random], Inputs]:
    """What one of the layers takes, behind other lengths."""

    def draw(chance: Random) -> Inputs:
        shape, _ = layers[chance.choice(list(layers))]
        lengths = tuple(chance.choice(before) for _ in before[:1])
        return rows(chance, ((*lengths, *shape),), FLOATS)

    return draw


def fitting(layers: Mapping[str, tuple[Shape, Draw]], skipped: int = 0) -> Value:
    """One of the layers, mostly one that takes what goes in behind the lengths that are `skipped`.

    The equation of an `EinsumDense` is drawn for what goes in.
    """

    def draw(chance: Random, inputs: Inputs) -> Nested:
        tensor = inputs[0]
        row = tensor.shape[1 + skipped :]
        others = [name for name in layers if name != "EinsumDense"]
        names = [name for name, (shape, _) in layers.items() if shape == row] or others
        name = chance.choice(names if chance.random() < 0.9 else others)
        return nested(name, chance, (Tensor((None, *row), tensor.dtype, tensor.bound),), layers[name][1])

    return draw


def averages_other_steps(arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    return arguments["layer"].name.startswith("Global") and len(inputs[0].shape) != 4


def recurrent_layer(chance: Random, inputs: Inputs) -> Nested:
    names = ["GRU", "LSTM", "RNN", "SimpleRNN"] if len(inputs[0].shape) < 4 else ["ConvLSTM1D", "ConvLSTM2D"]
    name = chance.choice(names)
    return nested(name, chance, inputs, DRAWS[name])


def both_ways(chance: Random, inputs: Inputs, arguments: Arguments) -> Arguments:
    """A second layer that reads the other way, mostly, and is as wide."""
    layer = arguments["layer"]
    if chance.random() < 0.6:
        return {**arguments, "layer": turned(layer, False) if chance.random() < 0.9 else layer}
    other = layer if chance.random() < 0.5 else recurrent_layer(chance, inputs)
    same = ("units", "return_sequences") if chance.random() < 0.7 else ()
    given = {key: layer.arguments[key] for key in same if key in layer.arguments and key in other.arguments}
    other = Nested(other.name, {**other.arguments, **given})
    backwards = not layer.arguments["go_backwards"] if chance.random() < 0.9 else chance.random() < 0.5
    return {**arguments, "backward_layer": turned(other, backwards)}


def turned(layer: Nested, backwards: bool) -> Nested:
    return Nested(layer.name, {**layer.arguments, "go_backwards": backwards})


def of_two_shapes(arguments: Mapping[str, Any], _inputs: Inputs) -> bool:
    """Keras tells the shape of the first layer, whatever the second one gives."""
    return "backward_layer" in arguments


def vectors_or_films(chance: Random) -> Inputs:
    return sequences(chance) if chance.random() < 0.7 else films(chance.choice([1, 2]))(chance)


DRAWS: Mapping[str, Draw] = {
    **dict.fromkeys(("GRU", "LSTM", "RNN", "SimpleRNN"), RECURRENT),
    **{f"ConvLSTM{n}D": conv_lstm(n) for n in (1, 2, 3)},
    **dict.fromkeys(("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"), MERGE),
    "Subtract": Draw(inputs=lambda chance: alike(chance)[:2]),
    "Concatenate": Draw(
        inputs=to_concatenate,
        always=frozenset({"axis"}),
        arguments={"axis": mostly_what_differs},
        stricter={"rows would mix": joins_the_batch},
    ),
    "Dot": Draw(
        inputs=to_multiply,
        arguments={"axes": axes_to_multiply},
        stricter={"Keras goes around the axes until there is one": counts_from_the_end_more_than_once},
    ),
    "Attention": ATTENTION,
    "AdditiveAttention": ATTENTION,
    "MultiHeadAttention": Draw(
        inputs=attended,
        arguments={
            "num_heads": count(3),
            "key_dim": count(4),
            "value_dim": count(4),
            "attention_axes": attention_axes,
            "sliding_window": count(3),
            "output_shape": lambda chance, _: chance.choice([3, [2], [2, 3]]),
        },
        call=attend,
        stricter={
            "what is attended along lies between batch and width": attends_beside_the_steps,
            "what is said to hide steps hides some": hides_nothing,
        },
    ),
    "GroupQueryAttention": Draw(
        inputs=attended,
        arguments={
            "head_dim": count(4),
            "num_query_heads": lambda chance, _: chance.choice([2, 4, 6]),
            "num_key_value_heads": lambda chance, _: chance.choice([1, 2]),
            "sliding_window": count(3),
        },
        call=attend,
    ),
    "Embedding": EMBEDDING,
    "ReversibleEmbedding": EMBEDDING,
    "TimeDistributed": Draw(
        inputs=one_of(INSIDE, 1, 2, 3, None),
        arguments={"layer": fitting(INSIDE, 1)},
        stricter={"Keras gives a step to a layer without asking how many dimensions it takes": averages_other_steps},
    ),
    "SpectralNormalization": Draw(
        inputs=one_of(KERNELS),
        arguments={"layer": fitting(KERNELS), "power_iterations": count(2)},
    ),
    "Bidirectional": Draw(
        inputs=vectors_or_films,
        arguments={"layer": recurrent_layer},
        together=both_ways,
        stricter={"what both give must have one shape": of_two_shapes, **RECURRENT.stricter},
    ),
}
