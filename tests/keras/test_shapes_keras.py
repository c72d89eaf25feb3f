"""Every shape rule against Keras: at least fifty random configurations of each layer, and no disagreement.

What Keras tells of a layer without running it (shape, dtype, parameters) must be what the rule tells. Where all lengths
are known, the layer is run too, and what comes out must have that shape. What the rule refuses, Keras must refuse, at
the latest when it runs.
"""

from collections.abc import Mapping
from functools import partial
from random import Random
from typing import Any

import keras
import pytest
from jsonschema import Draft202012Validator

from specrun.compiler import catalogue
from specrun.compiler.catalogue import Entry
from specrun.compiler.shapes import RULES, RULES_OF_SEVERAL, Inferred, ShapeMismatch, infer
from specrun.compiler.tensor import Tensor
from tests.keras import draws_plain, draws_sequences, draws_spatial
from tests.keras.drawing import (
    REFUSALS,
    Arguments,
    Draw,
    Inputs,
    arrays,
    drawn_arguments,
    holds,
    keras_layer,
    of_call,
    symbols,
)

DRAWS: Mapping[str, Draw] = {**draws_plain.DRAWS, **draws_spatial.DRAWS, **draws_sequences.DRAWS}
"""The layers for which the schemas of their arguments do not say it all."""
COMPARED = 50
REFUSED = 15
"""So many refusals of each layer are held against Keras; more would teach no more."""


def assert_taken(entry: Entry, arguments: Arguments) -> None:
    """What is drawn must be what a spec can say."""
    for argument in entry.arguments:
        if argument.name in arguments and argument.family is None:
            Draft202012Validator(argument.schema).validate(arguments[argument.name])


def told(layer: str, arguments: Arguments, inputs: Inputs) -> Inferred | None:
    """What the rule tells; None where it refuses, with a message that names a layer and a hint."""
    refusal = None
    try:
        inferred = infer(layer, arguments, inputs)
    except ShapeMismatch as mismatch:
        refusal, inferred = mismatch, None
    assert (inferred is None) == (refusal is not None)
    assert refusal is None or (refusal.message.startswith("`") and refusal.hint and refusal.culprit < len(inputs))
    return inferred


def of_keras(
    layer: str, arguments: Arguments, inputs: Inputs, draw: Draw, expected: Tensor, *, compute: bool
) -> tuple[Any, int, int]:
    """What comes out for symbols, the count of parameters and that of those which no step moves.

    Numbers must give the same shape, and whole ones where expected.
    """
    made = keras_layer(layer, arguments)
    called = partial(made, **of_call(layer, arguments))
    symbol = draw.call(called, symbols(inputs))
    if compute:
        computed = draw.call(called, arrays(inputs, draw))
        shapes = zip(symbol.shape[1:], computed.shape[1:], strict=True)
        same = all(length in (None, real) for length, real in shapes)
        assert same, (arguments, inputs, symbol.shape, computed.shape)
        assert keras.backend.is_int_dtype(computed.dtype) == expected.is_whole, (arguments, inputs)
    frozen = sum(int(keras.ops.size(weight)) for weight in made.non_trainable_weights)
    return symbol, made.count_params(), frozen


def refused_by_keras(layer: str, arguments: Arguments, inputs: Inputs, draw: Draw) -> bool:
    """Whether Keras refuses at the latest when it computes."""
    try:
        called = partial(keras_layer(layer, arguments), **of_call(layer, arguments))
        draw.call(called, symbols(inputs))
        draw.call(called, arrays(inputs, draw))
    except REFUSALS:
        return True
    return False


def compare(layer: str, arguments: Arguments, inputs: Inputs, draw: Draw, expected: Inferred, *, compute: bool) -> None:
    """What the rule tells is what Keras tells."""
    try:
        symbol, *counts = of_keras(layer, arguments, inputs, draw, expected.output, compute=compute)
    except REFUSALS as error:
        pytest.fail(f"Keras refuses {arguments} of {inputs}: {error}")
    got = (tuple(symbol.shape), symbol.dtype, *counts)
    wanted = (expected.output.shape, expected.output.dtype, expected.parameters, expected.frozen)
    assert got == wanted, (arguments, inputs)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("layer", [*RULES, *RULES_OF_SEVERAL])
def test_shapes_types_and_counts_are_those_of_keras(layer: str) -> None:
    chance, entry, draw = Random(layer), catalogue.family("layers")[layer], DRAWS.get(layer, Draw())
    keras.utils.set_random_seed(0)
    compared = refused = 0
    for _ in range(2000):
        inputs = draw.inputs(chance)
        arguments = drawn_arguments(entry, draw, chance, inputs)
        assert_taken(entry, arguments)
        if catalogue.conflict(entry, arguments) is not None:
            continue
        expected = told(layer, arguments, inputs)
        if expected is None:
            if refused < REFUSED and not holds(draw.stricter, arguments, inputs):
                refused += 1
                assert refused_by_keras(layer, arguments, inputs, draw), (arguments, inputs)
        elif expected.parameters is not None and not holds(draw.more_lenient, arguments, inputs):
            known = not any(None in tensor.shape[1:] for tensor in inputs)
            compute = known and chance.random() < draw.computed
            compare(layer, arguments, inputs, draw, expected, compute=compute)
            compared += 1
        if compared == COMPARED:
            return
    pytest.fail(f"only {compared} configurations of {layer} were compared")


def test_every_draw_is_of_a_layer_with_a_rule() -> None:
    assert set(DRAWS) <= {*RULES, *RULES_OF_SEVERAL}


@pytest.mark.parametrize("before", ["Cropping1D", "Masking", "MaxPooling1D", "ReLU", "UpSampling1D"])
@pytest.mark.parametrize(
    ("layer", "arguments"), [("Conv1D", {"filters": 2, "kernel_size": 1}), ("Dropout", {"rate": 0.5}), ("ELU", {})]
)
def test_whole_numbers_that_keras_calls_floats_are_refused_as_keras_refuses_them(
    before: str, layer: str, arguments: Arguments
) -> None:
    tokens = (Tensor((None, 6, 2), "int32", 9),)
    moved = told(before, {}, tokens)
    assert moved is not None
    assert moved.output.dtype == "float32"
    assert told(layer, arguments, (moved.output,)) is None
    numbers = keras_layer(before, {})(*arrays(tokens, Draw()))
    with pytest.raises(REFUSALS):
        keras_layer(layer, arguments)(numbers, training=True)
