"""What one would score without a network: always the most frequent class, or always the mean."""

from __future__ import annotations

from typing import Any

from specrun.compiler.expressions import Literal
from specrun.compiler.plan import Plan, Task


def baseline(plan: Plan, train: Any, rows: Any) -> dict[str, float]:
    """The measures, by Keras's names, of the constant guess that the training rows suggest, on a data frame of rows."""
    (head,) = plan.heads
    target = head.target
    if head.task is not Task.NUMBER:
        guess = train[target].mode()[0]
        return {"accuracy": float((rows[target] == guess).mean())}
    errors = rows[target].astype("float64") - float(train[target].mean())
    squared = float((errors**2).mean())
    measures = {
        "mean_absolute_error": float(errors.abs().mean()),
        "mean_squared_error": squared,
        "root_mean_squared_error": squared**0.5,
    }
    loss = head.loss
    if isinstance(loss, Literal) and loss.value in measures:
        measures["loss"] = measures[str(loss.value)]
    return measures
