"""A run: from a compiled spec to a trained model and a directory that holds all of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from specrun.compiler.compilation import Compilation
from specrun.compiler.diagnostics import Diagnostic
from specrun.compiler.plan import Plan
from specrun.runtime.baseline import baseline, last_value
from specrun.runtime.checkpoint import FILE as CHECKPOINT
from specrun.runtime.checkpointing import Checkpoints
from specrun.runtime.directory import finished, written_at_once, written_next
from specrun.runtime.failing import check_memory, telling_memory, train_or_tell
from specrun.runtime.folding import Folded, check_folds, cross_validated
from specrun.runtime.identity import Identity, identity_of, write_record
from specrun.runtime.manifest import write_manifest
from specrun.runtime.prediction import Predictor
from specrun.runtime.quiet import import_tensorflow
from specrun.runtime.records import write_records, write_spec, write_stops
from specrun.runtime.report.of_run import write_report
from specrun.runtime.results import FOLDS, judged
from specrun.runtime.resuming import SAVED, Begun
from specrun.runtime.serving import raw_tensors
from specrun.runtime.stopping import Stop
from specrun.runtime.tracking import check_trackers, tracked
from specrun.runtime.training import Trained


@dataclass(frozen=True, slots=True)
class Run:
    """A trained spec.

    `model` is a Keras model that takes raw rows, a dictionary of columns; `history` has a list of values for each
    measure; `metrics` the measures of each part of the rows, with the `baseline` beside those of the test rows, and the
    `last_value` of a series; `rows` the number of rows of each part, of a series that of the windows. `predictor` is
    the model compiled for batches of any size. `stopped` is the epoch and the step, from 1, after which a wish ended
    the training. Of folds, `metrics` has the `mean`, the `std` and the `values` of each measure; or `stopped_fold` is
    the one, from 1, in which cross-validation was stopped. `diagnostics` are warnings of what went wrong after it.
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
    *,
    report: bool = True,
) -> Run:
    """Train a compiled spec and leave its run directory, `out` or the next free one under `runs`.

    `watch`, called once Keras is there, gives a callback that looks on; of a fold, it is called with the title of that.
    `stop` may end the training early, with what was trained kept. A run that was `begun` goes on. `tell` is told what
    there is to say beside that. Without `report`, none is written. Raises SpecError where the directory is taken, or
    where training fails.
    """
    plan = compilation.plan
    check_trackers(compilation)
    check_memory(compilation)
    with telling_memory(compilation):
        check_folds(plan, compilation.folder)
    began = (begun.began if begun is not None else None) or datetime.now(UTC).isoformat(timespec="seconds")
    with _place(compilation, out, begun) as folder, ThreadPoolExecutor(1) as thread:
        directory = finished(folder)
        identity = thread.submit(_identified, compilation, folder, began)  # the digest of large data takes a moment
        last = None if begun is None else begun.checkpoint
        checkpoints = Checkpoints(
            folder / CHECKPOINT, plan.digest, plan.training.checkpoint, last, stop, tell, identity.result
        )
        with (
            _resumable(directory, checkpoints, tell),
            telling_memory(compilation),
            tracked(compilation, directory) as tracking,
        ):
            import_tensorflow()
            telling = tracking.callback if plan.training.track else None
            makers = (watch, None if stop is None else stop.callback, telling)
            watchers = tuple(make() for make in makers if make is not None)
            trained = train_or_tell(compilation, folder / SAVED, watchers, checkpoints)
            stopped = None if stop is None else stop.place
            folded = cross_validated(compilation, folder, watch, stop)
            metrics, rows = _metrics(trained, folded), _rows(trained)
            write_records(compilation, trained, metrics, folder, directory)
            write_stops(plan, stopped, folded.stopped, folder)
            tracking.judged(len(trained.history["loss"]), metrics, folder)
            write_record(folder, identity.result(), rows, began, checkpoints.seconds)
            model = trained.network.served()
            predictor = Predictor(model)
            remarks = write_report(compilation, trained, metrics, rows, predictor, folder, directory) if report else ()
            write_manifest(folder)
    if stopped is None and folded.stopped is None:
        (directory / CHECKPOINT).unlink(missing_ok=True)
    return Run(
        plan, directory, model, trained.history, metrics, rows, predictor, stopped, folded.stopped, tuple(remarks)
    )


def _place(compilation: Compilation, out: Path | None, begun: Begun | None) -> AbstractContextManager[Path]:
    """The folder that a run fills: of a run that was begun, of the directory that is named, or of the next one."""
    begin, directory = partial(write_spec, compilation), out if begun is None else begun.directory
    if directory is None:
        return written_next(compilation.plan.name, begin)
    return written_at_once(directory, begin, resumed=begun is not None)


def _metrics(trained: Trained, folded: Folded) -> dict[str, dict[str, Any]]:
    """The measures of each part of the rows, what scores without a network, and what the folds say."""
    metrics: dict[str, dict[str, Any]] = {part: dict(found) for part, found in trained.metrics.items()}
    if "test" in metrics:
        metrics["test"] |= _baselines(trained)
    return metrics if folded.metrics is None else {**metrics, FOLDS: folded.metrics}


def _rows(trained: Trained) -> dict[str, int]:
    """How many rows each part has, of a series how many windows."""
    return {part: trained.plan.samples(len(frame)) for part, frame in trained.frames.items()}


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
