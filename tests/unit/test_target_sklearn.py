"""Scripts of scikit-learn: what they hold and refuse, that they train as Keras would, and beat a guess."""

from __future__ import annotations

import ast
import json
import re
import runpy
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specrun
from specrun.compiler.diagnostics import SpecError

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
SPEC = """specrun: 1
data: {path: data/people.csv, missing: ["?"], split: {test: 0.25, validation: 0.1, seed: 3}}
features: {hours: {type: number, missing: mean}, city: category}
target: plan
classes: [basic, silver, gold]
layers: [{Dense: {units: 8, activation: relu}}]
training: {epochs: 2}
"""
FEATURES, LAYERS = "{type: number, missing: mean}, city: category", "[{Dense: {units: 8, activation: relu}}]"
CLASSES, TRAINING = "target: plan\nclasses: [basic, silver, gold]", "{epochs: 2}"
GUESSED = """
import json
import runpy

from sklearn.dummy import DummyClassifier

names = runpy.run_path("script.py", run_name="__main__")
labels = names.get("labels", lambda rows: rows["Score"])
guess = DummyClassifier(strategy="most_frequent").fit(names["train"], labels(names["train"]))
print(json.dumps(float((guess.predict(names["test"]) == labels(names["test"])).mean())))
"""


def script(*changes: tuple[str, str]) -> str:
    """The script of the spec with some of its text changed."""
    text = SPEC
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return specrun.check(text, GOLDEN).script("sklearn", folder=GOLDEN)


