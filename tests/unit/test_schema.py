"""The JSON Schema: one text for two drafts, no union without a name, and a word to every key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry

from specrun.compiler import catalogue
from specrun.compiler.features import KINDS
from specrun.compiler.language.editor_schema import editor_schema
from specrun.compiler.language.options import options
from specrun.compiler.language.schema import lean_schema, schema
from specrun.compiler.language.sections import Data, Split, Training
from specrun.compiler.language.shared import SHARED
from specrun.compiler.language.targets import IN_TRAINING, Target
from specrun.compiler.reader import read

ROOT = Path(__file__).resolve().parents[2]
SPECS = [path for folder in ("specs", "tests/golden/specs") for path in sorted((ROOT / folder).glob("*.yaml"))]
DRAFTS = [Draft202012Validator, Draft7Validator]
SECTIONS = {"data": Data, "split": Split, "training": Training, **{f"feature_{k}": s for k, s in KINDS.items()}}


def nodes(node: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping in a schema, with the way to it."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from nodes(value, f"{path}/{key}")
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from nodes(item, f"{path}/{index}")


def properties() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key of the language and its schema."""
    for path, node in nodes(schema()):
        if path.endswith("/properties") and "/if/" not in path:
            yield from ((f"{path}/{key}", value) for key, value in node.items())


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """A schema, or the one that it refers to."""
    found: dict[str, Any] = schema()["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    return found


def hover(node: dict[str, Any]) -> str:
    """The text that an editor shows, that of what is referred to where there is none beside."""
    return str(resolved(node).get("description", ""))


@pytest.mark.parametrize("draft", DRAFTS)
def test_the_schema_is_one(draft: Any) -> None:
    draft.check_schema(schema())


@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_specs_are_valid_in_both_drafts(path: Path, draft: Any) -> None:
    root, _ = read(path.read_bytes(), path.name)
    assert root is not None
    assert [error.message for error in draft(editor_schema(), registry=Registry()).iter_errors(root.plain())] == []


@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("specrun",), 2),
        (("untis",), 1),
        (("name",), "../x"),
        (("features",), {}),
        (("features", "x"), "nubmer"),
        (("features", "x"), {"type": "number", "dim": 3}),
        (("layers",), ["Dens"]),
        (("layers",), ["Dense"]),
        (("layers",), [{"Dense": {"units": 8, "untis": 8}}]),
        (("layers",), [{"Dense": 8, "Dropout": 0.2}]),
        (("layers",), [{"Dropout": 1.5}]),
        (("classes",), "all"),
        (("classes",), [1]),
        (("training",), {"epochs": 0}),
        (("training",), {"optimizer": {"Adam": {"learning_rate": "fast"}}}),
        (("data",), {"split": {"test": 1}}),
    ],
)
def test_both_drafts_refuse_the_same(keys: tuple[str, ...], value: object, draft: Any) -> None:
    spec: dict[str, Any] = {
        "specrun": 1,
        "data": {"dataset": "iris"},
        "features": {"x": "number"},
        "target": "y",
        "layers": [],
    }
    validator = draft(schema(), registry=Registry())
    assert validator.is_valid(spec)
    place = spec
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    assert not validator.is_valid(spec)


def test_nothing_is_joined_without_a_name() -> None:
    for path, node in nodes(schema()):
        assert not {"oneOf", "anyOf"} & set(node), path


def test_references_stay_inside() -> None:
    found = {node["$ref"] for _, node in nodes(schema()) if "$ref" in node}
    assert found
    assert found <= {f"#/$defs/{name}" for name in schema()["$defs"]}


def test_nothing_stands_beside_a_reference() -> None:
    # draft-07 would not read it
    assert [path for path, node in nodes(schema()) if "$ref" in node and set(node) != {"$ref"}] == []


def test_every_object_refuses_other_keys() -> None:
    for path, node in nodes(schema()):
        if "properties" in node and "/if" not in path and not path.endswith("/properties"):
            assert "additionalProperties" in node or path.endswith("/feature/else"), path


def test_every_key_has_a_hover_text() -> None:
    assert [path for path, node in properties() if len(hover(node)) < 5] == []


@pytest.mark.parametrize("name", SECTIONS)
def test_every_option_of_a_section_is_a_key(name: str) -> None:
    declared = {option.name: option for option in options(SECTIONS[name])}
    of_one = {option.name: option for option in options(Target) if option.name in IN_TRAINING}
    declared |= of_one if name == "training" else {}
    found = schema()["$defs"][name]
    assert set(found["properties"]) - {"type"} == set(declared)
    assert set(found["required"]) == {name for name, option in declared.items() if option.required}
    assert all(found["properties"][key]["description"] == option.doc for key, option in declared.items())


@pytest.mark.parametrize("family", catalogue.FAMILIES)
def test_every_name_of_the_catalogue_is_a_key_with_its_arguments(family: str) -> None:
    found = schema()["$defs"]["nested_layers" if family == "layers" else family]["else"]["properties"]
    assert set(found) == set(catalogue.family(family))
    for name, entry in catalogue.family(family).items():
        of_layers = {"name", "inputs"} if family == "layers" else set()
        assert set(resolved(found[name])["then"]["properties"]) == {a.name for a in entry.arguments} | of_layers


def test_a_list_of_layers_takes_all_but_those_that_are_only_nested() -> None:
    found = schema()["$defs"]["layers"]["else"]["properties"]
    of_keras = {name for name, entry in catalogue.family("layers").items() if not entry.only_nested}
    assert set(found) == {*of_keras, SHARED}


def test_defaults_are_valid() -> None:
    for path, node in nodes(schema()):
        if isinstance(node, dict) and "default" in node and not path.endswith(("/properties", "/default")):
            whole = {**node, "$defs": schema()["$defs"]}
            assert Draft202012Validator(whole, registry=Registry()).is_valid(node["default"]), path


def test_a_definition_that_is_made_when_it_is_asked_for_is_the_same() -> None:
    assert all(lean_schema()["$defs"][name] == made for name, made in schema()["$defs"].items())
    assert {**lean_schema(), "$defs": schema()["$defs"]} == schema()


def test_the_schema_is_plain_json() -> None:
    assert json.loads(json.dumps(schema(), allow_nan=False)) == schema()
