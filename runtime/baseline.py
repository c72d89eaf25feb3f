"""What one would score without a network: by the one guess that the training rows suggest, or by the value before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specrun.compiler.expressions import Literal
from specrun.compiler.plan import Head, Plan, Task
from specrun.runtime.answers import places_of


def baseline(plan: Plan, train: Any, labels: Any) -> dict[str, float]:
    """The measures, by Keras's names, of one guess for all: the labels `train` of the training rows suggest it.

    It is the most frequent class, of each of several labels the more frequent answer, of a number the mean. `labels`
    are those of the rows that are judged; both are as the loss takes them.
    """
    return {
        prefix + measure: value
        for head, prefix, learnt, known in _by_head(plan, train, labels)
        for measure, value in _measures(head, usual(head, learnt), known).items()
    }


def last_value(plan: Plan, before: Any, labels: Any) -> dict[str, float]:
    """The measures of the guess that all stays as it was in the last row of the window.

    `before` are the labels of the windows that begin one row earlier, the first row of which is that row.
    """
    return {
        prefix + measure: value
        for head, prefix, earlier, known in _by_head(plan, before, labels)
        for measure, value in _measures(head, earlier[:, :1] if _is_ahead(plan) else earlier, known).items()
    }


def _is_ahead(plan: Plan) -> bool:
    """Whether several rows are predicted at once, side by side."""
    return plan.series is not None and plan.series.horizon > 1


def _by_head(plan: Plan, one: Any, other: Any) -> Iterator[tuple[Head, str, Any, Any]]:
    """For each head, what Keras puts before the names of its measures, and two kinds of its labels."""
    several = len(plan.heads) > 1
    for head in plan.heads:
        yield (head, f"{head.name}_", one[head.name], other[head.name]) if several else (head, "", one, other)


def usual(head: Head, labels: Any) -> Any:
    """The guess that labels suggest, as the label of one row."""
    import numpy as np

    if head.task in (Task.CLASSES, Task.BINARY):
        _, first, counts = np.unique(places_of(head, labels), return_index=True, return_counts=True)
        index = first[counts.argmax()]
        return labels[index : index + 1]
    if head.task in (Task.LABELS, Task.ORDINAL):
        return labels.mean(axis=0, keepdims=True) > 0.5
    return labels.mean(axis=0, dtype="float64", keepdims=True)


def _measures(head: Head, guess: Any, labels: Any) -> dict[str, float]:
    if head.task in (Task.CLASSES, Task.BINARY):
        return {"accuracy": float((places_of(head, labels) == places_of(head, guess)).mean())}
    if head.task in (Task.LABELS, Task.ORDINAL):
        measures = {"binary_accuracy": float((labels == guess).mean())}
    else:
        errors = labels.astype("float64") - guess
        squared = float((errors**2).mean())
        measures = {
            "mean_absolute_error": float(abs(errors).mean()),
            "mean_squared_error": squared,
            "root_mean_squared_error": squared**0.5,
        }
    if isinstance(head.loss, Literal) and head.loss.value in measures:
        measures["loss"] = measures[str(head.loss.value)]
    return measures
