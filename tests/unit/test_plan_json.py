"""A plan goes to JSON and comes back; what is none, or would call what no plan may, does not come in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from specrun.compiler.compilation import compile_spec, load
from specrun.compiler.plan import Checkpointing
from specrun.compiler.plan_json import from_json, to_json
from specrun.compiler.verify import verify
from specrun.runtime.profile import choose_training

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_a_plan_comes_back(spec: Path) -> None:
    plan = compile_spec(load(spec), choose_training=choose_training, count_values=True).plan
    text = to_json(plan)
    back = from_json(text)
    assert back == plan
    assert to_json(back) == text
    verify(back)


def of_wine() -> dict[str, Any]:
    plan: dict[str, Any] = json.loads(to_json(compile_spec(load(SPECS[0].with_name("wine.yaml"))).plan))
    return plan


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"type": "Plan"}', '{"type": "object"}', "1", '{"type": "Call"}', "[" * 9]
)
def test_what_is_no_plan(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(text)


@pytest.mark.parametrize(
    "call",
    [
        {"type": "Call", "function": "os.system", "arguments": [], "keywords": []},
        {"type": "Function", "name": "builtins.eval"},
        {"type": "Attribute", "value": {"type": "Name", "name": "train"}, "name": "__class__"},
        {"type": "Name", "name": "a b"},
        {"type": "Path"},
    ],
)
def test_nothing_that_no_plan_may_call(call: dict[str, Any]) -> None:
    plan = of_wine()
    plan["objective"]["loss"] = call
    with pytest.raises(ValueError, match=r"."):
        from_json(json.dumps(plan))


def test_what_an_older_version_did_not_write_has_its_default() -> None:
    plan = of_wine()
    whole = from_json(json.dumps(plan))
    del plan["data"]["folds"], plan["training"]["checkpoint"], plan["training"]["track"], plan["series"]
    assert from_json(json.dumps(plan)) == replace(whole, training=replace(whole.training, checkpoint=Checkpointing()))
    del plan["training"]["epochs"]
    with pytest.raises(ValueError, match="epochs"):
        from_json(json.dumps(plan))


STRANGE = {
    "a number for a name": (("name",), 7),
    "true for a number": (("training", "epochs"), True),
    "a fraction of epochs": (("training", "epochs"), 1.5),
    "no epochs": (("training", "epochs"), 0),
    "a text for a list": (("heads",), "x"),
    "an object for a list": (("features",), {"type": "FeatureGroup"}),
    "another type": (("training", "engine"), {"type": "Memory", "name": "graph", "reason": ""}),
    "a task of nobody": (("heads", 0, "task"), "GUESS"),
    "what scripts alone say": (("objective", "loss"), {"type": "Foreign", "name": "math.pi"}),
    "no expression": (("objective", "loss"), {"type": "Plan"}),
    "a type that is a list": (("objective", "loss"), {"type": []}),
    "a file beside the data": (("objective", "loss"), {"type": "File", "path": "/etc/passwd"}),
    "a variable that is never assigned": (("objective", "loss"), {"type": "Name", "name": "nothing"}),
    "a number that is not finite": (("objective", "loss"), {"type": "Literal", "value": float("inf")}),
    "a key more": (("training", "more"), 1),
    "fewer units": (("network", "nodes", 0, "call", "arguments", 0, "value"), 1),
}


@pytest.mark.parametrize("strange", STRANGE)
def test_what_the_compiler_would_not_make(strange: str) -> None:
    (*path, last), value = STRANGE[strange]
    plan = of_wine()
    place: Any = plan
    for key in path:
        place = place[key]
    place[last] = value
    with pytest.raises(ValueError, match="no plan: "):
        from_json(json.dumps(plan))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, '{"type": "Plan", "type": "Plan"}', "9" * 5000])
def test_json_that_is_meant_to_break_the_reader(text: str) -> None:
    for content in (text, text.encode(), json.dumps(of_wine()).replace("null", text, 1)):
        with pytest.raises(ValueError, match=r"."):
            from_json(content)
