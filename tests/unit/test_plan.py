"""The plan as a value, and its verifier: every invariant refuses a plan that breaks it."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import specrun
from specrun.api import compiled
from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.expressions import (
    Assign,
    Attribute,
    Call,
    Expression,
    File,
    Function,
    Identifier,
    Item,
    Keyword,
    Literal,
    Mapped,
    Operation,
    call,
    name,
)
from specrun.compiler.plan import Node, Plan, Task
from specrun.compiler.plan_json import to_json
from specrun.compiler.reader import read
from specrun.compiler.tensor import Tensor
from specrun.compiler.verify import CHECKS, InvalidPlan, verify

SPECS = Path(__file__).parents[1] / "golden" / "specs"


JUNK = (
    '[null, true, 0, -1, 1.5, 1e300, 1000000000000, "", "auto", "number", "Dense", [], {}, [1], ["a", "b"], [null],'
    ' [{}], [[[]]], {"a": 1}, {"type": "number"}, {"type": "nubmer"}, {"Dense": 8}, {"Dropout": 2.0}, {"Adam": {}},'
    ' {"Adam": {"learning_rate": "x"}}, ["accuracy"], {"L2": -1}, {"*": "auto"}, "a/b", {"units": 8, "Dense": null}]'
)
KEYS = ("untis", "type", "Type", "name", "*", "a/b", "time", "column", "group", "values", "clip")


@cache
def plan_of(stem: str) -> Plan:
    return compiled(SPECS / f"{stem}.yaml", every_row=True).plan


def with_node(plan: Plan, index: int, **changes: Any) -> Plan:
    nodes = list(plan.network.nodes)
    nodes[index] = replace(nodes[index], **changes)
    return with_nodes(plan, nodes)


def with_nodes(plan: Plan, nodes: Sequence[Node]) -> Plan:
    return replace(plan, network=replace(plan.network, nodes=tuple(nodes)))


def with_group(plan: Plan, index: int, **changes: Any) -> Plan:
    groups = list(plan.features)
    groups[index] = replace(groups[index], **changes)
    return replace(plan, features=tuple(groups))


def with_step(plan: Plan, value: Expression, *targets: str) -> Plan:
    step = Assign(tuple(map(name, targets)), value)
    return replace(plan, data=replace(plan.data, parting=(*plan.data.parting, step)))


def with_head(plan: Plan, **changes: Any) -> Plan:
    return replace(plan, heads=(replace(plan.heads[0], **changes),))


def with_labels(plan: Plan, labels: Expression) -> Plan:
    return replace(plan, objective=replace(plan.objective, labels=labels))


def with_training(plan: Plan, **changes: Any) -> Plan:
    return replace(plan, training=replace(plan.training, **changes))


def smuggled(kind: type[Any], *values: object) -> Any:
    """An expression that its own constructor would refuse."""
    made = object.__new__(kind)
    for field, value in zip(kind.__slots__, (*values, (), ()), strict=False):
        object.__setattr__(made, field, value)
    return made


def units(node: Node, count: int) -> Call:
    return Call(node.call.function, (Literal(count), *node.call.arguments[1:]), node.call.keywords)


BROKEN: dict[str, tuple[str, Callable[[Plan], Plan], str]] = {
    "layers of one name": ("training", lambda p: with_node(p, 1, name=p.network.nodes[0].name), "two layers"),
    "groups of one name": ("encodings", lambda p: with_group(p, 0, variable=p.features[1].variable), "two groups"),
    "columns of one name": ("encodings", lambda p: with_group(p, 0, columns=p.features[1].columns), "two columns"),
    "sources of one name": ("encodings", lambda p: with_group(p, 0, sources=p.features[1].sources), "two sources"),
    "parts of one name": (
        "encodings",
        lambda p: replace(p, data=replace(p.data, parts=(*p.data.parts, Identifier("test")))),
        "two parts",
    ),
    "an input that comes later": (
        "training",
        lambda p: with_node(p, 0, inputs=(p.network.nodes[1].name,)),
        "not before it",
    ),
    "an input that is nowhere": ("training", lambda p: with_node(p, 2, inputs=("nowhere",)), "not before it"),
    "no input": ("training", lambda p: with_node(p, 0, inputs=()), "takes nothing"),
    "keywords in a chain": (
        "training",
        lambda p: with_node(p, 0, keywords=(Keyword(Identifier("training"), Literal(value=True)),)),
        "a chain is applied without any",
    ),
    "no layer": ("training", lambda p: with_node(p, 0, call=call("keras.ops.isnan")), "no layer of the catalogue"),
    "a shape that does not chain": ("training", lambda p: with_node(p, 0, tensor=Tensor((None, 13))), "says"),
    "units that are not the shape": ("training", lambda p: with_node(p, 0, call=units(p.network.nodes[0], 5)), "says"),
    "parameters that are not those": ("training", lambda p: with_node(p, 0, parameters=1), "says"),
    "a layer that does not fit": (
        "training",
        lambda p: with_node(p, 1, call=call("keras.layers.BatchNormalization", axis=Literal(5))),
        "does not take",
    ),
    "no features": ("encodings", lambda p: replace(p, features=()), "no features"),
    "an empty group": ("encodings", lambda p: with_group(p, 0, columns=(), sources=(), tensors=()), "has no columns"),
    "a width too few": ("embedding", lambda p: with_group(p, 2, tensors=(Tensor((None, 4)),)), "other numbers"),
    "a width of nothing": ("encodings", lambda p: with_group(p, 0, tensors=(Tensor((None, 0)),)), "not positive"),
    "an embedded group first": ("embedding", lambda p: replace(p, features=p.features[::-1]), "not in order"),
    "a cross of no input": ("words", lambda p: with_group(p, -1, crossed=("none",)), "which is no input"),
    "a cross of nothing": ("words", lambda p: with_group(p, -1, crossed=()), "has no input"),
    "a type that is not the input's": ("encodings", lambda p: with_group(p, 0, dtype="string"), "another type"),
    "parts without train": (
        "encodings",
        lambda p: replace(p, data=replace(p.data, parts=p.data.parts[::-1])),
        "not `train`",
    ),
    "a part that is none": (
        "encodings",
        lambda p: replace(p, data=replace(p.data, parts=(*p.data.parts, Identifier("data")))),
        "is no part",
    ),
    "a part that is never made": (
        "encodings",
        lambda p: replace(p, data=replace(p.data, parts=(*p.data.parts, Identifier("validation")))),
        "never assigned",
    ),
    "classes of a number": ("group_split", lambda p: with_head(p, classes=(0, 1)), "do not fit"),
    "three of two classes": ("encodings", lambda p: with_head(p, classes=(0, 1, 2)), "do not fit"),
    "another task": ("training", lambda p: with_head(p, task=Task.BINARY), "do not fit"),
    "no layers": ("training", lambda p: with_nodes(p, ()), "not there"),
    "another output": ("training", lambda p: with_nodes(p, p.network.nodes[:-1]), "not there"),
    "no epochs": ("training", lambda p: with_training(p, epochs=0), "not positive"),
    "no batch": ("training", lambda p: with_training(p, batch_size=0), "not positive"),
    "a number that is not finite": (
        "training",
        lambda p: with_training(p, optimizer=call("keras.optimizers.Adam", Literal(math.nan))),
        "not finite",
    ),
    "a call that is not allowed": (
        "encodings",
        lambda p: with_step(p, smuggled(Call, "os.system"), "x"),
        "os.system is not allowed",
    ),
    "a function that is not allowed": (
        "encodings",
        lambda p: with_step(p, smuggled(Function, "eval"), "x"),
        "eval is not allowed",
    ),
    "an attribute that is not allowed": (
        "encodings",
        lambda p: with_step(p, smuggled(Attribute, Literal(1), "__class__"), "x"),
        "__class__ is not allowed",
    ),
    "an operator that is not allowed": (
        "encodings",
        lambda p: with_step(p, smuggled(Operation, "if", Literal(1), Literal(2)), "x"),
        "if is not allowed",
    ),
    "a variable that is nowhere": ("encodings", lambda p: with_step(p, name("nowhere"), "x"), "never assigned"),
    "a variable before it is there": (
        "encodings",
        lambda p: replace(p, data=replace(p.data, parting=p.data.parting[::-1], reading=p.data.reading[::-1])),
        "never assigned",
    ),
    "a variable of a loop outside of it": (
        "encodings",
        lambda p: with_step(with_step(p, Mapped(Identifier("c"), name("c"), name("data")), "x"), name("c"), "y"),
        "'c' is used",
    ),
    "data in the labels": ("encodings", lambda p: with_labels(p, name("data")), "'data' is used"),
    "classes of a target that has none": (
        "group_split",
        lambda p: with_labels(p, call("len", name("CLASSES"))),
        "'CLASSES' is used",
    ),
    "a part that does not look back": (
        "series",
        lambda p: replace(p, data=replace(p.data, context=())),
        "does not look back",
    ),
    "a feature without a window": (
        "series",
        lambda p: with_group(p, 0, tensors=(Tensor((None, 1)),)),
        "not taken over a window of 3",
    ),
    "windows that nothing follows": (
        "series",
        lambda p: with_group(p, 0, raw=Item(name("rows"), name("name"))),
        "has windows that nothing follows",
    ),
    "labels of the windows themselves": (
        "series",
        lambda p: replace(p, heads=(replace(p.heads[0], labels=Item(name("rows"), Literal("plan"))),)),
        "is not what follows",
    ),
    "a second file": (
        "encodings",
        lambda p: with_step(p, call("pandas.read_csv", File("b.csv")), "x"),
        "several files",
    ),
    "a file in the network": (
        "training",
        lambda p: with_training(p, optimizer=File("x")),
        "outside of the data",
    ),
}


@pytest.mark.parametrize("stem", sorted(path.stem for path in SPECS.glob("*.yaml")))
def test_what_the_compiler_makes_is_valid(stem: str) -> None:
    verify(plan_of(stem))


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_plan_is_refused(case: str) -> None:
    stem, break_it, words = BROKEN[case]
    with pytest.raises(InvalidPlan) as refused:
        verify(break_it(plan_of(stem)))
    assert any(words in problem for problem in refused.value.problems), refused.value.problems


def test_every_check_refuses_something() -> None:
    plans = [break_it(plan_of(stem)) for stem, break_it, _ in BROKEN.values()]
    assert all(any(tuple(check(plan)) for plan in plans) for check in CHECKS)


def test_every_problem_is_told() -> None:
    plan = with_training(with_group(plan_of("encodings"), 0, tensors=(Tensor((None, 0)),)), epochs=0)
    with pytest.raises(InvalidPlan) as refused:
        verify(plan)
    assert len(refused.value.problems) > 1
    assert str(refused.value) == "; ".join(refused.value.problems)


@pytest.mark.parametrize(
    ("spec", "rows"),
    [
        ("features: {'*': number}", "y\nu\nv\nu\nv\n"),
        ("features: {'*': number}", "y,part\nu,train\nv,train\nu,test\nv,test\n"),
        ("features: {a: number}", "a,y,part\n1,u,test\n2,v,test\n3,u,test\n4,v,test\n"),
    ],
    ids=["no features", "no features but what parts the rows", "no training rows"],
)
def test_what_leaves_nothing_to_train_is_refused(tmp_path: Path, spec: str, rows: str) -> None:
    (tmp_path / "rows.csv").write_text(rows)
    split = "column: part" if "part" in rows else "test: 0.5"
    data = f"data: {{path: rows.csv, split: {{{split}}}}}"
    text = f"specrun: 1\n{data}\n{spec}\ntarget: y\nclasses: [u, v]\nlayers: []\n"
    with pytest.raises(SpecError):
        specrun.check(text, tmp_path)


def test_plans_compare_by_value() -> None:
    plan = plan_of("training")
    again = compiled(SPECS / "training.yaml", every_row=True).plan
    assert plan == again
    assert plan is not again
    assert plan != with_training(plan, seed=6)


def test_a_plan_names_its_file() -> None:
    assert plan_of("training").file == "training.keras"


def test_a_plan_as_json_holds_every_value_and_no_place() -> None:
    plan = plan_of("embedding")
    found = json.loads(to_json(plan))
    assert (found["type"], found["name"], found["digest"]) == ("Plan", plan.name, plan.digest)
    assert [group["columns"] for group in found["features"]] == [list(group.columns) for group in plan.features]
    assert found["heads"][0]["task"] == "CLASSES"
    assert "span" not in to_json(plan)
    assert str(SPECS) not in to_json(plan)


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every key and index below a node, each with what it stands in."""
    inside = list(node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ())
    return [(node, key) for key, _ in inside] + [place for _, value in inside for place in places(value)]


def spoil(spec: Any, chosen: random.Random) -> None:
    """Take something out of a spec, misspell it, put something beside it, or something else in its place."""
    there, key = chosen.choice(places(spec))
    what, junk = chosen.randrange(6), chosen.choice(json.loads(JUNK))
    if what == 0:
        del there[key]
    elif what == 1 and isinstance(there, dict):
        there[chosen.choice(KEYS)] = junk
    elif what == 2 and isinstance(there, dict):
        there[chosen.choice([f"{key}x", key.lower(), key.upper()])] = there.pop(key)
    else:
        there[key] = junk


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_spec_that_is_wrong_somewhere_is_refused_or_whole(path: Path) -> None:
    chosen = random.Random(path.stem)
    root, _ = read(path.read_bytes(), path.name)
    assert root is not None
    refused = 0
    for _ in range(60):
        spec = json.loads(json.dumps(root.plain()))
        for _ in range(chosen.randint(1, 3)):
            spoil(spec, chosen)
        try:
            plan = compile_spec(Source(json.dumps(spec), "spec.yaml", path.parent)).plan
        except SpecError as error:
            refused += any(diagnostic.hint for diagnostic in error.diagnostics)
        else:
            verify(plan)
    assert refused > 40
