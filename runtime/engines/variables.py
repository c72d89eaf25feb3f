"""What a step of a training changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


def variables_of(model: Any, *, with_metrics: bool) -> list[Any]:
    """The variables of a model and of its optimizer, the states of its random numbers among them, each once.

    `with_metrics` adds those of the metrics, which begin anew with each epoch.
    """
    variables = [*model.variables, *model.optimizer.variables]
    of_metrics = [variable for metric in model.metrics for variable in metric.variables]
    known = {id(variable) for variable in of_metrics}
    return list(_once((*variables, *of_metrics) if with_metrics else (v for v in variables if id(v) not in known)))


def _once(variables: Iterable[Any]) -> Iterator[Any]:
    seen: set[int] = set()
    for variable in variables:
        if id(variable) not in seen:
            seen.add(id(variable))
            yield variable
