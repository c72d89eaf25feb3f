"""Confusions, curves, calibration, residuals and slices of a report, beside scikit-learn or what is known by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.plan import Plan, Task
from specrun.runtime.report.columns import columns_of, targets_of
from specrun.runtime.report.judged import Judged
from specrun.runtime.report.judgement import calibration, confusion, residuals, thresholds
from specrun.runtime.report.models import learnt
from specrun.runtime.report.slices import slices_of
from specrun.runtime.report.wrong import wrong_rows
from tests.answering import of_classes, of_labels, of_numbers

RANDOM = np.random.default_rng(6)
SPEC = """specrun: 1
name: shop
data: {path: shop.csv}
features: {price: {type: number, missing: mean}, town: category, note: {type: text, output: tf_idf}}
target: sold
classes: [few, many]
layers: []
"""


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    rows = [f"{i},{'Ulm' if i % 3 else 'Bonn'},a few words {i % 4},{'few' if i % 2 else 'many'}" for i in range(60)]
    (tmp_path / "shop.csv").write_text("\n".join(["price,town,note,sold", *rows]))
    return compile_spec(Source(SPEC, "spec.yaml", tmp_path)).plan


def frame_of(rows: int) -> Any:
    towns = np.where(np.arange(rows) % 3 == 0, "Bonn", "Ulm")
    notes = pd.Series([f"a few words {i % 4}" for i in range(rows)], dtype="string")
    return pd.DataFrame({"price": np.arange(rows) * 1.0, "town": pd.Series(towns, dtype="string"), "note": notes})


def test_confusions_are_those_of_scikit_learn() -> None:
    truth, said = RANDOM.integers(0, 3, 50), RANDOM.integers(0, 3, 50)
    told = confusion(of_classes(truth, np.eye(3)[said], list("abc")))
    assert told is not None
    assert np.array_equal(told.counts, metrics.confusion_matrix(truth, said))
    assert confusion(of_numbers([1.0], [1.0])) is None


def test_of_many_classes_the_most_frequent_confusions_are_told() -> None:
    truth = np.arange(200) % 40
    said = np.where(truth == 7, 9, truth)
    told = confusion(of_classes(truth, np.eye(40)[said], [f"class {i}" for i in range(40)]))
    assert told is not None
    assert told.most == (("class 7", "class 9", 5, 5),)


def test_curves_are_those_of_scikit_learn() -> None:
    truth = RANDOM.integers(0, 2, 60)
    share = RANDOM.random(60)
    (curve,) = thresholds(of_classes(truth, np.column_stack([1 - share, share]), ["no", "yes"], Task.BINARY))
    false_rates, true_rates, _ = metrics.roc_curve(truth, share)
    assert curve.name == "yes"
    assert curve.share == pytest.approx(truth.mean())
    assert curve.false_rates == pytest.approx(false_rates)
    assert curve.true_rates == pytest.approx(true_rates)
    assert curve.area == pytest.approx(metrics.roc_auc_score(truth, share))
    assert curve.average_precision == pytest.approx(metrics.average_precision_score(truth, share))
    assert (curve.recalls[0], curve.recalls[-1]) == (1.0, 0.0)


def test_long_curves_are_thinned_out_and_few_classes_have_them() -> None:
    shares = RANDOM.random((5000, 9))
    curves = thresholds(of_classes(np.arange(5000) % 8, shares, list("abcdefghi")))
    assert len(curves) == 6
    assert all(len(curve.false_rates) <= 150 for curve in curves)
    assert thresholds(of_classes([1, 1], [[0.2, 0.8]] * 2, ["no", "yes"], Task.BINARY)) == ()


def test_calibration_is_that_of_scikit_learn() -> None:
    share = RANDOM.permutation(np.linspace(0.01, 0.99, 200))
    truth = (RANDOM.random(200) < share).astype(int)
    told = calibration(of_classes(truth, np.column_stack([1 - share, share]), ["no", "yes"], Task.BINARY))
    so, said = calibration_curve(truth, share, n_bins=10, strategy="quantile")
    assert told is not None
    assert told.said == pytest.approx(said, abs=1e-6)
    assert told.so == pytest.approx(so)
    assert told.error == pytest.approx(np.abs(so - said).mean())
    assert calibration(of_labels([[1, 0]] * 5, [[0.5, 0.5]] * 5, ["a", "b"])) is not None
    assert calibration(of_numbers([1.0], [1.0])) is None


def test_residuals_are_told_of_each_number() -> None:
    told = residuals(of_numbers([[1.0, 10.0], [3.0, 10.0]], [[2.0, 9.0], [3.0, 11.0]]))
    assert told is not None
    assert told.by_name == (("n0", 0.5, 0.5), ("n1", 1.0, 0.0))
    assert sorted(told.errors) == [-1.0, 0.0, 1.0, 1.0]


def test_the_slice_that_is_worse_comes_first(plan: Plan) -> None:
    frame = frame_of(120)
    truth = np.zeros(120, int)
    said = np.where((frame["town"] == "Bonn") & (np.arange(120) % 2 == 0), 1, 0)
    answers = of_classes(truth, np.eye(2)[said], ["few", "many"], Task.BINARY)
    told = slices_of(plan, Judged("test", np.arange(120), frame, (answers,)), answers)
    worst = next(each for each in told.slices if each.value == "Bonn")
    assert told.slices.index(worst) < 2
    assert (worst.column, worst.rows, worst.score.value) == ("town", 40, 0.5)
    error = (np.var(said) * (1 / 40 + 1 / 80)) ** 0.5
    assert worst.away == pytest.approx(-0.5 / error)
    assert told.score == pytest.approx(100 / 120)
    assert {each.value for each in told.slices} == {"Bonn", "Ulm", "0 to below 29.75", "29.75 to below 59.5"} | {
        "59.5 to below 89.25",
        "89.25 to 119",
    }
    few = slices_of(plan, Judged("test", np.arange(15), frame[:15], (answers,)), answers_of_first(15))
    assert few.slices == ()


def answers_of_first(rows: int) -> Any:
    return of_classes([0] * rows, np.eye(2)[[0] * rows], ["few", "many"], Task.BINARY)


def test_the_most_wrong_rows_are_shown_with_what_is_in_them(plan: Plan) -> None:
    frame = frame_of(30)
    shares = np.tile([0.9, 0.1], (30, 1))
    answers = of_classes([1 if i == 7 else 0 for i in range(30)], shares, ["few", "many"], Task.BINARY)
    told = wrong_rows(plan, Judged("test", np.arange(30), frame, (answers,)), answers, ())
    assert len(told.rows) == 10
    assert (told.rows[0].number, told.rows[0].truth, told.rows[0].predicted) == ("8", "many", "few (90%)")
    assert told.rows[0].values == ("7", "Ulm", "a few words 3")
    assert told.rows[0].loss == pytest.approx(-np.log(0.1))


def test_models_learn_from_the_columns(plan: Plan) -> None:
    frame = frame_of(200)
    frame.loc[5, "price"] = np.nan
    labels = (np.arange(200) >= 100).astype("float32").reshape(-1, 1)
    answers = of_classes(labels.ravel().astype(int), np.full((200, 2), 0.5), ["few", "many"], Task.BINARY)
    ((linear, trees),) = learnt(plan, frame, labels, Judged("test", np.arange(200), frame, (answers,)))
    assert linear.answers is not None
    assert trees.answers is not None
    assert (linear.answers.predicted == answers.truth).mean() > 0.95
    assert (trees.answers.predicted == answers.truth).mean() > 0.95
    assert "200 training rows" in linear.doc


def test_a_model_that_cannot_learn_costs_no_more_than_a_line(plan: Plan) -> None:
    frame, labels = frame_of(40), np.zeros((40, 1), "float32")
    answers = answers_of_first(40)
    ((linear, _),) = learnt(plan, frame, labels, Judged("test", np.arange(40), frame, (answers,)))
    assert linear.answers is None
    assert "class" in linear.doc


def test_columns_and_their_dirt(plan: Plan) -> None:
    frame = frame_of(100)
    frame.loc[:9, "price"] = np.nan
    frame.loc[3, "town"] = "ulm"
    frame.loc[4, "town"] = "?"
    labels = np.asarray([[float(i % 7 == 0)] for i in range(100)])
    price, town, note = columns_of(plan, frame, labels, ("", "?"))
    assert (price.kind, price.missing, price.values) == ("number", "10%", "10 to 99, 54.50 in the mean")
    assert town.missing == "1%"
    assert town.values.startswith("3 values: Ulm (65.7%), Bonn (33.3%), ulm (1%)")
    assert town.odd == "one and the same? `Ulm` and `ulm`"
    assert note.values == "4 different values, 13.00 characters in the mean"


def test_a_column_that_gives_the_answer_away_is_named(plan: Plan) -> None:
    frame = frame_of(100)
    labels = np.asarray(frame["town"] == "Ulm", "float64").reshape(-1, 1)
    _, town, note = columns_of(plan, frame, labels, ())
    assert town.odd == "gives the answer away: each of its values goes with one of `sold`"
    assert note.odd == ""


def test_targets_are_counted(plan: Plan) -> None:
    labels = {"train": np.array([[0.0], [1.0], [1.0]]), "test": np.array([[0.0]])}
    (told,) = targets_of(plan, labels)
    assert told.counts == (("train", (1, 2)), ("test", (1, 0)))
