"""How answers and truth go together: confusions, curves over all thresholds, how far probabilities hold, residuals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from specrun.runtime.report.judged import CLASSES, LABELS, NUMBERS, Answers

MOST_CURVES = 6
"""The classes or labels that most rows have get curves, so many at most."""
_POINTS = 150
_BINS = 10
_LEAST_IN_BIN = 5
MOST_CLASSES = 12
"""So many classes at most make a table of confusions; of more, the most frequent ones are listed."""
_MOST_CONFUSIONS = 15


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of rows, `(true, predicted)`; of more classes than make a table, the most frequent confusions alone.

    A confusion is what is true, what was predicted instead, in how many rows, of how many that are so.
    """

    names: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    most: tuple[tuple[str, str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """The curves of a class or label over all thresholds, thinned out, and the areas under them.

    `share` is that of the rows that have it.
    """

    name: str
    share: float
    false_rates: tuple[float, ...]
    true_rates: tuple[float, ...]
    area: float
    recalls: tuple[float, ...]
    precisions: tuple[float, ...]
    average_precision: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Rows in groups of equal size by the probability `of` something: the mean probability, and how often it was so.

    `error` is the mean distance of the two.
    """

    of: str
    said: tuple[float, ...]
    so: tuple[float, ...]
    rows: int
    error: float


@dataclass(frozen=True, slots=True)
class Residuals:
    """Numbers that were predicted: `truth` and `predicted` of some rows, the errors of all, and by the numbers' names.

    An error is what is predicted less what is true. `by_name` has the mean absolute and the mean error of each.
    """

    truth: tuple[float, ...]
    predicted: tuple[float, ...]
    errors: Any
    by_name: tuple[tuple[str, float, float], ...]


def confusion(answers: Answers) -> Confusion | None:
    """The confusions of classes; None of what are no classes."""
    import numpy as np

    if answers.kind != CLASSES:
        return None
    count = len(answers.names)
    cells = np.bincount(answers.truth * count + answers.predicted, minlength=count * count).reshape(count, count)
    if count <= MOST_CLASSES:
        return Confusion(answers.names, tuple(map(tuple, cells.tolist())), ())
    wrong = cells - np.diag(np.diag(cells))
    places = np.argsort(-wrong, axis=None, kind="stable")[:_MOST_CONFUSIONS]
    pairs = [divmod(place, count) for place in places.tolist()]
    most = (
        (answers.names[i], answers.names[j], int(wrong[i, j]), int(cells[i].sum())) for i, j in pairs if wrong[i, j]
    )
    return Confusion(answers.names, (), tuple(most))


def thresholds(answers: Answers) -> tuple[Threshold, ...]:
    """The curves of the second of two classes, or of each class or label that some rows have and some have not."""
    if answers.shares is None:
        return ()
    columns = sorted(_columns(answers), key=lambda column: -int(column[1].sum()))
    found = [_threshold(*column) for column in columns if 0 < column[1].sum() < len(answers)]
    return tuple(found[:MOST_CURVES])


def _columns(answers: Answers) -> Iterator[tuple[str, Any, Any]]:
    """Each class or label: its name, which rows have it, and its probability."""
    places = [1] if answers.is_binary else range(len(answers.names))
    for place in places:
        has = answers.truth[:, place] if answers.kind == LABELS else answers.truth == place
        yield answers.names[place], has, answers.shares[:, place]


def _threshold(name: str, has: Any, shares: Any) -> Threshold:
    from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

    false_rates, true_rates, _ = roc_curve(has, shares)
    precisions, recalls, _ = precision_recall_curve(has, shares)
    return Threshold(
        name,
        float(has.mean()),
        _thinned(false_rates),
        _thinned(true_rates),
        float(roc_auc_score(has, shares)),
        _thinned(recalls),
        _thinned(precisions),
        float(average_precision_score(has, shares)),
    )


def _thinned(column: Any) -> tuple[float, ...]:
    """Points of a curve, so many of them at most, with the first and the last."""
    import numpy as np

    return tuple(column[np.unique(np.linspace(0, len(column) - 1, _POINTS).round().astype(int))].tolist())


def calibration(answers: Answers) -> Calibration | None:
    """Whether what has a probability is so as often: the second of two classes, any label, or the predicted class."""
    import numpy as np

    if answers.shares is None:
        return None
    if answers.kind == LABELS:
        of, said, so = "a label", answers.shares.ravel(), answers.truth.ravel()
    elif answers.is_binary:
        of, said, so = answers.names[1], answers.shares[:, 1], answers.truth == 1
    else:
        said = answers.shares[np.arange(len(answers)), answers.predicted]
        of, so = "the predicted class", answers.truth == answers.predicted
    count = min(_BINS, len(said) // _LEAST_IN_BIN)
    if count < 2:
        return None
    groups = np.array_split(np.argsort(said, kind="stable"), count)
    means = [(float(said[group].mean()), float(so[group].mean()), len(group)) for group in groups]
    error = sum(abs(one - other) * size for one, other, size in means) / len(said)
    return Calibration(of, tuple(m[0] for m in means), tuple(m[1] for m in means), len(said), error)


def residuals(answers: Answers) -> Residuals | None:
    """The errors of numbers; None of what are none."""
    import numpy as np

    if answers.kind != NUMBERS:
        return None
    errors = answers.predicted - answers.truth
    means = zip(answers.names, np.abs(errors).mean(axis=0).tolist(), errors.mean(axis=0).tolist(), strict=True)
    places = np.unique(np.linspace(0, errors.size - 1, 400).round().astype(int))
    truth, predicted = (values.ravel()[places] for values in (answers.truth, answers.predicted))
    return Residuals(tuple(truth.tolist()), tuple(predicted.tolist()), errors.ravel(), tuple(means))
