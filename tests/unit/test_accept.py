"""The quick yes says yes where jsonschema does, and only there."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from specrun.compiler.language.accept import Acceptor
from specrun.compiler.language.schema import schema
from specrun.compiler.reader import read

ROOT = Path(__file__).parents[2]
SPECS = sorted([*(ROOT / "specs").glob("*.yaml"), *(ROOT / "tests" / "parity" / "cases").glob("*.yaml")])
JUNK: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    1.0,
    -1,
    2.5,
    1e300,
    "",
    "x",
    "Dense",
    "auto",
    [],
    {},
    [1],
    ["a", "a"],
    {"a": 1},
]


def accepts(value: Any, wanted: Any) -> bool:
    return Acceptor(wanted.get("$defs", {})).compile(wanted)(value)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every list and mapping within a value, with each of its keys."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


def spoilt(spec: Any, chance: random.Random) -> Any:
    spec = copy.deepcopy(spec)
    for _ in range(chance.randint(1, 2)):
        there, key = chance.choice(places(spec))
        if chance.random() < 0.3:
            del there[key]
        elif isinstance(there, dict) and chance.random() < 0.3:
            there[f"{key}s"] = there.pop(key)
        else:
            there[key] = copy.deepcopy(chance.choice(JUNK))
    return spec


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_it_agrees_with_jsonschema(path: Path) -> None:
    chance, validator = random.Random(path.stem), Draft202012Validator(schema())
    acceptor = Acceptor(schema()["$defs"]).compile(schema())
    root, _ = read(path.read_bytes(), path.name)
    assert root is not None
    spec = root.plain()
    assert acceptor(spec) == validator.is_valid(spec)
    wrong = [spoilt(spec, chance) for _ in range(12)]
    assert [acceptor(value) for value in wrong] == [validator.is_valid(value) for value in wrong]
    assert not all(map(acceptor, wrong))


BOUNDS: list[Any] = [
    {"type": "integer", "minimum": 1, "maximum": 3},
    {"type": ["number", "null"], "exclusiveMinimum": 0, "exclusiveMaximum": 2.5},
    {"type": "string", "minLength": 1, "maxLength": 3, "pattern": "^[a-zA-Z]"},
    {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 1, "uniqueItems": True},
    {"enum": [1, "x", None, False]},
    {"const": 1},
    {"const": True},
    {"not": {"enum": [0]}},
    {"type": "object", "required": ["a"], "additionalProperties": False},
    {"type": "object", "minProperties": 1, "maxProperties": 1, "propertyNames": {"pattern": "^a"}},
    {"if": {"type": "string"}, "then": {"enum": ["x"]}, "else": {"type": "array"}},
    {"allOf": [{"minimum": 0}, {"maximum": 1}]},
    {"properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "null"}},
    {"uniqueItems": True},
    True,
    False,
]


@pytest.mark.parametrize("wanted", BOUNDS, ids=str)
def test_each_keyword_means_what_it_means_to_jsonschema(wanted: Any) -> None:
    values = [*JUNK, "abcd", "é", [1, 1.0], [1, True], [0, False], {"a": None}, {"b": None}, 2.5, 3, 4, 0.0]
    validator = Draft202012Validator(wanted)
    acceptor = Acceptor({}).compile(wanted)
    assert [acceptor(value) for value in values] == [validator.is_valid(value) for value in values]


def test_a_keyword_that_it_does_not_know_is_no_silent_yes() -> None:
    with pytest.raises(KeyError):
        accepts({}, {"dependentRequired": {}})


def test_it_knows_every_keyword_of_the_language() -> None:
    acceptor = Acceptor(schema()["$defs"])
    acceptor.compile(schema())
    for name in schema()["$defs"]:
        acceptor.definition(name)
