"""A run: from a compiled spec to a trained model and a directory that holds all of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specrun.compiler.compilation import Compilation
from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.compiler.plan import Plan, Task
from specrun.runtime.baseline import baseline
from specrun.runtime.directory import next_directory, written_at_once
from specrun.runtime.quiet import import_tensorflow
from specrun.runtime.records import write_records
from specrun.runtime.training import Trained, train


@dataclass(frozen=True, slots=True)
class Run:
    """A trained spec.

    `model` is a Keras model that takes raw rows, a dictionary of columns; `history` has a list of values for each
    measure; `metrics` the measures of each part of the rows, with the `baseline` beside those of the test rows; `rows`
    the number of rows of each part.
    """

    plan: Plan
    directory: Path
    model: Any
    history: dict[str, list[float]]
    metrics: dict[str, dict[str, Any]]
    rows: dict[str, int]

    @property
    def is_classification(self) -> bool:
        """Whether the target is a class."""
        return all(head.task is not Task.NUMBER for head in self.plan.heads)

    def predict(self, frame: Any) -> Any:
        """What the model gives for a data frame: probabilities `(rows, classes)`, or numbers `(rows, 1)`.

        The frame has the columns of the features, by their names in the data; a missing text may be null.
        """
        import tensorflow as tf

        columns = {
            name: tf.constant(_raw(frame[source], group.dtype))
            for group in self.plan.features
            for source, name in zip(group.sources, group.columns, strict=True)
        }
        return self.model.predict(columns, verbose=0)


def _raw(values: Any, dtype: str) -> Any:
    """A column of a data frame as the model takes it, of shape `(rows, 1)`."""
    known = values.astype("string").fillna("") if dtype == "string" else values.astype(dtype)
    return known.to_numpy().reshape(-1, 1)


def run(compilation: Compilation, out: Path | None = None, watch: Callable[[], Any] | None = None) -> Run:
    """Train a compiled spec and leave its run directory, `out` or the next free one under `runs`.

    `watch`, called once Keras is there, gives a callback that looks on. Raises SpecError where the directory is taken,
    or where training fails.
    """
    directory = out if out is not None else next_directory(compilation.plan.name)
    with written_at_once(directory) as folder:
        import_tensorflow()
        watchers = () if watch is None else (watch(),)
        trained = _train(compilation, folder / "checkpoint", watchers)
        metrics: dict[str, dict[str, Any]] = {part: dict(found) for part, found in trained.metrics.items()}
        if "test" in metrics:
            metrics["test"]["baseline"] = baseline(compilation.plan, trained.frames["train"], trained.frames["test"])
        write_records(compilation, trained, metrics, folder, directory)
    rows = {part: len(frame) for part, frame in trained.frames.items()}
    return Run(compilation.plan, directory, trained.network.served(), trained.history, metrics, rows)


def _train(compilation: Compilation, checkpoints: Path, watchers: tuple[Any, ...]) -> Trained:
    """Train; whatever the libraries refuse that the compiler let pass is a diagnostic all the same."""
    try:
        return train(compilation.plan, compilation.folder, checkpoints, watchers)
    except SpecError:
        raise
    except Exception as problem:
        if os.environ.get("SPECRUN_TRACEBACK"):
            raise
        reason = str(problem).strip().partition("\n")[0] or type(problem).__name__
        hint = "the compiler should have said this: please report it, with `SPECRUN_TRACEBACK=1` for the details"
        span = compilation.spec.span("training")
        raise SpecError([Diagnostic("R201", f"the training broke off: {reason}", span, hint)]) from problem
