"""A run: from a compiled spec to a trained model and a directory that holds all of it."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from specrun.compiler.compilation import Compilation
from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.compiler.plan import Plan
from specrun.runtime.baseline import baseline, last_value
from specrun.runtime.checkpoint import FILE as CHECKPOINT
from specrun.runtime.checkpointing import Checkpoints
from specrun.runtime.directory import next_directory, written_at_once
from specrun.runtime.engines import Diverged
from specrun.runtime.folding import Folded, check_folds, cross_validated
from specrun.runtime.identity import Identity, identity_of, write_record
from specrun.runtime.prediction import Predictor
from specrun.runtime.quiet import import_tensorflow
from specrun.runtime.records import write_records, write_spec, write_stop, write_stopped_fold
from specrun.runtime.results import FOLDS, judged
from specrun.runtime.resuming import SAVED, Begun
from specrun.runtime.serving import raw_tensors
from specrun.runtime.stopping import Stop
from specrun.runtime.tracking import check_trackers, tracked
from specrun.runtime.training import Trained, train


@dataclass(frozen=True, slots=True)
class Run:
    """A trained spec.

    `model` is a Keras model that takes raw rows, a dictionary of columns; `history` has a list of values for each
    measure; `metrics` the measures of each part of the rows, with the `baseline` beside those of the test rows, and the
    `last_value` of a series; `rows` the number of rows of each part, of a series that of the windows. `predictor` is
    the model compiled for batches of any size. `stopped` is the epoch and the step, from 1, after which a wish ended
    the training. Of folds, `metrics` has the `mean`, the `std` and the `values` of each measure; or `stopped_fold` is
    the one, from 1, in which cross-validation was stopped.
    """

    plan: Plan
    directory: Path
    model: Any
    history: dict[str, list[float]]
    metrics: dict[str, dict[str, Any]]
    rows: dict[str, int]
    predictor: Predictor = field(repr=False)
    stopped: tuple[int, int] | None = None
    stopped_fold: int | None = None

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

    def __repr__(self) -> str:
        scores = (f"{name}={value:.4g}" for name, value in judged(self.metrics).items())
        return f"Run({', '.join((repr(self.plan.name), f'directory={str(self.directory)!r}', *scores))})"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from specrun.runtime.html import as_html

        return as_html(self)


def run(
    compilation: Compilation,
    out: Path | None = None,
    watch: Callable[..., Any] | None = None,
    stop: Stop | None = None,
    begun: Begun | None = None,
    tell: Callable[[str], None] = lambda text: print(text, file=sys.stderr),
) -> Run:
    """Train a compiled spec and leave its run directory, `out` or the next free one under `runs`.

    `watch`, called once Keras is there, gives a callback that looks on; of a fold, it is called with the title of that.
    `stop` may end the training early, with what was trained kept. A run that was `begun` goes on. `tell` is told what
    there is to say beside that. Raises SpecError where the directory is taken, or where training fails.
    """
    directory = begun.directory if begun is not None else out or next_directory(compilation.plan.name)
    began = begun.began if begun is not None else None
    check_trackers(compilation)
    check_folds(compilation.plan, compilation.folder)
    with written_at_once(directory, resumed=begun is not None) as folder, ThreadPoolExecutor(1) as thread:
        if begun is None:
            write_spec(compilation, folder, directory)
        began = began or datetime.now(UTC).isoformat(timespec="seconds")
        identity = thread.submit(_identified, compilation, folder, began)  # the digest of large data takes a moment
        last = None if begun is None else begun.checkpoint
        checkpoints = Checkpoints(folder / CHECKPOINT, compilation.plan.training.checkpoint, last, stop, tell)
        with _resumable(directory, checkpoints, tell), tracked(compilation, directory) as tracking:
            import_tensorflow()
            telling = tracking.callback if compilation.plan.training.track else None
            makers = (watch, None if stop is None else stop.callback, telling)
            watchers = tuple(make() for make in makers if make is not None)
            trained = _train(compilation, folder / SAVED, watchers, checkpoints)
            folded = _cross_validated(compilation, folder, watch, stop)
            metrics: dict[str, dict[str, Any]] = {part: dict(found) for part, found in trained.metrics.items()}
            if "test" in metrics:
                metrics["test"] |= _baselines(trained)
            if folded.metrics is not None:
                metrics[FOLDS] = folded.metrics
            write_records(compilation, trained, metrics, folder, directory)
            tracking.judged(len(trained.history["loss"]), metrics, folder)
            stopped = None if stop is None else stop.place
            if stopped is not None:
                write_stop(compilation.plan, stopped, folder)
            if folded.stopped is not None:
                write_stopped_fold(compilation.plan, folded.stopped, folder)
            series = compilation.plan.series
            rows = {part: series.windows(len(f)) if series else len(f) for part, f in trained.frames.items()}
            write_record(folder, identity.result(), rows, began, checkpoints.seconds)
    if stopped is None and folded.stopped is None:
        (directory / CHECKPOINT).unlink(missing_ok=True)
    model = trained.network.served()
    made = Predictor(model)
    return Run(compilation.plan, directory, model, trained.history, metrics, rows, made, stopped, folded.stopped)


def _cross_validated(
    compilation: Compilation, folder: Path, watch: Callable[..., Any] | None, stop: Stop | None
) -> Folded:
    """The measures of the folds of a plan; a model of a fold is gone when the next is made."""
    if compilation.plan.data.folds is None or (stop is not None and stop.place is not None):
        return Folded()
    if stop is not None and stop.is_wished:  # when no step was left to stop after
        return Folded(stopped=1)

    def judge(plan: Plan, title: str) -> dict[str, float]:
        watchers = () if watch is None else (watch(title),)
        with TemporaryDirectory(prefix=".fold-", dir=folder) as scratch:
            fold = replace(compilation, plan=plan)
            return _train(fold, Path(scratch), watchers, None).metrics["test"]

    return cross_validated(compilation.plan, judge)


def _identified(compilation: Compilation, folder: Path, began: str) -> Identity | None:
    """Which run this is, written down for those who go on with it."""
    identity = identity_of(compilation)
    write_record(folder, identity, {}, began, 0.0)
    return identity


@contextmanager
def _resumable(directory: Path, checkpoints: Checkpoints, tell: Callable[[str], None]) -> Iterator[None]:
    """Where a training is broken off, say how it goes on, if it can."""
    try:
        yield
    except BaseException:
        if checkpoints.path.exists():
            tell(f"what was trained is kept: `specrun run --resume {directory}` goes on")
        raise


def _baselines(trained: Trained) -> dict[str, dict[str, float]]:
    """What the test rows score without a network."""
    plan, labels = trained.plan, trained.labels
    found = {"baseline": baseline(plan, labels["train"], labels["test"])}
    return (
        found
        if plan.series is None
        else {**found, "last_value": last_value(plan, trained.before["test"], labels["test"])}
    )


def _train(
    compilation: Compilation, saved: Path, watchers: tuple[Any, ...], checkpoints: Checkpoints | None
) -> Trained:
    """Train; whatever the libraries refuse that the compiler let pass is a diagnostic all the same."""
    try:
        return train(compilation.plan, compilation.folder, saved, watchers, checkpoints)
    except SpecError:
        raise
    except Diverged as problem:
        if checkpoints is not None:
            checkpoints.path.unlink(missing_ok=True)  # the same would come of it
        raise SpecError([_diverged(compilation, problem)]) from None
    except Exception as problem:
        if os.environ.get("SPECRUN_TRACEBACK"):
            raise
        reason = str(problem).strip().partition("\n")[0] or type(problem).__name__
        hint = "the compiler should have said this: please report it, with `SPECRUN_TRACEBACK=1` for the details"
        code, message = "R201", f"the training broke off: {reason}"
        if isinstance(problem, OSError) and problem.errno == errno.ENOSPC:
            code, message = "R203", f"the disk of `{saved.parent.parent}` is full"
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
