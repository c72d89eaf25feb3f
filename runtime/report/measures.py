"""Measures of answers, each as a function of how often every row counts: so are they resampled all at once.

A function takes counts, `(resamples, rows)`, and gives the measure of each resample, `(resamples,)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from specrun.compiler.plan import Task
from specrun.runtime.report.judged import CLASSES, LABELS, NUMBERS, Answers

Weighted = Callable[[Any], Any]

LEAST_SHARE = 1e-7
"""No probability counts as smaller in the log loss, as Keras has it."""
_MOST_BALANCED = 100
"""So many classes at most, for the mean of their recalls."""
_MOST_LABELS = 12
"""So many labels at most, for the mean of the areas under their curves."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: what it is called and means, and which way it is better; `of` is None for answers that have none."""

    name: str
    mode: str
    doc: str
    of: Callable[[Answers], Weighted | None]


def scores(answers: Answers) -> Any:
    """The main measure of each row, `(rows,)`: its mean is that of all."""
    import numpy as np

    if answers.kind == NUMBERS:
        return np.abs(answers.predicted - answers.truth).mean(axis=1)
    if answers.kind == LABELS:
        return (answers.predicted == answers.truth).mean(axis=1)
    if answers.head.task is Task.ORDINAL:
        return np.abs(answers.predicted - answers.truth).astype("float64")
    return (answers.predicted == answers.truth).astype("float64")


def losses(answers: Answers) -> Any:
    """How wrong the answer is in each row, `(rows,)`: the log loss, or where nobody says how sure it is, the error."""
    import numpy as np

    if answers.kind == NUMBERS:
        return np.abs(answers.predicted - answers.truth).mean(axis=1)
    if answers.shares is None:
        wrong = answers.predicted != answers.truth
        return wrong.mean(axis=1) if answers.kind == LABELS else wrong.astype("float64")
    if answers.kind == LABELS:
        right = np.where(answers.truth, answers.shares, 1 - answers.shares)
        return -np.log(np.maximum(right, LEAST_SHARE)).mean(axis=1)
    right = answers.shares[np.arange(len(answers)), answers.truth]
    return -np.log(np.maximum(right, LEAST_SHARE))


def measures_of(answers: Answers) -> tuple[Measure, ...]:
    """What answers are measured by, the main measure first."""
    if answers.kind == CLASSES and answers.head.task is Task.ORDINAL:
        return (_CLASSES_OFF, _ACCURACY, _LOG_LOSS)
    if answers.is_binary:
        return (_ACCURACY, _BALANCED, _ROC_AUC, _LOG_LOSS)
    return _MEASURES[answers.kind]


def _mean(values: Any) -> Weighted:
    return lambda counts: counts @ values / counts.sum(axis=1)


def _log_loss(answers: Answers) -> Weighted | None:
    return None if answers.shares is None else _mean(losses(answers))


def _accuracy(answers: Answers) -> Weighted:
    return _mean((answers.predicted == answers.truth).astype("float64"))


def _exact(answers: Answers) -> Weighted:
    return _mean((answers.predicted == answers.truth).all(axis=1).astype("float64"))


def _balanced(answers: Answers) -> Weighted | None:
    """The mean recall of the classes that there are."""
    import numpy as np

    if len(answers.names) > _MOST_BALANCED:
        return None
    is_of = (answers.truth[:, None] == np.arange(len(answers.names))).astype("float64")
    right = is_of * (answers.predicted == answers.truth)[:, None]

    def measure(counts: Any) -> Any:
        with np.errstate(invalid="ignore"):
            return np.nanmean((counts @ right) / (counts @ is_of), axis=1)

    return measure


def _roc_auc(answers: Answers) -> Weighted | None:
    if answers.shares is None:
        return None
    if answers.kind == CLASSES:
        return weighted_auc(answers.truth == 1, answers.shares[:, 1])
    if len(answers.names) > _MOST_LABELS:
        return None
    import numpy as np

    areas = [weighted_auc(answers.truth[:, i], answers.shares[:, i]) for i in range(len(answers.names))]
    return lambda counts: np.mean([area(counts) for area in areas], axis=0)


def weighted_auc(truth: Any, shares: Any) -> Weighted:
    """The area under the ROC curve, as the share of pairs in the right order (Mann and Whitney 1947), ties half."""
    import numpy as np

    order = np.argsort(shares, kind="stable")
    _, starts = np.unique(shares[order], return_index=True)
    is_true = truth[order]

    def measure(counts: Any) -> Any:
        counts = counts[:, order]
        positives = np.add.reduceat(counts * is_true, starts, axis=1)
        negatives = np.add.reduceat(counts * ~is_true, starts, axis=1)
        below = np.cumsum(negatives, axis=1) - negatives / 2
        with np.errstate(invalid="ignore"):
            return (positives * below).sum(axis=1) / (positives.sum(axis=1) * negatives.sum(axis=1))

    return measure


def _squared_error(answers: Answers) -> Weighted:
    import numpy as np

    mean = _mean(((answers.predicted - answers.truth) ** 2).mean(axis=1))
    return lambda counts: np.sqrt(mean(counts))


def _r2(answers: Answers) -> Weighted:
    """1 - the squared errors / the squared distances from the mean; of several numbers, the mean of that."""
    import numpy as np

    errors = (answers.predicted - answers.truth) ** 2
    centred = answers.truth - answers.truth.mean(axis=0)

    def measure(counts: Any) -> Any:
        rows = counts.sum(axis=1, keepdims=True)
        spread = counts @ centred**2 - (counts @ centred) ** 2 / rows
        with np.errstate(invalid="ignore", divide="ignore"):
            found = 1 - counts @ errors / np.where(spread > 0, spread, np.nan)
        return found.mean(axis=1)

    return measure


_ACCURACY = Measure("accuracy", "max", "the share of rows whose class is predicted", _accuracy)
_BALANCED = Measure(
    "balanced accuracy", "max", "the mean, over the classes, of the share of its rows that are found", _balanced
)
_ROC_AUC = Measure(
    "ROC AUC", "max", "how often a row that has it gets a higher probability than one that has it not", _roc_auc
)
_LOG_LOSS = Measure("log loss", "min", "the negative logarithm of the probability of what is true", _log_loss)
_CLASSES_OFF = Measure(
    "classes off", "min", "how many classes the prediction is away from the truth", lambda a: _mean(scores(a))
)
_MEASURES: Mapping[str, tuple[Measure, ...]] = {
    CLASSES: (_ACCURACY, _BALANCED, _LOG_LOSS),
    LABELS: (
        Measure("label accuracy", "max", "the share of answers, yes or no, that are right", lambda a: _mean(scores(a))),
        Measure("exact match", "max", "the share of rows whose labels are all right", _exact),
        _ROC_AUC,
        _LOG_LOSS,
    ),
    NUMBERS: (
        Measure("mean absolute error", "min", "how far predictions are away", lambda a: _mean(scores(a))),
        Measure("root mean squared error", "min", "the same, with large errors counting for more", _squared_error),
        Measure("R²", "max", "the share of the variance that is explained; 0 for the mean, 1 for no error", _r2),
    ),
}
