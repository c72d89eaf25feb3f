"""The raw values of a model, from a data frame as a person has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specrun.compiler.features.kind import VALUES
from specrun.compiler.plan import FeatureGroup, Plan
from specrun.compiler.series import Series
from specrun.runtime.evaluate import Evaluator


def raw_tensors(plan: Plan, frame: Any) -> Mapping[str, Any]:
    """The tensors that the inputs of a plan's model take, of a frame with the columns of its data.

    A missing text may be null; a datetime may be pandas' or Python's own, or a text as the data have it.
    """
    import pandas as pd

    images = [source for group in plan.features if group.kind == "image" for source in group.sources]
    evaluator = Evaluator(Path(), readable=(str(path) for source in images for path in frame[source]))
    taken = [group for group in plan.features if group.input is not None]
    columns = {
        name: _prepared(frame[source], group, evaluator)
        for group in taken
        for source, name in zip(group.sources, group.columns, strict=True)
    }
    rows = pd.DataFrame(columns)
    if plan.series is not None:
        rows = _with_unknown_rows(rows, plan.series)
    evaluator.variables |= plan.constants | {"inputs": columns, "rows": rows}
    tensors: Mapping[str, Any] = evaluator(plan.raw)
    return tensors


def _with_unknown_rows(rows: Any, series: Series) -> Any:
    """The rows with as many behind them as are to be predicted, so that the last window is taken too.

    What they hold does not matter: no input looks at them. Raises ValueError where there are too few rows for a window.
    """
    if len(rows) < series.window:
        raise ValueError(f"a prediction takes a window of {series.window:,} rows, and there are {len(rows):,}")
    return rows.iloc[[*range(len(rows)), *[-1] * series.horizon]]


def _prepared(values: Any, group: FeatureGroup, evaluator: Evaluator) -> Any:
    """A column as the plan's own data frames hold it."""
    if group.frame == "string":
        values = values.astype("string").fillna("")
    if group.parse is not None:
        evaluator.variables[VALUES.name] = values
        return evaluator(group.parse)
    return values if group.frame == "string" else values.astype(group.frame)
