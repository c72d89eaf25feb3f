"""What a run says at its end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from specrun.runtime.run import Run

if TYPE_CHECKING:
    from rich.table import Table


def as_table(run: Run) -> Table:
    """The measures of each part of the rows, beside what one would score without a network."""
    from rich import box
    from rich.table import Table

    parts = list(run.metrics)
    baseline = run.metrics.get("test", {}).get("baseline", {})
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for part in parts:
        table.add_column(part, justify="right", style="bold" if part == "test" else None)
    guess = "most frequent class" if run.is_classification else "mean of training rows"
    table.add_column(f"without a network\n({guess})", justify="right")
    for measure in next(iter(run.metrics.values())):
        if measure == "baseline":
            continue
        known = baseline.get(measure)
        cells = [f"{run.metrics[part][measure]:.4f}" for part in parts]
        table.add_row(measure, *cells, "" if known is None else f"{known:.4f}")
    return table


def to_json(run: Run) -> str:
    """The measures and the directory of a run, as JSON."""
    return json.dumps({"directory": str(run.directory), "metrics": run.metrics}, indent=2)
