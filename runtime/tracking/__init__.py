"""What looks on a training for other programs: each tracker of a plan is told of each epoch, and may fail.

A tracker changes nothing: a training with one ends with the same bits. Where one fails, that is told once, and the
training goes on without it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from specrun.compiler.compilation import Compilation
from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.compiler.language.options import entry_of
from specrun.compiler.plan import Mlflow, TensorBoard
from specrun.compiler.render.printable import printable
from specrun.runtime.tracking.events import Events
from specrun.runtime.tracking.mlflow_run import MlflowRun
from specrun.runtime.tracking.tracker import About, Measures, Tracker

__all__ = ["Tracking", "check_trackers", "tracked", "untracked"]

_TRACKERS: Mapping[type, tuple[str, Callable[[Any, About], Tracker], str | None]] = {
    TensorBoard: ("tensorboard", Events, None),
    Mlflow: ("mlflow", MlflowRun, "mlflow"),
}
"""By what the plan says: the name of the tracker in a spec, what makes it, and the module that it cannot do without."""


def check_trackers(compilation: Compilation) -> None:
    """Raise SpecError where the package of a tracker is not installed."""
    problems = []
    for track in compilation.plan.training.track:
        name, _, module = _TRACKERS[type(track)]
        if module is not None and find_spec(module) is None:
            entry = entry_of(compilation.spec.training, "track")
            span = compilation.spec.span("training") if entry is None else entry.key.span
            hint = f"`pip install {module}` installs it; or take `{name}` out of `track`"
            problems.append(Diagnostic("R301", f"`track: {name}` needs the package `{module}`", span, hint))
    if problems:
        raise SpecError(problems)


def untracked(compilation: Compilation) -> Compilation:
    """The same without trackers, for a training that only repeats another."""
    training = replace(compilation.plan.training, track=())
    return replace(compilation, plan=replace(compilation.plan, training=training))


class Tracking:
    """The trackers of a training, those of them that have not failed."""

    def __init__(self, compilation: Compilation, directory: Path) -> None:
        self._compilation, self._directory = compilation, directory
        self._trackers: dict[str, Tracker] = {}

    def begin(self) -> None:
        """The training begins."""
        about = About.of(self._compilation, self._directory)
        for track in self._compilation.plan.training.track:
            name, make, _ = _TRACKERS[type(track)]
            with self._guarded(name):
                self._trackers[name] = make(track, about)

    def epoch(self, epoch: int, measures: Mapping[str, float]) -> None:
        """An epoch, counted from 1, is at its end."""
        self._tell(lambda tracker: tracker.epoch(epoch, measures))

    def judged(self, epoch: int, metrics: Mapping[str, Measures], folder: Path) -> None:
        """The model is judged, after so many epochs; `folder` holds what the run leaves."""
        self._tell(lambda tracker: tracker.judged(epoch, metrics, folder))

    def close(self, *, done: bool) -> None:
        """No more is to come: the training is `done`, or broke off."""
        self._tell(lambda tracker: tracker.close(done=done))

    def callback(self) -> Any:
        """What has Keras, or an engine, tell of each epoch."""
        import keras

        tracking = self

        class Telling(keras.callbacks.Callback):  # type: ignore[misc]
            def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
                tracking.begin()

            def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
                tracking.epoch(epoch + 1, logs or {})

        return Telling()

    def _tell(self, what: Callable[[Tracker], None]) -> None:
        for name, tracker in tuple(self._trackers.items()):
            with self._guarded(name):
                what(tracker)

    @contextmanager
    def _guarded(self, name: str) -> Iterator[None]:
        """Leave a tracker out from now on where it fails, whatever it is that it raises."""
        try:
            yield
        except Exception as problem:
            self._trackers.pop(name, None)
            reason = printable(str(problem).strip().partition("\n")[0]) or type(problem).__name__
            logging.getLogger("specrun").warning("`%s` tracks no more of this run: %s", name, reason)


@contextmanager
def tracked(compilation: Compilation, directory: Path) -> Iterator[Tracking]:
    """Track a training that will leave `directory`, to the end of the block."""
    tracking, done = Tracking(compilation, directory), False
    try:
        yield tracking
        done = True
    finally:
        tracking.close(done=done)
