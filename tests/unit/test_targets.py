"""What is predicted: each kind of target as it is written, as its head, its labels and its output layer."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.expressions import Literal
from specrun.compiler.language.dump import plain, to_yaml
from specrun.compiler.lower.names import class_variables
from specrun.compiler.lower.training import logged_modes
from specrun.compiler.plan import Head, Task
from specrun.compiler.script.printer import Printer
from specrun.compiler.verify import verify
from specrun.runtime.evaluate import Evaluator

ROWS = """size,pool,garden,spa,tags,mood,stars,price,weight
1,no,0,NO,old|quiet,low,1,10.5,1
2,yes,0,NO,,fair,2,20,2
3,no,1,YES,quiet,good,3,30,3
4,yes,1,NO,grand,good,1,40,4
5,yes,0,YES,old|grand|quiet,fair,2,50,5
6,no,1,YES,grand|grand,low,3,60,6
"""
HEAD = "specrun: 1\ndata: {path: rows.csv, split: {test: 0.3}}\nfeatures: {size: number}\n"
LAYERS = "layers: [{Dense: {units: 4, name: trunk}}, Dropout: 0.1]\n"


@pytest.fixture
def compiled(tmp_path: Path) -> Any:
    """Compiles a spec of the rows, given what it says of its targets."""
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")

    def compiled(targets: str, rest: str = LAYERS) -> Compilation:
        compilation = compile_spec(Source(f"{HEAD}{targets}\n{rest}", "spec.yaml", tmp_path))
        verify(compilation.plan)
        return compilation

    return compiled


KINDS: dict[str, tuple[Task, int, str | None, str, tuple[str, ...]]] = {
    "target: stars\nclasses: [1, 2, 3]": (
        Task.CLASSES,
        3,
        "softmax",
        "sparse_categorical_crossentropy",
        ("accuracy",),
    ),
    'target: pool\nclasses: ["no", "yes"]': (Task.BINARY, 1, "sigmoid", "binary_crossentropy", ("accuracy",)),
    "target: price": (Task.NUMBER, 1, None, "mean_squared_error", ("mean_absolute_error",)),
    "target: [price, weight]": (Task.NUMBERS, 2, None, "mean_squared_error", ("mean_absolute_error",)),
    "target: [price]": (Task.NUMBER, 1, None, "mean_squared_error", ("mean_absolute_error",)),
    "target: {column: tags, type: labels}": (
        Task.LABELS,
        3,
        "sigmoid",
        "binary_crossentropy",
        ("binary_accuracy",),
    ),
    "target: {column: [pool, garden], type: labels}": (
        Task.LABELS,
        2,
        "sigmoid",
        "binary_crossentropy",
        ("binary_accuracy",),
    ),
    "target: {column: mood, type: ordinal}\nclasses: [low, fair, good]": (
        Task.ORDINAL,
        2,
        "sigmoid",
        "binary_crossentropy",
        ("binary_accuracy",),
    ),
}


@pytest.mark.parametrize("targets", KINDS)
def test_a_kind_of_target_asks_for_its_output(targets: str, compiled: Any) -> None:
    plan = compiled(targets).plan
    (head,), node = plan.heads, plan.network.nodes[-1]
    task, units, activation, loss, metrics = KINDS[targets]
    assert (head.task, node.tensor.shape, head.node) == (task, (None, units), node.name)
    found = {keyword.name: keyword.value for keyword in node.call.keywords}
    assert found == ({} if activation is None else {"activation": Literal(activation)})
    assert (head.loss, head.metrics) == (Literal(loss), tuple(map(Literal, metrics)))
    assert plan.objective.loss == head.loss


def labels_of(head: Head, folder: Path) -> list[object]:
    """The labels of all the rows, by the very expressions of a run."""
    import pandas as pd

    evaluator = Evaluator(folder)
    texts = {"pool": str, "spa": str, "tags": str, "mood": str}
    if head.columns == ("pool", "garden"):
        texts["garden"] = str
    evaluator.variables["rows"] = pd.read_csv(folder / "rows.csv", dtype=texts, na_filter=False)
    if head.variable is not None:
        evaluator.variables[head.variable] = list(head.classes)
    found = evaluator(head.labels)
    return [found.dtype.name, *found.tolist()]


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ("target: stars\nclasses: [3, 2, 1]", ["int64", 2, 1, 0, 2, 1, 0]),
        ('target: pool\nclasses: ["yes", "no"]', ["float32", [1], [0], [1], [0], [0], [1]]),
        ("target: price", ["float32", [10.5], [20], [30], [40], [50], [60]]),
        ("target: [weight, stars]", ["float32", [1, 1], [2, 2], [3, 3], [4, 1], [5, 2], [6, 3]]),
        (
            "target: {column: tags, type: labels}\nclasses: [quiet, grand, old]",
            ["float32", [1, 0, 1], [0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 1], [0, 1, 0]],
        ),
        (
            "target: {column: [pool, spa], type: labels}",
            ["float32", [0, 0], [1, 0], [0, 1], [1, 0], [1, 1], [0, 1]],
        ),
        (
            "target: {column: [pool, garden], type: labels}",
            ["float32", [0, 0], [1, 0], [0, 1], [1, 1], [1, 0], [0, 1]],
        ),
        ("target: {column: [garden], type: labels}", ["float32", [0], [0], [1], [1], [0], [1]]),
        (
            "target: {column: mood, type: ordinal}\nclasses: [low, fair, good]",
            ["float32", [0, 0], [1, 0], [1, 1], [1, 1], [1, 0], [0, 0]],
        ),
        (
            "target: {column: stars, type: ordinal}",
            ["float32", [0, 0], [1, 0], [1, 1], [0, 0], [1, 0], [1, 1]],
        ),
    ],
)
def test_the_labels_are_what_the_rows_say(targets: str, expected: list[object], compiled: Any, tmp_path: Path) -> None:
    (head,) = compiled(targets).plan.heads
    assert labels_of(head, tmp_path) == expected


@pytest.mark.parametrize(
    ("targets", "classes"),
    [
        ("target: {column: tags, type: labels}", ("grand", "old", "quiet")),
        ("target: {column: tags, type: labels, separator: q}", ("grand", "grand|grand", "old|", "old|grand|", "uiet")),
        ("target: {column: stars, type: class}", (1, 2, 3)),
        ("target: {column: mood, type: class}", ("fair", "good", "low")),
        ("target: {column: [spa, pool], type: labels}", ("spa", "pool")),
    ],
)
def test_classes_that_the_data_tell(targets: str, classes: tuple[object, ...], compiled: Any) -> None:
    compilation = compiled(targets)
    assert compilation.plan.heads[0].classes == classes
    assert compilation.spec.targets[0].classes == classes


@pytest.mark.parametrize(
    "written",
    [
        "{target: price}",
        "{target: [price, weight]}",
        "{target: stars, classes: [1, 2, 3]}",
        "{target: {column: tags, type: labels, separator: '|'}, classes: [grand, old, quiet]}",
        "{target: {column: [pool, garden], type: labels}}",
        "{target: {column: mood, type: ordinal}, classes: [low, fair, good]}",
    ],
)
def test_the_filled_in_spec_says_a_target_as_briefly_as_it_can(written: str, compiled: Any) -> None:
    import yaml

    said = yaml.safe_load(written)
    filled = plain(compiled(yaml.dump(said)).spec)
    assert {key: filled.get(key) for key in ("target", "classes")} == {"classes": None, **said}
    assert "loss" in filled["training"]


SEVERAL = """\
targets:
  two words: {column: price, from: trunk, loss: huber, weight: 0.5}
  mood: {classes: [low, fair, good], metrics: [accuracy, AUC]}
  tags: labels
