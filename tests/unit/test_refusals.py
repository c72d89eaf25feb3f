"""What is refused is what jsonschema finds, though it is shown only what a quick yes is not said to."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from specrun.compiler.language.refusals import refusals, validator
from specrun.compiler.reader import read
from tests.unit.test_accept import SPECS, spoilt

WINE: dict[str, Any] = {
    "specrun": 1,
    "data": {"dataset": "wine"},
    "features": {"*": "number"},
    "target": "target",
    "layers": [{"Dense": 8}],
}


def found(spec: Any) -> list[tuple[Any, ...]]:
    told = ((r.path, r.keyword, r.schema_path, repr(r.limit), r.schema) for r in refusals(spec))
    return sorted(told, key=repr)


def of_jsonschema(spec: Any) -> list[tuple[Any, ...]]:
    told = (
        (tuple(e.absolute_path), e.validator, tuple(e.absolute_schema_path), repr(e.validator_value), e.schema)
        for e in validator().iter_errors(spec)
    )
    return sorted(told, key=repr)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_spoilt_spec_is_refused_for_what_jsonschema_finds(path: Path) -> None:
    chance = random.Random(path.stem)
    root, _ = read(path.read_bytes(), path.name)
    assert root is not None
    for spec in [root.plain(), *(spoilt(root.plain(), chance) for _ in range(8))]:
        assert found(spec) == of_jsonschema(spec)


@pytest.mark.parametrize(
    "changes",
    [
        {"layers": [{"Dense": {"unit": 3}}, "Flatten", {"Dense": {"unit": 3}}, {"Dense": 0}]},
        {"layers": [{"Dense": True}, {"Dense": 1}, {"Dense": 1.0}, {"Dense": 1.5}]},
        {"layers": [5, None, [], {}, {"Dense": 8, "Flatten": {}}], "nme": "x"},
        {"layers": {"Dense": 8}},
        {"layers": []},
        {"layers": None},
        {"features": {"a": "number", "b": {"type": "numbr"}, "c": {}, "d": 3, "e": {"type": "text", "split": 1}}},
        {"features": {}},
        {"features": [{"a": "number"}], "layers": [5]},
        {"layers": [{"Bidirectional": {"layer": {"GRU": {"unit": 1}}}}], "training": {"epochs": 0}},
    ],
    ids=str,
)
def test_layers_and_features_are_looked_at_one_by_one(changes: dict[str, Any]) -> None:
    spec = WINE | changes
    assert found(spec) == of_jsonschema(spec)


@pytest.mark.parametrize("spec", [None, 5, [], "layers", {"layers": [{"Dense": {}}]}])
def test_what_is_no_spec_is_refused_as_a_whole(spec: Any) -> None:
    assert found(spec) == of_jsonschema(spec) != []
