"""What the loss compares with, of a data frame: of a class or a set of labels, each different one once."""

from __future__ import annotations

from typing import Any

from specrun.compiler.plan import Plan
from specrun.runtime.encoding import are_few, dictionary, is_of_objects
from specrun.runtime.evaluate import Evaluator


def labels_of(plan: Plan, evaluator: Evaluator, rows: Any) -> Any:
    """The labels of the rows, or of the windows of a series; a dictionary by the outputs where there are several."""
    import pandas as pd

    column = _column_of_classes(plan, rows)
    if column is not None:
        numbers, different = dictionary(rows[column])
        if are_few(different, rows):
            return _labels(plan, evaluator, pd.DataFrame({column: different}))[numbers]
    return _labels(plan, evaluator, rows)


def _labels(plan: Plan, evaluator: Evaluator, rows: Any) -> Any:
    evaluator.variables["rows"] = rows
    return evaluator(plan.objective.labels)


def _column_of_classes(plan: Plan, rows: Any) -> str | None:
    """The column that the labels are made of, row by row, if that is one alone and holds no lists."""
    head, *others = plan.heads
    if others or len(head.columns) > 1 or head.variable is None or plan.series is not None:
        return None
    (column,) = head.columns
    return None if is_of_objects(rows[column]) else column
