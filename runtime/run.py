"""A run: from a compiled spec to a trained model and a directory that holds all of it."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from specrun.compiler.compilation import Compilation
from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.compiler.plan import Plan
from specrun.runtime.baseline import baseline, last_value
from specrun.runtime.directory import next_directory, written_at_once
from specrun.runtime.engines import Diverged
from specrun.runtime.identity import identity_of, write_record
from specrun.runtime.prediction import Predictor
from specrun.runtime.quiet import import_tensorflow
from specrun.runtime.records import write_records, write_stop
from specrun.runtime.report.of_run import write_report
from specrun.runtime.serving import raw_tensors
from specrun.runtime.stopping import Stop
from specrun.runtime.training import Trained, train


@dataclass(frozen=True, slots=True)
class Run:
    """A trained spec.

    `model` is a Keras model that takes raw rows, a dictionary of columns; `history` has a list of values for each
    measure; `metrics` the measures of each part of the rows, with the `baseline` beside those of the test rows, and the
    `last_value` of a series; `rows` the number of rows of each part, of a series that of the windows. `predictor` is
    the model compiled for batches of any size. `stopped` is the epoch and the step, from 1, after which a wish ended
    the training; `diagnostics` are warnings of what went wrong after it.
    """

    plan: Plan
    directory: Path
    model: Any
    history: dict[str, list[float]]
    metrics: dict[str, dict[str, Any]]
    rows: dict[str, int]
    predictor: Predictor = field(repr=False)
    stopped: tuple[int, int] | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    def predict(self, frame: Any) -> Any:
        """What the model gives for a data frame; for several targets a dictionary of that, by the names of the outputs.

        One class among several is the probability of each, `(rows, classes)`; one of two is that of the second,
        `(rows, 1)`; labels have one probability each, `(rows, labels)`; numbers are themselves, `(rows, numbers)`. Of a
        class in an order, the column `k` of `(rows, classes - 1)` is the probability of a class above the one of the
        index `k`: the probability of a class is the difference of two neighbours, and the sum of a row the index of the
        class that is to be expected.

        The frame has the columns of the features, by their names in the data; a missing text may be null, and a
        datetime one of pandas or Python, or a text as the data have it. Of a series, its rows are in the order of time,
        and there is a prediction for each window of them, `(windows, …)`: the last is of what follows the last row.
        """
        return self.predictor(raw_tensors(self.plan, frame))


def run(
    compilation: Compilation,
    out: Path | None = None,
    watch: Callable[[], Any] | None = None,
    stop: Stop | None = None,
    *,
    report: bool = True,
) -> Run:
    """Train a compiled spec and leave its run directory, `out` or the next free one under `runs`.

    `watch`, called once Keras is there, gives a callback that looks on; `stop` may end the training early, with what
    was trained kept. Without `report`, none is written. Raises SpecError where the directory is taken, or where
    training fails.
    """
    directory = out if out is not None else next_directory(compilation.plan.name)
    began, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.perf_counter()
    with written_at_once(directory) as folder, ThreadPoolExecutor(1) as thread:
        identity = thread.submit(identity_of, compilation)  # of large data, their digest takes a moment
        import_tensorflow()
        makers = (watch, None if stop is None else stop.callback)
        watchers = tuple(make() for make in makers if make is not None)
        trained = _train(compilation, folder / "checkpoint", watchers)
        metrics: dict[str, dict[str, Any]] = {part: dict(found) for part, found in trained.metrics.items()}
        if "test" in metrics:
            metrics["test"] |= _baselines(trained)
        write_records(compilation, trained, metrics, folder, directory)
        if stop is not None and stop.place is not None:
            write_stop(compilation.plan, stop.place, folder)
        series = compilation.plan.series
        rows = {part: series.windows(len(f)) if series else len(f) for part, f in trained.frames.items()}
        write_record(folder, identity.result(), rows, began, time.perf_counter() - clock)
        model = trained.network.served()
        predictor = Predictor(model)
        remarks = write_report(compilation, trained, metrics, rows, predictor, folder, directory) if report else ()
    stopped = None if stop is None else stop.place
    return Run(compilation.plan, directory, model, trained.history, metrics, rows, predictor, stopped, remarks)


def _baselines(trained: Trained) -> dict[str, dict[str, float]]:
    """What the test rows score without a network."""
    plan, labels = trained.plan, trained.labels
    found = {"baseline": baseline(plan, labels["train"], labels["test"])}
    return (
        found
        if plan.series is None
        else {**found, "last_value": last_value(plan, trained.before["test"], labels["test"])}
    )


def _train(compilation: Compilation, checkpoints: Path, watchers: tuple[Any, ...]) -> Trained:
    """Train; whatever the libraries refuse that the compiler let pass is a diagnostic all the same."""
    try:
        return train(compilation.plan, compilation.folder, checkpoints, watchers)
    except SpecError:
        raise
    except Diverged as problem:
        raise SpecError([_diverged(compilation, problem)]) from None
    except Exception as problem:
        if os.environ.get("SPECRUN_TRACEBACK"):
            raise
        reason = str(problem).strip().partition("\n")[0] or type(problem).__name__
        hint = "the compiler should have said this: please report it, with `SPECRUN_TRACEBACK=1` for the details"
        code, message = "R201", f"the training broke off: {reason}"
        if isinstance(problem, OSError) and problem.errno == errno.ENOSPC:
            code, message = "R203", f"the disk of `{checkpoints.parent.parent}` is full"
            hint = "make room there, or name a directory on another disk with `--out`"
        elif compilation.plan.training.engine.jit_compile:
            code, message = "R202", f"XLA could not compile or run the training: {reason}"
            hint = "write `engine: graph`, which trains every network, to the same values as the script"
        raise SpecError([Diagnostic(code, message, compilation.spec.span("training"), hint)]) from problem


def _diverged(compilation: Compilation, problem: Diverged) -> Diagnostic:
    """What there is to say of a loss that is no number any more, and what to try."""
    place = f"epoch {problem.epoch}" if problem.step is None else f"step {problem.step} of epoch {problem.epoch}"
    where = f": {problem.where}" if problem.where else ""
    message = f"the loss is no number any more, from {place} on{where}"
    hint = "lower the `learning_rate`, give the optimizer a `clipnorm: 1`, or scale the numbers by `normalize: zscore`"
    return Diagnostic("R204", message, compilation.spec.span("training"), hint)
