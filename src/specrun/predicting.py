"""Using a run on a data file: to a file of predictions, or to its measures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from specrun.compiler.data import find_format
from specrun.output import refused, unwritten, write_file
from specrun.runtime.disk import mode_of
from specrun.runtime.drift import Drift
from specrun.runtime.evaluating import judge
from specrun.runtime.given import Rows
from specrun.runtime.loading import load_run, read_learnt, read_plan
from specrun.runtime.report.of_data import report_on_data
from specrun.runtime.using import predictions, written


def predict_file(directory: Path, data: Sequence[Path], output: Path) -> tuple[int, list[str]]:
    """Write what a run predicts for each row of data files; how many predictions there are, and how the rows differ.

    The rows are checked before TensorFlow is imported. Raises SpecError where the run or the data are at fault, or
    where the output cannot be written.
    """
    if find_format(output) is None:
        raise refused(output, "does not tell the format", "give it the ending `.csv`, `.jsonl` or `.parquet`")
    try:
        mode_of(output)
    except OSError as problem:
        raise unwritten(output, problem) from None
    plan = read_plan(directory)
    rows = Rows(plan, directory, data)
    paths = [source for group in plan.features if group.kind == "image" for source in group.sources]
    run = load_run(directory)
    drift = Drift(run.plan, read_learnt(directory))
    try:
        frames = drift.watched(rows.frames())
        found = (_beside(frame[paths], predictions(run, frame)) for frame in frames)
        return written(found, output), drift.lines()
    except OSError as problem:
        raise unwritten(output, problem) from None


def _beside(paths: Any, predicted: Any) -> Any:
    """Predictions with the paths of their images, if any: a folder has no order that one sees."""
    import pandas as pd

    return predicted if paths.empty else pd.concat([paths.reset_index(drop=True), predicted], axis=1)


def evaluate_file(directory: Path, data: Path, report: Path | None = None) -> tuple[dict[str, float], int]:
    """The measures of a run on a data file, and how many rows, or windows of a series, it has; `report` is for a page.

    Raises SpecError as `predict_file` does, and where the file has no target.
    """
    plan = read_plan(directory)
    Rows(plan, directory, (data,), with_targets=True)
    judged = judge(plan, directory, data)
    if report is not None:
        write_file(report, report_on_data(plan, directory, data, judged), overwrite=True)
    return judged.measures, judged.rows
