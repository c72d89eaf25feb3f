"""What a run says at its end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from specrun.compiler.plan import Task
from specrun.runtime.run import Run

if TYPE_CHECKING:
    from rich.table import Table

_GUESSES = {
    Task.CLASSES: "the most frequent class",
    Task.BINARY: "the most frequent class",
    Task.LABELS: "the labels of the majority",
    Task.ORDINAL: "the median class",
    Task.NUMBER: "the mean",
    Task.NUMBERS: "the mean",
}
"""What the baseline of a task guesses, before "of the training rows"."""


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
    if baseline:
        table.add_column("baseline", justify="right")
    table.add_row("rows", *(f"{run.rows[part]:,}" for part in parts))
    for measure in next(iter(run.metrics.values())):
        if measure == "baseline":
            continue
        cells = [_rounded(run.metrics[part][measure]) for part in parts]
        if baseline:
            cells.append(_rounded(baseline[measure]) if measure in baseline else "")
        table.add_row(measure, *cells)
    return table


def _rounded(value: float) -> str:
    """A measure as a person compares it."""
    return f"{value:.4f}" if abs(value) < 100 else f"{value:,.1f}"


def baseline_line(run: Run) -> str:
    """What the baseline is, as a line; empty where there are no test rows to judge it on."""
    if "baseline" not in run.metrics.get("test", {}):
        return ""
    guesses = dict.fromkeys(_GUESSES[head.task] for head in run.plan.heads)
    return f"baseline: always {' or '.join(guesses)} of the training rows, judged on the test rows\n"


def to_json(run: Run) -> str:
    """The measures and the directory of a run, as JSON."""
    return json.dumps({"directory": str(run.directory), "rows": run.rows, "metrics": run.metrics}, indent=2)
