"""Keras takes what the catalogue takes: objects with random options, by their schemas, each of which is really made."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import keras
import pytest
from jsonschema import Draft202012Validator

from specrun.compiler import catalogue
from specrun.compiler.catalogue import REQUIRED, Argument, Entry
from specrun.compiler.catalogue.values import dimensions
from specrun.compiler.catalogue.weights import rank_of
from specrun.compiler.language.sections import Keras

ENTRIES = [entry for family in catalogue.FAMILIES.values() for entry in family.values() if entry.name != "accuracy"]
CALLED = [entry for entry in ENTRIES if entry.family != "activations"]
IMAGES = [entry for entry in ENTRIES if entry.augments]
TIMES = 20
ELSEWHERE: Mapping[str, Mapping[str, object]] = {
    "ModelCheckpoint": {"filepath": "best.keras"},
    "Embedding": {"input_dim": 5},
    "ReversibleEmbedding": {"input_dim": 5},
}
"""What the compiler adds by itself."""

Value = Any


def drawn(entry: Entry, chance: Random, depth: int = 0) -> dict[str, Value]:
    """Options that go together, as a spec has them."""
    while True:
        chosen = [a for a in entry.arguments if a.default is REQUIRED or chance.random() < 0.4]
        options = {argument.name: drawn_value(argument, chance, depth) for argument in chosen}
        if catalogue.conflict(entry, options) is None:
            return options


def drawn_value(argument: Argument, chance: Random, depth: int) -> Value:
    names, types = catalogue.names_of(argument), argument.schema["type"]
    if argument.default is None and chance.random() < 0.2:
        return None
    if argument.family == "schedules" and chance.random() < 0.5:
        names = tuple(catalogue.family("schedules"))
    if argument.family is None or not names:
        value = drawn_of(argument.schema, chance)
        Draft202012Validator(argument.schema).validate(value)
        return value
    many = types == "array" or (isinstance(types, list) and "array" in types and chance.random() < 0.5)
    objects = [drawn_object(argument.family, names, chance, depth) for _ in range(chance.randint(1, 3) if many else 1)]
    return objects if many else objects[0]


def drawn_object(family: str, names: tuple[str, ...], chance: Random, depth: int) -> Keras:
    entries = [catalogue.family(family)[name] for name in names]
    plain = [entry for entry in entries if not any(argument.family == "layers" for argument in entry.arguments)]
    entry = chance.choice(entries if depth < 2 else plain)
    return Keras(name=entry.name, options=tuple(drawn(entry, chance, depth + 1).items()))


def drawn_of(schema: Mapping[str, Any], chance: Random) -> Value:
    """A value that the schema takes, of moderate size."""
    if "enum" in schema:
        return chance.choice(schema["enum"])
    if "pattern" in schema:
        return chance.choice([text for text in ("ab,bc->ac", "...b,bc->...c", "d") if fits(schema, text)])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    highest = min(schema.get("maximum", 1), 1)
    lowest = min(max(schema.get("minimum", 0), 0), highest - 1)
    by_kind: Mapping[str, Callable[[], Value]] = {
        "null": lambda: None,
        "boolean": lambda: chance.random() < 0.5,
        "integer": lambda: chance.choice([n for n in range(-1, 41) if fits(schema, n)]),
        "array": lambda: drawn_list(schema, chance),
        "string": lambda: "val_loss",
        "number": lambda: lowest + (highest - lowest) * chance.uniform(0.01, 0.99),
    }
    return by_kind[chance.choice(kinds)]()


def drawn_list(schema: Mapping[str, Any], chance: Random) -> Value:
    count = chance.randint(schema["minItems"], min(schema["maxItems"], max(schema["minItems"], 3)))
    values = [drawn_of(schema["items"], chance) for _ in range(count)]
    return list(dict.fromkeys(values)) if schema.get("uniqueItems") else values


def fits(schema: Mapping[str, Any], value: object) -> bool:
    return bool(Draft202012Validator(schema).is_valid(value))


def made(entry: Entry, options: Mapping[str, Value], nested: bool = False) -> Any:
    """The object of Keras, by the string where the plan would give one."""
    if entry.string is not None and not options and nested:
        return entry.string
    later = {argument.name for argument in entry.arguments if argument.of_call}
    given = {n: v for n, v in catalogue.with_defaults(entry, options).items() if n in options and n not in later}
    elsewhere = {name: value for name, value in ELSEWHERE.get(entry.name, {}).items() if given.get(name) is None}
    found: Any = keras
    for part in entry.function.split(".")[1:]:
        found = getattr(found, part)
    return found(**{name: keras_value(entry.argument(name), value) for name, value in given.items()} | elsewhere)


def keras_value(argument: Argument | None, value: Value) -> Any:
    if isinstance(value, Keras):
        assert argument is not None
        assert argument.family is not None
        return made(catalogue.family(argument.family)[value.name], dict(value.options), nested=True)
    return [keras_value(argument, item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("entry", CALLED, ids=lambda e: f"{e.family}.{e.name}")
def test_keras_takes_what_the_catalogue_takes(entry: Entry) -> None:
    chance = Random(entry.name)
    for _ in range(TIMES):
        options = drawn(entry, chance)
        assert made(entry, options) is not None, options


@pytest.mark.parametrize("entry", IMAGES, ids=lambda e: e.name)
def test_an_augmentation_makes_an_image_of_an_image(entry: Entry) -> None:
    chance = Random(entry.name)
    for _ in range(TIMES // 2):
        options = drawn(entry, chance)
        if options.get("data_format") == "channels_first":
            del options["data_format"]  # TensorFlow has few of the operations for it on a processor
        options |= {side: 5 for side in ("height", "width") if side in options}
        images = keras.random.uniform((2, 8, 8, 3), 0, 255, seed=1)
        out = made(entry, options)(images, training=True)
        assert tuple(out.shape) == (2, *((5, 5) if "height" in options else (8, 8)), 3), options


CONSTRAINED = [
    pytest.param(entry, argument, id=f"{entry.name}.{argument.name}")
    for entry in ENTRIES
    for argument in entry.arguments
    if argument.family == "constraints" and entry.name not in {"EinsumDense", "PReLU"}
]
SMALL: Mapping[str, Value] = {
    "units": 3, "filters": 3, "kernel_size": 2, "num_heads": 2, "key_dim": 3, "head_dim": 3, "num_query_heads": 2,
    "num_key_value_heads": 1, "input_dim": 5, "output_dim": 3,
}  # fmt: skip


@pytest.mark.parametrize(("entry", "argument"), CONSTRAINED)
def test_weights_have_so_many_axes(entry: Entry, argument: Argument) -> None:
    marker = keras.constraints.NonNeg()
    options = {a.name: SMALL[a.name] for a in entry.arguments if a.name in SMALL}
    layer = getattr(keras.layers, entry.name)(**options, **{argument.name: marker})
    layer.build(*[shape_for(entry)] * entry.fewest)
    ranks = [len(v.shape) for v in layer.variables if v.constraint is marker]
    weights = argument.name.removesuffix("_constraint")
    assert min(ranks) == (2 if "GRU" in entry.name and weights == "bias" else rank_of(entry.name, weights))


def shape_for(entry: Entry) -> tuple[int | None, ...]:
    """What a layer with weights can take."""
    if (size := dimensions(entry.name)) is not None:
        return (None, *[6] * (size + entry.name.startswith("ConvLSTM")), 4)
    if entry.name.endswith(("Cell", "Normalization")):
        return (None, 32)
    return (None, 6) if "Embedding" in entry.name else (None, 6, 4)
