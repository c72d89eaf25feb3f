"""Random configurations of layers: what goes in, and arguments that the catalogue's schemas take.

A schema says which values an argument takes, not which of them are small, nor which go together. Where that matters, a
`Draw` says more; the tables of them are the `DRAWS` of the files `draws_*.py` beside this one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf
from jsonschema import Draft202012Validator

from specrun.compiler import catalogue
from specrun.compiler.catalogue import REQUIRED, Argument, Entry
from specrun.compiler.shapes import Nested
from specrun.compiler.tensor import Shape, Tensor

Inputs: TypeAlias = tuple[Tensor, ...]
Arguments: TypeAlias = dict[str, Any]
Value: TypeAlias = Callable[[Random, Inputs], Any]
Condition: TypeAlias = Callable[[Mapping[str, Any], Inputs], bool]

REFUSALS = (
    ValueError,
    IndexError,
    TypeError,
    ZeroDivisionError,
    OverflowError,
    NotImplementedError,
    tf.errors.OpError,
)
"""What Keras and TensorFlow raise when they refuse."""

SHAPES: tuple[Shape, ...] = ((1,), (7,), (12,), (3, 4), (1, 6), (None, 6))
FLOATS = ("float32", "float32", "float32", "float64", "float16")
DTYPES = (*FLOATS, "int32", "int64")
UNKNOWN = 8
"""The length of numbers where that of the symbol is not known."""


def rows(chance: Random, shapes: Sequence[Shape] = SHAPES, dtypes: Sequence[str] = DTYPES) -> Inputs:
    """One tensor of few values a row."""
    return (Tensor((None, *chance.choice(shapes)), chance.choice(dtypes)),)


def call_to_train(layer: Any, tensors: list[Any]) -> Any:
    """The layer on its only input, or on the list of them."""
    return layer(tensors[0] if len(tensors) == 1 else tensors, training=True)


def nothing_more(_chance: Random, _inputs: Inputs, arguments: Arguments) -> Arguments:
    return arguments


def zeros_and_ones(tensor: Tensor) -> Any:
    """Numbers that each dtype has: 0, 1, 0, 1, …"""
    return keras.ops.convert_to_tensor(np.resize(np.array([0, 1]), [n or 0 for n in tensor.shape]).astype(tensor.dtype))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """How a layer is drawn, beyond the schemas of its arguments.

    `arguments` draws single ones, given what goes in; a value of None leaves the argument out. `always` are drawn each
    time, as are those without a default; the others are left to their defaults more often than not. `together` changes
    arguments that hang on one another; it can add nested layers, as `Nested`. `call` says how Keras is given the
    inputs. `numbers` makes an array for an input in the eager call, and `computed` is the share of the configurations
    that get one, below 1 where TensorFlow takes long. By reason: `stricter` holds when the rule may refuse
    what Keras takes, and `more_lenient` when Keras may refuse what the rule takes.
    """

    inputs: Callable[[Random], Inputs] = rows
    arguments: Mapping[str, Value] = field(default_factory=dict)
    always: frozenset[str] = frozenset()
    together: Callable[[Random, Inputs, Arguments], Arguments] = nothing_more
    call: Callable[[Any, list[Any]], Any] = call_to_train
    numbers: Callable[[Tensor], Any] = zeros_and_ones
    computed: float = 1.0
    stricter: Mapping[str, Condition] = field(default_factory=dict)
    more_lenient: Mapping[str, Condition] = field(default_factory=dict)


def drawn_arguments(entry: Entry, draw: Draw, chance: Random, inputs: Inputs) -> Arguments:
    """Arguments as a spec gives them, with `Nested` for layers in layers."""
    given: Arguments = {}
    for argument in entry.arguments:
        needed = argument.default is REQUIRED or argument.name in draw.always
        # The objects of a family change no shape: few of them are enough.
        if needed or chance.random() < (0.05 if argument.family else 0.4):
            special = draw.arguments.get(argument.name)
            value = special(chance, inputs) if special else drawn_of(argument.schema, chance)
            if value is not None:
                given[argument.name] = value
    return draw.together(chance, inputs, given)


def drawn_of(schema: Mapping[str, Any], chance: Random) -> Any:
    """A value of moderate size that the schema takes; None where none is found."""
    taken = Draft202012Validator(schema)
    drawn = (_tried(schema, chance) for _ in range(20))
    return next((value for value in drawn if value is not None and taken.is_valid(value)), None)


def _tried(schema: Mapping[str, Any], chance: Random) -> Any:
    if "enum" in schema:
        return chance.choice(schema["enum"])
    types = schema.get("type", "null")
    kind = chance.choice(types) if isinstance(types, list) else types
    return _BY_TYPE[kind](schema, chance) if kind in _BY_TYPE else None


def _integer(schema: Mapping[str, Any], chance: Random) -> int:
    lowest = schema.get("minimum", -3)
    return chance.randint(lowest, max(lowest, min(schema.get("maximum", 9), 9)))


def _number(schema: Mapping[str, Any], chance: Random) -> float:
    highest = min(schema.get("maximum", 1), 1)
    lowest = min(max(schema.get("minimum", 0), 0), highest - 1)
    return float(lowest + (highest - lowest) * chance.uniform(0.01, 0.99))


def _array(schema: Mapping[str, Any], chance: Random) -> list[Any]:
    lowest = schema.get("minItems", 1)
    many = chance.randint(lowest, max(lowest, min(schema.get("maxItems", 3), 3)))
    return [_tried(schema.get("items", {}), chance) for _ in range(many)]


_BY_TYPE: Mapping[str, Callable[[Mapping[str, Any], Random], Any]] = {
    "boolean": lambda _, chance: chance.random() < 0.5,
    "integer": _integer,
    "number": _number,
    "array": _array,
}


def keras_layer(name: str, arguments: Mapping[str, Any]) -> Any:
    """The layer of Keras, with the layers in it."""
    entry, later = catalogue.family("layers")[name], of_call(name, arguments)
    given = {key: value for key, value in arguments.items() if key not in later}
    return getattr(keras.layers, name)(**{key: keras_value(entry.argument(key), value) for key, value in given.items()})


def of_call(name: str, arguments: Mapping[str, Any]) -> Arguments:
    """Those of the arguments that Keras takes when the layer is called."""
    later = {argument.name for argument in catalogue.family("layers")[name].arguments if argument.of_call}
    return {key: value for key, value in arguments.items() if key in later}


def keras_value(argument: Argument | None, value: Any) -> Any:
    """An object where Keras wants one: nested layers, and names that it does not take as a string."""
    if isinstance(value, Nested):
        return keras_layer(value.name, value.arguments)
    if isinstance(value, list):
        return [keras_value(argument, item) for item in value]
    if argument is None or argument.family is None or not isinstance(value, str):
        return value
    named = catalogue.find(argument.family, value)
    if named is None:
        return value
    return named.string or getattr(getattr(keras, argument.family), named.name)()


def holds(conditions: Mapping[str, Condition], arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    """Whether one of the reasons holds."""
    return any(condition(arguments, inputs) for condition in conditions.values())


def symbols(inputs: Inputs) -> list[Any]:
    """The inputs as Keras's symbols."""
    return [keras.Input(tensor.shape[1:], dtype=tensor.dtype) for tensor in inputs]


def arrays(inputs: Inputs, draw: Draw, batch: int = 2) -> list[Any]:
    """The inputs as numbers; lengths that are not known are `UNKNOWN`."""
    rows = ((tensor, tuple(UNKNOWN if n is None else n for n in tensor.shape[1:])) for tensor in inputs)
    return [draw.numbers(Tensor((batch, *row), tensor.dtype, tensor.bound)) for tensor, row in rows]
