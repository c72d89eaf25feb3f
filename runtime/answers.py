"""What the outputs of a head say, and its labels: classes by their places, probabilities, or numbers."""

from __future__ import annotations

from typing import Any

from specrun.compiler.plan import Head, Task

HALF = 0.5
"""What is more likely than this is predicted."""


def shares_of(head: Head, output: Any) -> Any:
    """The probability of each class, `(rows, classes)`, of a head that predicts one."""
    import numpy as np

    if head.task is Task.BINARY:
        return np.concatenate([1 - output, output], axis=1)
    if head.task is Task.ORDINAL:
        # The probability of a class above each but the last; these need not fall from class to class.
        above = np.concatenate([np.ones_like(output[:, :1]), output, np.zeros_like(output[:, :1])], axis=1)
        shares = np.maximum(above[:, :-1] - above[:, 1:], 0)
        return shares / shares.sum(axis=1, keepdims=True)
    return output


def chosen_of(head: Head, output: Any) -> Any:
    """The place of the class that is predicted, `(rows,)`."""
    if head.task is Task.CLASSES:
        return output.argmax(axis=1)
    return (output > HALF).sum(axis=1)


def places_of(head: Head, labels: Any) -> Any:
    """The place of the class in the labels of each row, `(rows,)`, as the loss takes them."""
    if head.task is Task.ORDINAL:
        return labels.sum(axis=1).astype(int)
    return (labels.argmax(axis=1) if labels.shape[1:] > (1,) else labels.ravel()).astype(int)
