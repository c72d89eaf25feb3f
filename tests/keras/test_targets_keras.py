"""What Keras makes of targets: the names that it logs, what its metrics measure, what a run of several leaves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from specrun.cli import main
from specrun.compiler import catalogue
from specrun.compiler.compilation import compile_spec, load
from specrun.compiler.diagnostics import Span
from specrun.compiler.language.sections import Keras
from specrun.compiler.language.targets import Target
from specrun.compiler.lower.keras import named_or_called
from specrun.compiler.lower.training import logged_modes
from specrun.compiler.reader import Scalar
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.sums import sums_of
from tests.process import options_kept

HERE = Span("spec.yaml", 1, 1, 2)
PR = ("AUC", {"curve": "PR"})


def target(name: str, *metrics: str | tuple[str, dict[str, Any]]) -> Target:
    made = tuple(
        Keras(name=metric) if isinstance(metric, str) else Keras(name=metric[0], options=tuple(metric[1].items()))
        for metric in metrics
    )
    return Target(name=name, span=HERE, column=name, type="class", metrics=made, place=Scalar(None, HERE))


@pytest.mark.parametrize(
    "targets",
    [
        [target("a", "accuracy", "AUC", PR, PR)],
        [target("a", "MeanAbsoluteError", "MeanAbsoluteError", ("FBetaScore", {"average": "macro", "threshold": 0.5}))],
        [target("a", ("Precision", {"thresholds": 0.4}), "Precision", "Recall", ("Recall", {"thresholds": 0.4}))],
        [target("z", "accuracy"), target("a", "accuracy", "BinaryAccuracy")],
        [target("z", PR), target("a", PR)],
        [target("z", "AUC", PR), target("a", PR, "AUC", PR)],
        [target("z", "MeanAbsoluteError", "MeanAbsoluteError"), target("a"), target("m", "MeanAbsoluteError")],
    ],
    ids=lambda targets: "-".join(target.name for target in targets),
)
def test_the_logs_of_keras_have_the_names_that_are_expected(targets: list[Target]) -> None:
    import keras

    keras.backend.clear_session(free_memory=False)
    evaluate = Evaluator(Path())
    given = keras.Input((3,))
    outputs: Any = {t.name: keras.layers.Dense(1, activation="sigmoid")(given) for t in targets}
    metrics: Any = {t.name: [evaluate(named_or_called("metrics", m)) for m in t.metrics or ()] for t in targets}
    labels: Any = {t.name: np.arange(8).reshape(-1, 1) % 2.0 for t in targets}
    loss: Any = dict.fromkeys(outputs, "binary_crossentropy")
    if len(targets) == 1:
        outputs, metrics, labels, loss = (value[targets[0].name] for value in (outputs, metrics, labels, loss))
    model = keras.Model(given, outputs)
    model.compile(loss=loss, metrics=metrics)
    rows = np.random.default_rng(0).random((8, 3))
    fitted = model.fit(rows, labels, validation_data=(rows, labels), verbose=0)
    assert set(fitted.history) == set(logged_modes(tuple(targets), with_validation=True))


def test_the_metrics_that_keras_numbers_are_known() -> None:
    import inspect

    import keras

    for entry in catalogue.family("metrics").values():
        if entry.name != "accuracy":
            name = inspect.signature(getattr(keras.metrics, entry.name)).parameters["name"]
            assert catalogue.is_numbered(entry) is (name.default is None), entry.name


def test_wrong_answers_about_an_order_are_the_classes_that_a_prediction_is_off() -> None:
    import keras

    classes = np.arange(5)
    bits = np.tri(5, 4, -1, "float32")
    right, guessed = np.random.default_rng(1).integers(0, 5, (2, 200))
    metric = keras.metrics.BinaryAccuracy()
    metric.update_state(bits[right], np.where(bits[guessed] > 0, 0.7, 0.2))
    off = np.abs(classes[right] - classes[guessed]).mean()
    assert (1 - float(metric.result())) * 4 == pytest.approx(off, rel=1e-5)


SPEC = """\
specrun: 1
name: shop
data: {path: shop.csv, split: {validation: 0.2, test: 0.25}}
features: {size: number}
targets:
  price: {type: number, weight: 0.1}
  full: {column: sold, classes: [few, many], from: trunk}
  wear: {type: ordinal, classes: [low, fair, high]}
  both: {column: [left, right], type: labels}
