"""What the compiler says to Keras that Keras would guess wrongly, and what it refuses because Keras would."""

from __future__ import annotations

from pathlib import Path

import pytest

import specrun
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.expressions import Call, Literal
from specrun.compiler.lower import graph
from specrun.compiler.lower.features import input_names
from specrun.compiler.script.printer import Printer

SPEC = """specrun: 1
data: {dataset: breast_cancer, split: {validation: 0.2}}
features: {"*": number}
target: target
classes: [0, 1]
layers: %s
training: %s
"""


def codes(layers: str, training: str = "{epochs: 1}") -> list[tuple[str, int]]:
    with pytest.raises(SpecError) as refused:
        specrun.check(SPEC % (layers, training))
    return [(d.code, d.span.line) for d in refused.value.diagnostics]


def mode(callback: str, metrics: str = "[accuracy, AUC]") -> str | None:
    plan = specrun.check(SPEC % ("[]", f"{{metrics: {metrics}, callbacks: [{callback}]}}")).plan
    (made,) = plan.training.callbacks
    assert isinstance(made, Call)
    values = [keyword.value for keyword in made.keywords if keyword.name == "mode"]
    assert len(values) < 2
    return str(values[0].value) if values and isinstance(values[0], Literal) else None


@pytest.mark.parametrize(
    ("callback", "expected"),
    [
        ("EarlyStopping", None),
        ("{EarlyStopping: loss}", None),
        ("{EarlyStopping: val_accuracy}", "max"),
        ("{EarlyStopping: {monitor: auc, mode: auto}}", "max"),
        ("{EarlyStopping: {monitor: auc, mode: min}}", "min"),
        ("{ReduceLROnPlateau: val_auc}", "max"),
        ("{ModelCheckpoint: {monitor: val_accuracy, save_best_only: true}}", "max"),
        ("TerminateOnNaN", None),
    ],
)
def test_what_is_better_is_said_for_metrics(callback: str, expected: str | None) -> None:
    assert mode(callback) == expected


def test_metrics_of_one_name_are_told_apart_as_keras_does() -> None:
    assert mode("{EarlyStopping: val_auc_1}", "[AUC, {AUC: {curve: PR}}]") == "max"
    assert mode("{EarlyStopping: false_negatives_1}", "[FalseNegatives, {FalseNegatives: 0.3}]") == "min"


@pytest.mark.parametrize(
    "layers",
    [
        "[{Dense: {units: 4, name: dense}}, Dense: 3]",
        "[Dense: 3, Dense: 3, {Dense: {units: 4, name: dense_1}}]",
        "[{Dense: {units: 4, name: batch_normalization}}, BatchNormalization]",
        "[{Dense: {units: 4, name: re_lu}}, ReLU]",
    ],
)
def test_a_name_that_keras_gives_to_another_layer_is_refused(layers: str) -> None:
    assert codes(layers) == [("S207", 6)]


def test_a_name_that_keras_gives_to_no_other_layer_is_taken() -> None:
    plan = specrun.check(SPEC % ("[{Dense: {units: 4, name: dense_7}}, Dense: 3]", "{epochs: 1}")).plan
    assert [node.name for node in plan.network.nodes] == ["dense_7", "dense", "dense_1"]


def test_a_metric_has_the_options_without_which_it_is_no_number() -> None:
    assert codes("[]", "{metrics: [{F1Score: {average: macro}}]}") == [("S408", 7)]
    assert specrun.check(SPEC % ("[]", "{metrics: [{F1Score: {average: macro, threshold: 0.5}}]}")).plan


def test_a_data_set_has_no_booleans() -> None:
    with pytest.raises(SpecError, match="D203: `mean area` of `breast_cancer` is a number"):
        specrun.check((SPEC % ("[]", "{epochs: 1}")).replace('"*": number', "mean area: boolean"))


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        (["a", "b c", "é"], ["a", "b c", "é"]),
        (["a/b", "a_b"], ["a_b_", "a_b"]),
        (["a/b", "a\0b"], ["a_b", "a_b_"]),
        (["cast", "cast_", "normalization_3", "normalize"], ["cast__", "cast_", "normalization_3_", "normalize"]),
    ],
)
def test_inputs_have_names_that_keras_takes(columns: list[str], names: list[str]) -> None:
    assert list(input_names(columns, columns).values()) == names


def test_an_initializer_may_be_called_as_a_layer_is() -> None:
    layers = "[{Dense: {units: 4, kernel_initializer: {Identity: {gain: 2}}}}]"
    (node, _) = specrun.check(SPEC % (layers, "{epochs: 1}")).plan.network.nodes
    assert Printer()(node.call) == "layers.Dense(4, kernel_initializer=keras.initializers.Identity(2.0))"


def test_only_so_many_mistakes_are_compared_with_all_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "_COMPARED", 100)
    named = ", ".join(f"{{Dense: {{units: 2, name: layer{i}}}}}" for i in range(8))
    wrong = ", ".join("{Dense: {units: 2, inputs: layre7}}" for _ in range(5))
    with pytest.raises(SpecError) as refused:
        specrun.check(SPEC % (f"[{named}, {wrong}]", "{epochs: 1}"))
    hints = [d.hint for d in refused.value.diagnostics]
    assert hints[:2] == ["did you mean `layer7`?"] * 2
    assert len(hints) == 5
    assert hints[4].startswith("there are `layer0`, `layer1`, ")


@pytest.mark.parametrize("name", ["dense", "dense_1", "concatenate"])
def test_a_feature_that_is_called_as_keras_calls_a_layer_is_the_feature(name: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(f"{name},dense_,y\n" + "".join(f"{i},{i % 7},{i % 2}\n" for i in range(20)))
    (tmp_path / "spec.yaml").write_text(
        f"specrun: 1\ndata: {{path: rows.csv}}\nfeatures: {{{name}: number, dense_: number}}\ntarget: y\n"
        "layers: [Dense: {units: 4, inputs: dense_}, Dense: 5, "
        f"Concatenate: {{inputs: [{name}, dense_]}}, Dense: 3]\n"
    )
    with pytest.raises(SpecError) as refused:  # the second layer, whatever it is called, is not what is taken
        specrun.load(tmp_path / "spec.yaml")
    ((code, line),) = [(problem.code, problem.span.line) for problem in refused.value.diagnostics if problem.span]
    assert (code, line) == ("S223", 5)


def test_a_group_that_is_called_as_keras_calls_a_layer_is_the_group(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b,y\n" + "".join(f"{i},{i % 7},{i % 2}\n" for i in range(20)))
    (tmp_path / "spec.yaml").write_text(
        "specrun: 1\ndata: {path: rows.csv}\nfeatures: {a: number, b: number}\ngroups: {dense: [a]}\ntarget: y\n"
        "layers: [Dense: {units: 4, inputs: b}, Concatenate: {inputs: [dense, b]}, Dense: 3]\n"
    )
    with pytest.raises(SpecError, match="S223: nothing takes what `dense__` gives"):
        specrun.load(tmp_path / "spec.yaml")