"""


def test_several_targets_are_several_heads(compiled: Any) -> None:
    from specrun.compiler.script import write_script

    compilation = compiled(SEVERAL.replace("AUC", "SparseCategoricalCrossentropy"))
    plan = compilation.plan
    assert [(head.name, head.columns, head.node) for head in plan.heads] == [
        ("two_words", ("price",), "two_words"),
        ("mood", ("mood",), "mood"),
        ("tags", ("tags",), "tags"),
    ]
    assert [node.inputs for node in plan.network.nodes] == [
        ("features",),
        ("trunk",),
        ("trunk",),
        ("dropout",),
        ("dropout",),
    ]
    assert Printer()(plan.objective.loss_weights) == "{'two_words': 0.5, 'mood': 1.0, 'tags': 1.0}"
    assert Printer()(plan.network.output) == "{'two_words': two_words, 'mood': mood, 'tags': tags}"
    assert [str(head.variable) for head in plan.heads] == ["None", "MOOD_CLASSES", "TAGS_CLASSES"]
    script = write_script(plan, compilation.folder, compilation.folder)
    assert script.startswith('"""Predict `price`, `mood` and `tags` with')


def test_the_filled_in_spec_of_several_targets_is_that_of_the_same_plan(compiled: Any, tmp_path: Path) -> None:
    first = compiled(SEVERAL.replace("AUC", "SparseCategoricalCrossentropy"))
    again = compile_spec(Source(to_yaml(first.spec), "spec.yaml", tmp_path))
    assert (again.plan, again.spec) == (first.plan, first.spec)
    assert set(plain(first.spec)["training"]) & {"loss", "metrics"} == set()


