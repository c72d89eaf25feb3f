"""The raw values of a model, from a data frame as a person has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specrun.compiler.features.kind import VALUES
from specrun.compiler.plan import FeatureGroup, Plan
from specrun.runtime.evaluate import Evaluator


def raw_tensors(plan: Plan, frame: Any) -> Mapping[str, Any]:
    """The tensors that the inputs of a plan's model take, of a frame with the columns of its data.

    A missing text may be null; a datetime may be pandas' or Python's own, or a text as the data have it.
    """
    import pandas as pd

    evaluator = Evaluator(Path())
    taken = [group for group in plan.features if group.input is not None]
    columns = {
        name: _prepared(frame[source], group, evaluator)
        for group in taken
        for source, name in zip(group.sources, group.columns, strict=True)
    }
    for group in plan.features:
        evaluator.variables[group.variable] = list(group.columns)
    evaluator.variables |= {"inputs": columns, "rows": pd.DataFrame(columns)}
    tensors: Mapping[str, Any] = evaluator(plan.raw)
    return tensors


def _prepared(values: Any, group: FeatureGroup, evaluator: Evaluator) -> Any:
    """A column as the plan's own data frames hold it."""
    if group.frame == "string":
        values = values.astype("string").fillna("")
    if group.parse is not None:
        evaluator.variables[VALUES.name] = values
        return evaluator(group.parse)
    return values if group.frame == "string" else values.astype(group.frame)
