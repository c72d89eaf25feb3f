"""The report of a run that has just been trained, written into its directory."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from specrun.compiler.compilation import Compilation
from specrun.compiler.diagnostics import Diagnostic, Severity
from specrun.runtime.prediction import Predictor
from specrun.runtime.report.building import gathered
from specrun.runtime.report.page import as_page
from specrun.runtime.report.subject import Seen, Subject
from specrun.runtime.streaming import Sample
from specrun.runtime.training import Trained

FILE = "report.html"


def write_report(
    compilation: Compilation,
    trained: Trained,
    metrics: Mapping[str, Mapping[str, Any]],
    rows: Mapping[str, int],
    predictor: Predictor,
    folder: Path,
    directory: Path,
) -> tuple[Diagnostic, ...]:
    """Write the report of a run beside the records in `folder`, which will be moved to `directory`.

    A report that cannot be written costs no run: a warning says so.
    """
    try:
        subject = Subject(
            plan=compilation.plan,
            spec=compilation.spec,
            folder=folder,
            directory=directory,
            network=trained.network,
            predictor=predictor,
            seen=dict(_seen(trained)),
            labels=trained.labels,
            rows=rows,
            measured=metrics,
            history=trained.history,
            before=trained.before,
            warnings=compilation.diagnostics,
        )
        (folder / FILE).write_text(as_page(gathered(subject)), encoding="utf-8", newline="\n")
    except Exception as problem:
        if os.environ.get("SPECRUN_TRACEBACK"):
            raise
        reason = str(problem).strip().partition("\n")[0] or type(problem).__name__
        message = f"the report of the run could not be written: {reason}"
        hint = "the run is complete without it; please report this, with `SPECRUN_TRACEBACK=1` for the details"
        with suppress(OSError):
            (folder / FILE).unlink(missing_ok=True)
        return (Diagnostic("R205", message, compilation.spec.span("training"), hint, Severity.WARNING),)
    return ()


def _seen(trained: Trained) -> Iterator[tuple[str, Seen]]:
    """The rows of each part; of streamed ones, a sample."""
    for part, labels in trained.labels.items():
        sample = trained.sampled.get(part)
        yield part, Seen(trained.frames[part], labels) if sample is None else _sampled(sample, labels)


def _sampled(sample: Sample, labels: Any) -> Seen:
    import tensorflow as tf

    return Seen(sample.frame(), tf.nest.map_structure(lambda all_: all_[:: sample.step], labels))
