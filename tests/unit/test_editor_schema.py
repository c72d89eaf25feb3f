"""The schema for editors: the plain language, and what makes a spec short, in both drafts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry

from specrun.compiler.diagnostics import Report
from specrun.compiler.expand import expand
from specrun.compiler.language.editor_schema import editor_schema
from specrun.compiler.language.schema import schema
from specrun.compiler.reader import Mapping, read

ROOT = Path(__file__).resolve().parents[2]
SPECS = [path for folder in ("specs", "tests/golden/specs") for path in sorted((ROOT / folder).glob("*.yaml"))]
DRAFTS = [Draft202012Validator, Draft7Validator]
HEAD = "specrun: 1\ndata: {dataset: iris}\nfeatures: {x: number}\ntarget: y\n"


def is_valid(text: str, draft: Any = Draft202012Validator) -> bool:
    root, problems = read(text, "spec.yaml")
    assert root is not None
    assert problems == ()
    return bool(draft(editor_schema(), registry=Registry()).is_valid(root.plain()))


@pytest.mark.parametrize("draft", DRAFTS)
def test_the_schema_is_one(draft: Any) -> None:
    draft.check_schema(editor_schema())
    assert json.loads(json.dumps(editor_schema(), allow_nan=False)) == editor_schema()


def test_it_is_not_much_larger_than_that_of_the_plain_language() -> None:
    assert len(json.dumps(editor_schema())) < 1.35 * len(json.dumps(schema()))


@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_specs_are_valid_in_both_drafts(path: Path, draft: Any) -> None:
    assert is_valid(path.read_text("utf-8"), draft)


@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize(
    "rest",
    [
        "layers: []",
        "layers: [Dense: $width, $layer, Dense: {units: $width, activation: $act, use_bias: $b, repeat: 3}]",
        "layers: [residual, residual: 64, residual: {units: 64, rate: $rate, repeat: 4, name: stem, inputs: [a, b]}]",
        "layers: [residual: {repeat: $n, inputs: a}, Dense: {units: 8, repeat: $n}]",
        "parameters: {a: 1, b: 0.5, c: relu, d: true, e: {type: text}}\nlayers: []",
        "parameters: {a: {default: 1, minimum: 0, maximum: 2}}\nlayers: []",
        "parameters: {a: {type: text, choices: [x, y], doc: One of two., default: null}}\nlayers: []",
        "blocks: {b: {doc: Two., parameters: {n: 1}, layers: [Dense: $n, c]}, c: {layers: [ReLU]}}\nlayers: [b]",
        "training: {epochs: $n, optimizer: $o, loss: $l, metrics: [$m], seed: $s}\nlayers: []",
        "training: {optimizer: {Adam: {learning_rate: $rate, amsgrad: $flag}}}\nlayers: []",
    ],
)
def test_what_makes_a_spec_short_is_valid(rest: str, draft: Any) -> None:
    assert is_valid(f"{HEAD}{rest}\n", draft)


@pytest.mark.parametrize("draft", DRAFTS)
def test_a_spec_with_a_base_need_not_say_everything(draft: Any) -> None:
    assert is_valid("extends: base.yaml\n", draft)
    assert is_valid("extends: ../a b/base.yml\ntraining: {epochs: 3}\n", draft)
    assert not is_valid("training: {epochs: 3}\n", draft)


@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize(
    "rest",
    [
        "layers: [Dens]",
        "layers: [Dense: {unit: 8}]",
        "layers: [Dense: {units: a$b}]",
        "layers: [Dense: {units: $1}]",
        "layers: [Dense: {units: 8, repeat: 0}]",
        "layers: [Dense: {units: 8, repeat: three}]",
        "layers: [Dense: {units: 8, activation: rleu}]",
        "layers: [residual: {repeat: 10001}]",
        "layers: [residual: {inputs: 3}]",
        "layers: [residual: [1]]",
        "parameters: {A: 1}\nlayers: []",
        "parameters: {a: [1]}\nlayers: []",
        "parameters: {a: {type: int}}\nlayers: []",
        "parameters: {a: {defualt: 1}}\nlayers: []",
        "blocks: {B: {layers: [ReLU]}}\nlayers: []",
        "blocks: {b: {layers: []}}\nlayers: []",
        "blocks: {b: {parameters: {a: 1}}}\nlayers: []",
        "blocks: {b: {layers: [Dens: 3]}}\nlayers: []",
        "block: {}\nlayers: []",
        "extends: [base.yaml]\nlayers: []",
        "extends: base.csv\nlayers: []",
        "training: {epochs: many}\nlayers: []",
        "training: $training\nlayers: []",
    ],
)
def test_mistakes_are_refused(rest: str, draft: Any) -> None:
    assert not is_valid(f"{HEAD}{rest}\n", draft)


def options() -> Iterator[tuple[str, str]]:
    """Every option of the plain language, with the definition that it stands in."""
    for name, definition in schema()["$defs"].items():
        mapping = definition.get("then", definition)
        yield from ((name, key) for key in mapping.get("properties", {}) if name.startswith("layer_"))
        yield from ((name, key) for key in definition.get("properties", {}))


@pytest.mark.parametrize("name", sorted({name for name, _ in options()}))
def test_a_word_may_stand_for_every_value(name: str) -> None:
    defs = editor_schema()["$defs"]
    for key in (key for definition, key in options() if definition == name):
        plain, ours = (whole["$defs"][name] for whole in (schema(), editor_schema()))
        plain, ours = (part.get("then", part)["properties"][key] for part in (plain, ours))
        takes = Draft202012Validator({**plain, "$defs": schema()["$defs"]}, registry=Registry())
        is_one_value = any(takes.is_valid(value) for value in (None, True, 1, 2, 3, 0.5, "a"))
        if "const" not in plain and (is_one_value or "enum" in plain):
            assert Draft202012Validator({**ours, "$defs": defs}, registry=Registry()).is_valid("$x"), key


def test_references_stay_inside() -> None:
    text = json.dumps(editor_schema())
    found = {part.partition('"')[0] for part in text.split('"$ref": "')[1:]}
    assert found == {f"#/$defs/{name}" for name in editor_schema()["$defs"]} & found


def test_it_knows_the_keys_that_the_expansion_takes() -> None:
    text = f"""{HEAD}
parameters: {{units: 8, rate: {{type: number, default: 0.1, doc: What is dropped., minimum: 0, maximum: 1}}}}
blocks:
  b:
    doc: A chain.
    parameters: {{units: {{type: integer, choices: [8, 16]}}}}
    layers: [Dense: {{units: $units, name: d}}, Dropout: $rate, Add: {{inputs: [input, d]}}]
layers: [b: {{units: $units, name: s, inputs: x, repeat: 2}}]
"""
    root, _ = read(text, "spec.yaml")
    assert isinstance(root, Mapping)
    report = Report()
    plain = expand(root, "spec.yaml", Path(), (), report).plain()
    assert list(report) == []
    assert is_valid(text)
    assert Draft202012Validator(schema(), registry=Registry()).is_valid(plain)
