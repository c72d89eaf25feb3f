"""Answers for tests, made without a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import Literal
from specrun.compiler.plan import Head, Task
from specrun.runtime.report.judged import CLASSES, LABELS, NUMBERS, Answers


def head_of(task: Task, classes: Sequence[str] = (), name: str = "y") -> Head:
    """A head of a task, of which a report takes no more than its name, columns and classes."""
    nothing = Literal(0)
    return Head(name, (name,), task, tuple(classes), None, name, nothing, nothing, (), Span("spec.yaml", 1, 1, 2))


def of_classes(truth: Any, shares: Any, classes: Sequence[str], task: Task = Task.CLASSES) -> Answers:
    """One class among several, the likeliest predicted."""
    shares = np.asarray(shares, "float64")
    return Answers(head_of(task, classes), CLASSES, tuple(classes), np.asarray(truth), shares.argmax(axis=1), shares)


def of_labels(truth: Any, shares: Any, labels: Sequence[str]) -> Answers:
    """Several labels, those predicted that are more likely than not."""
    shares = np.asarray(shares, "float64")
    has = np.asarray(truth, bool)
    return Answers(head_of(Task.LABELS, labels), LABELS, tuple(labels), has, shares > 0.5, shares)


def of_numbers(truth: Any, predicted: Any) -> Answers:
    """Numbers, `(rows,)` or `(rows, numbers)`."""
    true, said = (np.asarray(each, "float64").reshape(len(each), -1) for each in (truth, predicted))
    names = tuple(f"n{i}" for i in range(true.shape[1]))
    return Answers(head_of(Task.NUMBER), NUMBERS, names, true, said)
