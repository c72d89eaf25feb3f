"""What one would score without a network: by the one guess for all rows that the training rows suggest."""

from __future__ import annotations

from typing import Any

from specrun.compiler.expressions import Literal
from specrun.compiler.plan import Head, Plan, Task


def baseline(plan: Plan, train: Any, labels: Any) -> dict[str, float]:
    """The measures of the guess, by Keras's names: of the labels of some rows, with the labels `train` of the training
    rows, both as the loss takes them.

    The guess is the most frequent class, for each of several labels the more frequent answer, and for a number the mean.
    """
    if len(plan.heads) == 1:
        return _measures(plan.heads[0], train, labels)
    return {
        f"{head.name}_{measure}": value
        for head in plan.heads
        for measure, value in _measures(head, train[head.name], labels[head.name]).items()
    }


def _measures(head: Head, train: Any, labels: Any) -> dict[str, float]:
    if head.task in (Task.CLASSES, Task.BINARY):
        return {"accuracy": _share_of_the_most_frequent(train, labels)}
    if head.task in (Task.LABELS, Task.ORDINAL):
        # Guesses of 0 and 1 are off by 1 wherever they are wrong.
        right = float((labels == (train.mean(axis=0) > 0.5)).mean())
        measures = {"binary_accuracy": right, "mean_absolute_error": 1 - right}
    else:
        errors = labels.astype("float64") - train.mean(axis=0, dtype="float64")
        squared = float((errors**2).mean())
        measures = {
            "mean_absolute_error": float(abs(errors).mean()),
            "mean_squared_error": squared,
            "root_mean_squared_error": squared**0.5,
        }
    if isinstance(head.loss, Literal) and head.loss.value in measures:
        measures["loss"] = measures[str(head.loss.value)]
    return measures


def _share_of_the_most_frequent(train: Any, labels: Any) -> float:
    import numpy as np

    train, labels = (np.argmax(known, axis=1) if known.shape[1:] > (1,) else known.ravel() for known in (train, labels))
    values, counts = np.unique(train, return_counts=True)
    return float((labels == values[counts.argmax()]).mean())