def refused(*changes: tuple[str, str]) -> list[tuple[int, str]]:
    """Why there is no script of the spec with some of its text changed: the lines, and what is said."""
    with pytest.raises(SpecError) as error:
        script(*changes)
    found = error.value.diagnostics
    assert {diagnostic.code for diagnostic in found} == {"S601"}
    assert all("--target keras" in str(diagnostic.hint) for diagnostic in found)
    return [(d.span.line, d.message.removeprefix("the target `sklearn` ")) for d in found]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Runs the script of a spec with some arguments, and gives its variables."""

    def run(text: str, *arguments: str) -> dict[str, Any]:
        path = tmp_path / "script.py"
        path.write_text(specrun.check(text, GOLDEN).script("sklearn", folder=tmp_path), "utf-8")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", [path.name, *arguments])
        with warnings.catch_warnings():  # it filters some
            return runpy.run_path(str(path), run_name="__main__")

    return run


@pytest.mark.parametrize(
    ("features", "said"),
    [
        (
            "{hours: {type: number, missing: mean}}",
            '(make_pipeline(StandardScaler(), SimpleImputer(strategy="mean")), NUM',
        ),
        ("{spend: {type: number, normalize: robust}}", "(RobustScaler(), NUMBERS)"),
        ("{spend: {type: number, normalize: none}}", '("passthrough", NUMBERS)'),
        (
            "{hours: {type: number, missing: -1, normalize: none}}",
            '(SimpleImputer(strategy="constant", fill_value=-1), NUMBERS)',
        ),
        (
            "{hours: {type: number, missing: 0, clip: [1, null], buckets: [2, 3]}}",
            'make_pipeline(SimpleImputer(strategy="constant", fill_value=0),'
            ' FunctionTransformer(np.clip, kw_args={"a_min": 1, "a_max": None}),'
            ' FunctionTransformer(np.digitize, kw_args={"bins": [2, 3]}),'
            ' OneHotEncoder(handle_unknown="ignore", sparse_output=False),), NUMBERS',
        ),
        ("{city: category}", '(OneHotEncoder(handle_unknown="ignore", sparse_output=False), CATEGORIES)'),
        (
            '{member: {type: boolean, missing: "true"}}',
            '(FunctionTransformer(np.isin, kw_args={"test_elements": ["YES", "", "?"]}), BOOLEANS)',
        ),
    ],
)
def test_a_feature_is_held(features: str, said: str) -> None:
    assert said in _flat(script(("{hours: " + FEATURES + "}", features)))


@pytest.mark.parametrize(
    ("features", "reason"),
    [
        (
            "{hours: {type: number, missing: 0}}",
            "has no rule for `missing` as a number beside `normalize: zscore`",
        ),
        ("{city: {type: category, encoding: embedding}}", "has no rule for `encoding: embedding`"),
        ("{city: {type: category, encoding: hashing}}", "has no rule for `encoding: hashing`"),
        ("{city: {type: category, missing: unknown}}", "has no rule for `missing: unknown`"),
        ("{city: {type: text, output: tf_idf}}", "has no rule for features of the kind `text`"),
        ("{joined: {type: datetime}}", "has no rule for features of the kind `datetime`"),
    ],
)
def test_another_feature_is_refused(features: str, reason: str) -> None:
    assert refused(("{hours: " + FEATURES + "}", features)) == [(3, reason)]


@pytest.mark.parametrize(
    ("layers", "reasons"),
    [
        ("[{Dense: 8}, {Dropout: 0.1}]", ["has no rule for the layer `Dropout`"]),
        ("[{Dense: {units: 8, activation: gelu}}]", ["has no rule for the activation `gelu`"]),
        ("[{Dense: {units: 8, use_bias: false}}]", ["has no rule for `use_bias` of the layer `Dense`"]),
        (
            "[{Dense: 8}, {Dense: {units: 8, activation: relu}}]",
            ["has one activation for all hidden layers, and this layer has another"],
        ),
        (
            "[{Dense: {units: 8, kernel_regularizer: L2}}]",
            ["has one `L2` for the kernels of all layers, the output layer among them"],
        ),
        (
            "[{Dense: {units: 8, kernel_regularizer: L2}},"
            " {Dense: {units: 3, activation: softmax, kernel_regularizer: {L2: 0.1}}}]",
            ["has one `L2` for the kernels of all layers, the output layer among them"],
        ),
        (
            "[{Dense: {units: 3, activation: softmax, kernel_regularizer: {L1: 0.1}}}]",
            ["has one `L2` for the kernels of all layers, the output layer among them"],
        ),
    ],
)
def test_another_network_is_refused_where_it_stands(layers: str, reasons: list[str]) -> None:
    assert refused((LAYERS, layers)) == [(6, reason) for reason in reasons]


@pytest.mark.parametrize(
    ("training", "reason"),
    [
        ("{optimizer: RMSprop}", "has no rule for the optimizer `RMSprop`"),
        ("{optimizer: {Adam: {amsgrad: true}}}", "has no rule for `amsgrad` of the optimizer `Adam`"),
        ("{class_weights: balanced}", "has no rule for `class_weights`"),
        ("{callbacks: [TerminateOnNaN]}", "has no rule for the callback `TerminateOnNaN`"),
        (
            "{callbacks: [&one {EarlyStopping: {monitor: loss, patience: 3}}, *one]}",
            "stops early by one `EarlyStopping`",
        ),
        *(
            (
                f"{{callbacks: [{{EarlyStopping: {options}}}]}}",
                "stops early by the `loss` of the training rows alone, with a `patience` of 2 or more, "
                "and restores nothing",
            )
            for options in ("{patience: 3}", "loss", "{monitor: loss, patience: 3, restore_best_weights: true}")
        ),
    ],
)
def test_another_training_is_refused(training: str, reason: str) -> None:
    assert refused((TRAINING, training)) == [(7, reason)]


@pytest.mark.parametrize(
    ("target", "training", "line", "reason"),
    [
        (
            "target: spend",
            "{metrics: [LogCoshError]}",
            4,
            "has no rule for the metric `LogCoshError` of a target that is a number",
        ),
        ("target: spend", "{loss: huber}", 4, "has no rule for the loss `huber` of a target that is a number"),
        (
            "target: spend",
            "{optimizer: SGD}",
            6,
            "has a multiple of this loss, by which `SGD` would take longer or shorter steps",
        ),
        (
            "target: [spend, income/year]",
            "{metrics: [RootMeanSquaredError]}",
            4,
            "has no rule for the metric `RootMeanSquaredError` of a target that is several numbers",
        ),
    ],
)
def test_another_target_is_refused(target: str, training: str, line: int, reason: str) -> None:
    assert refused((CLASSES, target), (TRAINING, training)) == [(line, reason)]


def test_options_are_those_of_keras_and_no_others() -> None:
    said = _flat(script((TRAINING, "{epochs: 3, batch_size: 9, seed: 4, optimizer: {Adam: {beta_2: 0.9}}}")))
    assert (
        'MLPClassifier(hidden_layer_sizes=[8], activation="relu", solver="adam", alpha=0, batch_size=args.batch_size,'
        " learning_rate_init=0.001, beta_2=0.9, epsilon=1e-07, max_iter=args.epochs, random_state=4, tol=0,"
        " n_iter_no_change=args.epochs,)"
    ) in said
    said = _flat(script((TRAINING, "{optimizer: {SGD: {momentum: 0.9}}}")))
    assert "learning_rate_init=0.01, momentum=0.9, nesterovs_momentum=False," in said


def test_a_step_with_a_penalty_is_that_of_keras(run: Callable[..., dict[str, Any]]) -> None:
    dense = "{Dense: {units: %s, activation: %s, kernel_regularizer: {L2: 0.02}}}"
    layers = f"[{dense % (4, 'tanh')}, {dense % (3, 'softmax')}]"
    text = SPEC.replace(LAYERS, layers).replace(TRAINING, "{batch_size: 41, optimizer: {SGD: {learning_rate: 0.1}}}")
    count = str(len(run(text, "--epochs", "1")["train"]))
    names, after = (run(text, "--epochs", str(epochs), "--batch-size", count) for epochs in (1, 2))
    before = names["model"][-1]
    rows = names["encoder"].transform(names["train"])
    (kernel, output), (bias, output_bias) = before.coefs_, before.intercepts_
    hidden = np.tanh(rows @ kernel + bias)
    scores = np.exp(hidden @ output + output_bias)
    error = scores / scores.sum(1, keepdims=True)
    error -= np.equal.outer(names["train"]["plan"].to_numpy(), before.classes_)
    error /= len(rows)
    inner = error @ output.T * (1 - hidden**2)
    gradients = (rows.T @ inner + 2 * 0.02 * kernel, hidden.T @ error + 2 * 0.02 * output)
    for old, gradient, new in zip(before.coefs_, gradients, after["model"][-1].coefs_, strict=True):
        np.testing.assert_allclose(new, old - 0.1 * gradient, rtol=1e-9, atol=1e-12)


def test_training_stops_where_keras_would(run: Callable[..., dict[str, Any]]) -> None:
    stopping = "callbacks: [{EarlyStopping: {monitor: loss, patience: 3}}]"
    training = f"{{batch_size: 2, epochs: 300, optimizer: {{Adam: {{learning_rate: 0.3}}}}, {stopping}}}"
    network = run(SPEC.replace(TRAINING, training))["model"][-1]
    best, waited, stopped = float("inf"), 0, None
    for epoch, loss in enumerate(network.loss_curve_, start=1):
        best, waited = (loss, 0) if loss < best else (best, waited + 1)
        if waited >= 3 and stopped is None:
            stopped = epoch
    assert stopped == network.n_iter_ < 300


@pytest.mark.parametrize("stem", ["bicycle_repairs", "hotel_reviews"])
def test_a_shipped_script_alone_beats_the_best_guess(stem: str, tmp_path: Path) -> None:
    written = specrun.load(ROOT / "specs" / f"{stem}.yaml").script("sklearn", folder=tmp_path)
    (tmp_path / "script.py").write_text(written, "utf-8")
    command = [sys.executable, "-c", GUESSED]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    measured, guessed = done.stdout.splitlines()
    assert next(iter(ast.literal_eval(measured).values())) > json.loads(guessed) + 0.05
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


def _flat(text: str) -> str:
    """A script on one line, as it would be without line breaks within parentheses."""
    return re.sub(r"(?<=[(\[{]) | (?=[)\]}])", "", " ".join(text.split()))
