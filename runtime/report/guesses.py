"""What one would answer without the network: by one guess for all, by the value before, or by other models."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from specrun.compiler.plan import Plan, Task
from specrun.runtime.baseline import usual
from specrun.runtime.report.judged import NUMBERS, Answers, Judged, of_head, truth_of
from specrun.runtime.report.models import Guess, learnt

_USUAL = {
    Task.CLASSES: ("majority class", "always the most frequent class of the training rows"),
    Task.BINARY: ("majority class", "always the most frequent class of the training rows"),
    Task.LABELS: ("majority labels", "always the labels that most training rows have"),
    Task.ORDINAL: ("median class", "always the median class of the training rows"),
    Task.NUMBER: ("mean", "always the mean of the training rows"),
    Task.NUMBERS: ("mean", "always the mean of the training rows"),
}


def guesses(plan: Plan, frame: Any, labels: Any, all_labels: Any, before: Any, rows: Judged) -> list[tuple[Guess, ...]]:
    """For each head, what others answer on the rows that the network is judged on.

    `frame` and `labels` are those of the training rows that can be looked at, and `all_labels` those of all of them.
    `before` are, of a series, the labels of the rows that are judged, one row earlier.
    """
    usuals = [_usual(plan, all_labels, known) for known in rows.answers]
    others: list[tuple[Guess, ...]]
    if plan.series is not None:
        others = [(_last_value(plan, before, known, rows.places),) for known in rows.answers]
    else:
        others = learnt(plan, frame, labels, rows)
    return [(one, *more) for one, more in zip(usuals, others, strict=True)]


def _usual(plan: Plan, labels: Any, known: Answers) -> Guess:
    import numpy as np

    name, doc = _USUAL[known.head.task]
    guess = truth_of(known.head, usual(known.head, of_head(plan, known.head, labels)))
    return Guess(name, doc, replace(known, predicted=np.repeat(guess, len(known), axis=0), shares=None))


def _last_value(plan: Plan, before: Any, known: Answers, places: Any) -> Guess:
    import numpy as np

    truth = truth_of(known.head, of_head(plan, known.head, before)[places])
    ahead = plan.series is not None and plan.series.horizon > 1
    last = truth[:, :1] if ahead and known.kind == NUMBERS else truth
    predicted = np.broadcast_to(last, known.predicted.shape)
    doc = "what the last row of the window has, for all that follow"
    return Guess("last value", doc, replace(known, predicted=predicted, shares=None))
