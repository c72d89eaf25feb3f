"""Using a run on a data file: to a file of predictions, or to its measures."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specrun.compiler.data import find_format
from specrun.compiler.diagnostics import Diagnostic, Span, SpecError
from specrun.compiler.plan_json import FILE as PLAN
from specrun.output import refused, unwritten, write_file
from specrun.runtime.disk import mode_of
from specrun.runtime.drift import Drift
from specrun.runtime.evaluating import judge
from specrun.runtime.formulas import Formulas
from specrun.runtime.given import Rows
from specrun.runtime.loading import read_learnt, read_plan, run_of
from specrun.runtime.manifest import Kept
from specrun.runtime.records import SPEC
from specrun.runtime.report.of_data import report_on_data
from specrun.runtime.using import predictions, written


@dataclass(frozen=True, slots=True)
class Predicted:
    """How many predictions were written, how their rows differ from those of training, and how many texts changed.

    `formulas` is of texts that a spreadsheet would take for formulas, and that were made harmless.
    """

    rows: int
    differences: Sequence[str]
    formulas: int


def predict_file(directory: Path, data: Sequence[Path], output: Path, *, keep_formulas: bool = False) -> Predicted:
    """Write what a run predicts for each row of data files.

    The rows are checked before TensorFlow is imported. Raises SpecError where the run or the data are at fault, or
    where the output cannot be written.
    """
    if find_format(output) is None:
        raise refused(output, "does not tell the format", "give it the ending `.csv`, `.jsonl` or `.parquet`")
    try:
        mode_of(output)
    except OSError as problem:
        raise unwritten(output, problem) from None
    kept = Kept(directory)
    kept.check(SPEC)
    plan = read_plan(kept)
    rows = Rows(plan, directory, data)
    paths = [source for group in plan.features if group.kind == "image" for source in group.sources]
    run = run_of(kept, plan)
    drift, formulas = Drift(plan, read_learnt(kept, plan)), Formulas()
    try:
        with _told(kept):
            frames = drift.watched(rows.frames())
            found = (_beside(frame[paths], predictions(run, frame)) for frame in frames)
            rows_written = written(found, output, None if keep_formulas else formulas)
            return Predicted(rows_written, drift.lines(), formulas.count)
    except OSError as problem:
        raise unwritten(output, problem) from None


@contextmanager
def _told(kept: Kept) -> Iterator[None]:
    """Raise SpecError for whatever the libraries say to rows and a plan that were checked before."""
    try:
        yield
    except (OSError, SpecError):
        raise
    except Exception as problem:
        if os.environ.get("SPECRUN_TRACEBACK"):
            raise
        reason = str(problem).strip().partition("\n")[0] or type(problem).__name__
        message = f"`{kept.directory / PLAN}` cannot be used on these rows: {reason}"
        hint = "see by `specrun runs --check` that it is whole; if so, please report it, with `SPECRUN_TRACEBACK=1`"
        raise SpecError([Diagnostic("R114", message, Span(str(kept.directory), 1, 1, 2), hint)]) from None


def _beside(paths: Any, predicted: Any) -> Any:
    """Predictions with the paths of their images, if any: a folder has no order that one sees."""
    import pandas as pd

    return predicted if paths.empty else pd.concat([paths.reset_index(drop=True), predicted], axis=1)


def evaluate_file(directory: Path, data: Path, report: Path | None = None) -> tuple[dict[str, float], int]:
    """The measures of a run on a data file, and how many rows, or windows of a series, it has; `report` is for a page.

    Raises SpecError as `predict_file` does, and where the file has no target.
    """
    kept = Kept(directory)
    kept.check(SPEC)
    plan = read_plan(kept)
    rows = Rows(plan, directory, (data,), with_targets=True)
    with _told(kept):
        judged = judge(plan, kept, data, rows.images())
        page = "" if report is None else report_on_data(plan, kept, data, judged)
    if report is not None:
        write_file(report, page, overwrite=True)
    return judged.measures, judged.rows
