"""The measures of a report beside scikit-learn's, and their intervals beside what is known by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import metrics

from specrun.compiler.plan import Task
from specrun.runtime.report.judged import Answers
from specrun.runtime.report.measures import losses, measures_of
from specrun.runtime.report.models import Guess
from specrun.runtime.report.resampling import RESAMPLES, interval, interval_of_mean, resampled, whole
from specrun.runtime.report.saying import verdict
from specrun.runtime.report.scores import scores_of
from tests.answering import of_classes, of_labels, of_numbers

RANDOM = np.random.default_rng(5)


def shares(rows: int, classes: int) -> Any:
    found = RANDOM.random((rows, classes)).round(1) + 0.05  # there are ties
    return found / found.sum(axis=1, keepdims=True)


def found(answers: Answers, counts: Any = None) -> dict[str, float]:
    """Each measure, of the rows as they are or with the number of times that each counts."""
    counts = np.ones(len(answers)) if counts is None else counts
    functions = {measure.name: measure.of(answers) for measure in measures_of(answers)}
    return {name: float(f(counts[None].astype("float64"))[0]) for name, f in functions.items() if f is not None}


def test_two_classes_are_measured_as_by_scikit_learn() -> None:
    truth, probabilities = RANDOM.integers(0, 2, 90), shares(90, 2)
    answers = of_classes(truth, probabilities, ["no", "yes"], Task.BINARY)
    for counts in (np.ones(90, int), RANDOM.integers(0, 4, 90)):
        rows = np.repeat(np.arange(90), counts)
        t, s = truth[rows], probabilities[rows]
        assert found(answers, counts) == pytest.approx(
            {
                "accuracy": metrics.accuracy_score(t, s.argmax(axis=1)),
                "balanced accuracy": metrics.balanced_accuracy_score(t, s.argmax(axis=1)),
                "ROC AUC": metrics.roc_auc_score(t, s[:, 1]),
                "log loss": metrics.log_loss(t, s),
            }
        )


def test_several_classes_are_measured_as_by_scikit_learn() -> None:
    truth, probabilities = RANDOM.integers(0, 4, 120), shares(120, 5)
    answers = of_classes(truth, probabilities, list("abcde"))  # no row is of the last
    said = probabilities.argmax(axis=1)
    recalls = [(said[truth == k] == k).mean() for k in range(4)]
    expected = {
        "accuracy": metrics.accuracy_score(truth, said),
        "balanced accuracy": np.mean(recalls),
        "log loss": metrics.log_loss(truth, probabilities, labels=range(5)),
    }
    assert found(answers) == pytest.approx(expected)


def test_classes_in_an_order_are_measured_by_how_far_they_are_off() -> None:
    answers = of_classes([0, 1, 2, 2], np.eye(3)[[0, 2, 0, 2]], list("abc"), Task.ORDINAL)
    assert found(answers)["classes off"] == pytest.approx(3 / 4)


def test_labels_are_measured_as_by_scikit_learn() -> None:
    truth, probabilities = RANDOM.integers(0, 2, (80, 3)), RANDOM.random((80, 3))
    measured = found(of_labels(truth, probabilities, list("abc")))
    assert measured == pytest.approx(
        {
            "label accuracy": 1 - metrics.hamming_loss(truth, probabilities > 0.5),
            "exact match": metrics.accuracy_score(truth, probabilities > 0.5),
            "ROC AUC": metrics.roc_auc_score(truth, probabilities),
            "log loss": np.mean([metrics.log_loss(truth[:, i], probabilities[:, i]) for i in range(3)]),
        }
    )


@pytest.mark.parametrize("numbers", [1, 3])
def test_numbers_are_measured_as_by_scikit_learn(numbers: int) -> None:
    truth = RANDOM.normal(50, 9, (70, numbers))
    said = truth + RANDOM.normal(size=(70, numbers))
    counts = RANDOM.integers(0, 3, 70)
    t, s = np.repeat(truth, counts, axis=0), np.repeat(said, counts, axis=0)
    assert found(of_numbers(truth, said), counts) == pytest.approx(
        {
            "mean absolute error": metrics.mean_absolute_error(t, s),
            "root mean squared error": metrics.mean_squared_error(t, s) ** 0.5,
            "R²": metrics.r2_score(t, s),
        }
    )


def test_what_no_row_tells_is_no_number() -> None:
    one_class = of_classes([1, 1, 1], shares(3, 2), ["no", "yes"], Task.BINARY)
    assert np.isnan(found(one_class)["ROC AUC"])
    assert np.isnan(found(of_numbers([2.0, 2.0], [1.0, 3.0]))["R²"])
    assert "log loss" not in found(Answers(one_class.head, "classes", ("no", "yes"), one_class.truth, one_class.truth))


def test_the_interval_of_a_mean_is_near_that_of_the_normal_distribution() -> None:
    values = RANDOM.normal(10, 2, 400)
    told = interval_of_mean(values)
    error = values.std() / 20
    assert told.value == pytest.approx(values.mean())
    assert told.low == pytest.approx(values.mean() - 1.96 * error, abs=0.1 * error * 1.96)
    assert told.high == pytest.approx(values.mean() + 1.96 * error, abs=0.1 * error * 1.96)
    assert interval_of_mean(values) == told


def test_the_interval_is_that_of_the_quantiles() -> None:
    told = interval(0.5, np.linspace(0, 1, RESAMPLES))
    assert (told.low, told.high) == pytest.approx((0.025, 0.975))
    mostly_unknown = np.where(np.arange(RESAMPLES) < 200, np.nan, 0.5)
    assert not interval(0.5, mostly_unknown).is_known
    assert not interval(float("nan"), np.ones(RESAMPLES)).is_known


def test_all_measures_see_the_same_resamples() -> None:
    first, second = RANDOM.random(30), RANDOM.random(30)
    means = [lambda counts, v=values: counts @ v / 30 for values in (first, second, first + second)]
    a, b, both = resampled(means, 30)
    assert a.shape == (RESAMPLES,)
    assert a + b == pytest.approx(both)
    assert whole(means[0], 30) == pytest.approx(first.mean())
    assert resampled(means, 4) == [None, None, None]


def test_the_loss_of_a_row_is_that_of_its_truth() -> None:
    assert losses(of_classes([1, 0], [[0.8, 0.2], [1.0, 0.0]], ["a", "b"])) == pytest.approx([-np.log(0.2), 0.0])
    assert losses(of_numbers([[1.0, 2.0]], [[2.0, 5.0]])) == pytest.approx([2.0])


def guessed(answers: Answers, predicted: Any) -> Guess:
    said = np.asarray(predicted, "float64").reshape(len(answers), -1)
    return Guess("mean", "always the mean", Answers(answers.head, answers.kind, answers.names, answers.truth, said))


def test_the_verdict_says_whether_the_network_is_better() -> None:
    truth = RANDOM.normal(size=200)
    close, far = truth + RANDOM.normal(0, 0.1, 200), np.zeros(200)
    ahead = scores_of(of_numbers(truth, close), [guessed(of_numbers(truth, close), far)])
    behind = scores_of(of_numbers(truth, far), [guessed(of_numbers(truth, far), close)])
    same = scores_of(of_numbers(truth, far), [guessed(of_numbers(truth, far), far)])
    assert ahead.best is not None
    assert ahead.best.ahead.value == pytest.approx(np.abs(truth).mean() - np.abs(close - truth).mean())
    assert "The network beats the mean" in verdict(ahead, "200 rows", several=False)
    assert "y: the mean absolute error" in verdict(ahead, "200 rows", several=True)
    assert "does not beat the mean" in verdict(behind, "200 rows", several=False)
    assert "as well as the mean" in verdict(same, "200 rows", several=False)
    few = scores_of(of_numbers([1.0, 2.0], [1.0, 2.5]), [guessed(of_numbers([1.0, 2.0], [1.0, 2.5]), [1.5, 1.5])])
    assert "so few rows do not tell" in verdict(few, "2 rows", several=False)
    assert verdict(scores_of(of_numbers(truth, far), []), "200 rows", several=False).endswith("on 200 rows.")