layers: [{Dense: {units: 8, activation: relu, name: trunk}}, {Dense: {units: 8, activation: relu}}]
training:
  epochs: 4
  batch_size: 8
  callbacks: [{EarlyStopping: {monitor: val_full_accuracy, patience: 2}}]
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a spec and its data, which is the current one."""
    rows = [
        f"{i},{i * 2.5},{'many' if i > 20 else 'few'},{('low', 'fair', 'high')[i // 14]},{i % 2},{int(i > 8)}"
        for i in range(40)
    ]
    (tmp_path / "shop.csv").write_text("\n".join(["size,price,sold,wear,left,right", *rows]), encoding="utf-8")
    (tmp_path / "shop.yaml").write_text(SPEC, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_run_of_several_targets(shop: Path) -> None:
    import pandas as pd

    import specrun

    run = specrun.load("shop.yaml").run("run")
    found = run.predict(pd.DataFrame({"size": [1, 2, 39]}))
    assert {name: values.shape for name, values in found.items()} == {
        "price": (3, 1),
        "full": (3, 1),
        "wear": (3, 2),
        "both": (3, 2),
    }
    assert set(run.metrics["test"]["baseline"]) == {
        *("price_mean_absolute_error", "price_mean_squared_error", "price_root_mean_squared_error", "price_loss"),
        *("full_accuracy", "wear_binary_accuracy", "both_binary_accuracy"),
    }
    fitted = json.loads((shop / "run" / "fitted.json").read_text("utf-8"))
    assert fitted["classes"]["wear"] == ["low", "fair", "high"]
    saved = json.loads((shop / "run" / "metrics.json").read_text("utf-8"))
    assert saved == run.metrics


@pytest.mark.parametrize("before", [False, True])
def test_sums_are_as_a_plan_says_whatever_the_process_has_set(before: bool, shop: Path) -> None:
    import tensorflow as tf

    def rewritten() -> object:
        return tf.config.optimizer.get_experimental_options().get("arithmetic_optimization")

    plan = compile_spec(load(shop / "shop.yaml")).plan
    of_one = replace(plan, training=replace(plan.training, as_written=False))
    with options_kept():
        tf.config.optimizer.set_experimental_options({"arithmetic_optimization": before})
        with sums_of(plan):
            assert rewritten() is False
            with sums_of(of_one):
                assert rewritten() is True
            assert rewritten() is False
        assert rewritten() is before


def test_the_baseline_is_the_best_constant_guess(shop: Path) -> None:
    import pandas as pd
    from sklearn.model_selection import train_test_split

    import specrun

    run = specrun.load(shop / "shop.yaml").run(shop / "run")
    rows = pd.read_csv(shop / "shop.csv")
    train, test = train_test_split(rows, test_size=0.25, random_state=0)
    train, _ = train_test_split(train, test_size=0.2 / 0.75, random_state=0)
    baseline = run.metrics["test"]["baseline"]
    assert baseline["price_mean_absolute_error"] == pytest.approx((test.price - train.price.mean()).abs().mean())
    assert baseline["full_accuracy"] == (test.sold == train.sold.mode()[0]).mean()
    levels = {"low": 0, "fair": 1, "high": 2}
    middle = train.wear.map(levels).median()
    assert (1 - baseline["wear_binary_accuracy"]) * 2 == pytest.approx((test.wear.map(levels) - middle).abs().mean())
    marks = test[["left", "right"]] == train[["left", "right"]].median().round()
    assert baseline["both_binary_accuracy"] == pytest.approx(marks.to_numpy().mean())


def test_the_command_line_shows_all_the_outputs(shop: Path) -> None:
    shown = CliRunner().invoke(main, ["run", "shop.yaml", "--out", str(shop / "run")])
    assert shown.exit_code == 0, shown.output
    for words in (
        "full_accuracy",
        "wear_binary_accuracy",
        "baseline: always the mean, the most frequent class, the median class or the labels of the majority of the",
        "wear: off by ",
    ):
        assert words in shown.output
    told = CliRunner().invoke(main, ["explain", "shop.yaml"])
    assert told.exit_code == 0, told.output
    assert "full: `sold` is one of two classes" in told.output
    assert "`wear` is one class in an order" in told.output
    assert " wear " in told.output