def test_no_weights_where_all_the_losses_count_alike(compiled: Any) -> None:
    plan = compiled("targets: {price: number, weight: number}").plan
    assert plan.objective.loss_weights is None


def test_an_output_layer_has_a_name_of_its_own(compiled: Any) -> None:
    targets = (
        "targets: {trunk: {column: price}, features: {column: weight}, size: {column: stars}, dense: {column: garden}}"
    )
    plan = compiled(targets).plan
    assert [head.name for head in plan.heads] == ["trunk", "features", "size", "dense"]
    assert [head.node for head in plan.heads] == ["trunk_output", "features_output", "size_output", "dense_output"]


def test_a_layer_that_is_the_output_is_not_made_again(compiled: Any) -> None:
    layers = "layers: [{Dense: {units: 4}}, {Dense: {units: 3, activation: sigmoid, name: marks}}]\n"
    plan = compiled("target: {column: tags, type: labels}", layers).plan
    assert [node.name for node in plan.network.nodes] == ["dense", "marks"]
    hidden = "layers: [{Dense: {units: 4, activation: sigmoid}}]\n"
    assert len(compiled("target: {column: tags, type: labels}", hidden).plan.network.nodes) == 2


def test_outputs_stand_on_layers_of_the_spec_alone(compiled: Any) -> None:
    with pytest.raises(SpecError) as error:
        compiled("targets: {price: number, weight: {type: number, from: price}}")
    assert [d.code for d in error.value.diagnostics] == ["S242"]


def test_lists_of_classes_have_names_of_their_own(compiled: Any) -> None:
    first = "2nd: {column: stars, type: class}"
    compilation = compiled(
        f"targets: {{{first}, a-b: {{column: mood, type: class}}, a/B: {{column: pool, type: class}}}}"
    )
    assert class_variables(compilation.spec.targets) == ("TARGET_2ND_CLASSES", "A_B_CLASSES", "A_B_CLASSES_2")


def test_the_losses_and_metrics_of_several_outputs_are_logged_by_their_names(compiled: Any) -> None:
    targets = compiled(
        "targets:\n  pool: {classes: ['no', 'yes'], metrics: [accuracy, {AUC: {curve: PR}}]}\n"
        "  spa: {classes: ['NO', 'YES'], metrics: [AUC, {AUC: {curve: PR}}]}\n"
    ).spec.targets
    assert logged_modes(targets, with_validation=False) == {
        "loss": None,
        "pool_loss": "min",
        "pool_accuracy": "max",
        "pool_auc": "max",
        "spa_loss": "min",
        "spa_auc": "max",
        "spa_auc_1": "max",
    }
    assert "val_pool_accuracy" in logged_modes(targets, with_validation=True)


HOSTILE = [
    '"""',
    "'; import os  #",
    "\n",
    "größe 📏",
    "1",
    "class",
    "a\x00b",
    "{{ x }}",
    "coding: utf_7",
    "\\",
    "*",
    "None",
    "x" * 70,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_target_becomes_code(text: str, compiled: Any) -> None:
    from specrun.compiler.script import write_script

    targets = {
        text: {"column": "price"},
        f"{text}2": {"column": "tags", "type": "labels", "classes": [text, f"{text} 2", "old", "quiet", "grand"]},
        f"{text}3": {"column": "mood", "type": "ordinal", "classes": ["low", text, "fair", "good"]},
    }
    compilation = compiled(json.dumps({"targets": targets}, ensure_ascii=False)[1:-1])
    script = write_script(compilation.plan, compilation.folder, compilation.folder)
    tree = ast.parse(script.encode())
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert {text, f"{text} 2"} <= set(texts)
    for head in compilation.plan.heads:
        assert re.fullmatch(r"[A-Za-z0-9_.-]{1,80}", head.name, re.ASCII)
        assert head.name in texts
    assert len({head.name for head in compilation.plan.heads}) == 3
