"""Writing checkpoints while a training goes on, and beginning it where one was written."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import Any, Final

from specrun.compiler.plan import Checkpointing
from specrun.runtime.checkpoint import Checkpoint, write_checkpoint
from specrun.runtime.engines import Begin
from specrun.runtime.engines.variables import variables_of
from specrun.runtime.stopping import Stop

CALLBACKS: Final[Mapping[str, tuple[str, ...]]] = {
    "EarlyStopping": ("wait", "stopped_epoch", "best", "best_epoch", "best_weights"),
    "ModelCheckpoint": ("best",),
    "ReduceLROnPlateau": ("wait", "best", "cooldown_counter"),
    "SwapEMAWeights": ("_ema_weights_in_model",),
    "TerminateOnNaN": (),
}
"""What each callback has learnt while the training went on: the names that Keras has for it."""
_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "wait": (int,),
    "stopped_epoch": (int,),
    "best": (int, float, NoneType),
    "best_epoch": (int,),
    "best_weights": (list, NoneType),
    "cooldown_counter": (int,),
    "_ema_weights_in_model": (bool,),
}
_MINUTE_S = 60.0


@dataclass(slots=True)
class Checkpoints:
    """The checkpoints of a training: the file `path`, how often it is written, and the one to begin from, if any.

    `spec` is the digest of what is trained. `tell` is told where one cannot be written: the training goes on. `stop`
    may end it, with a checkpoint. Before one is written, `wait` returns: then all is there that goes before it.
    """

    path: Path
    spec: str
    schedule: Checkpointing
    begin: Checkpoint | None = None
    stop: Stop | None = None
    tell: Callable[[str], None] = lambda _: None
    wait: Callable[[], object] = lambda: None
    _began: float = field(default_factory=time.monotonic)

    @property
    def place(self) -> Begin:
        """Where the training begins."""
        begin = self.begin
        return Begin() if begin is None else Begin(begin.epoch, begin.done, begin.is_over)

    @property
    def seconds(self) -> float:
        """How long the training has taken so far, before it was broken off, too."""
        return time.monotonic() - self._began + (0.0 if self.begin is None else self.begin.seconds)

    def write(self, checkpoint: Checkpoint) -> None:
        """Write one; where the disk refuses, say so."""
        try:
            self.wait()
            write_checkpoint(self.path, checkpoint)
        except OSError as problem:
            self.tell(f"no checkpoint can be written, and the training goes on: {problem.strerror or problem}")

    def callback(self, callbacks: Sequence[Any], steps: int, *, each_step: bool) -> Any:
        """What writes them, as the last of the callbacks; `each_step` says that an engine can begin in an epoch."""
        return _callback(self, tuple(callbacks), steps, each_step)


class _Due:
    """Whether a checkpoint is due, by the steps and epochs that were trained and by the clock."""

    def __init__(self, schedule: Checkpointing, begin: Begin, steps: int) -> None:
        self._schedule, self._steps = schedule, steps
        self._at(begin.epoch, begin.done)

    def _at(self, epoch: int, done: int) -> None:
        self._epoch, self._step, self._time = epoch, epoch * self._steps + done, time.monotonic()

    def __call__(self, epoch: int, done: int) -> bool:
        every = self._schedule
        step = epoch * self._steps + done
        is_due = (
            (every.epochs is not None and done == 0 and epoch - self._epoch >= every.epochs)
            or (every.steps is not None and step // every.steps > self._step // every.steps)
            or (every.minutes is not None and time.monotonic() - self._time >= every.minutes * _MINUTE_S)
        )
        if is_due:
            self._at(epoch, done)
        return is_due


def _callback(checkpoints: Checkpoints, callbacks: tuple[Any, ...], steps: int, each_step: bool) -> Any:
    import keras

    stop, due = checkpoints.stop, _Due(checkpoints.schedule, checkpoints.place, steps)

    class Saving(keras.callbacks.Callback):  # type: ignore[misc]
        """`last` is the state at the last end of an epoch, which a stop keeps where an engine cannot begin in one."""

        epoch = 0
        last: Checkpoint | None = None

        def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002
            self.history: dict[str, list[float]] = {}
            if checkpoints.begin is not None:
                self.last = checkpoints.begin
                restore(self.model, callbacks, checkpoints.begin)
                self.history = {name: list(values) for name, values in checkpoints.begin.history.items()}
                self.model.history.history |= {name: list(values) for name, values in self.history.items()}

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
            self.epoch = epoch

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
            is_stopped = stop is not None and stop.place == (self.epoch + 1, batch + 1)
            if each_step and (is_stopped or due(self.epoch, batch + 1)):
                checkpoints.write(self._now(self.epoch, batch + 1, is_over=False))

        def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
            if stop is not None and stop.place is not None:
                if not each_step and self.last is not None:
                    checkpoints.write(self.last)
                return
            for name, value in (logs or {}).items():
                self.history.setdefault(name, []).append(float(value))
            is_due = due(epoch + 1, 0)
            if is_due or not each_step:
                self.last = self._now(epoch + 1, 0, is_over=bool(self.model.stop_training))
            if is_due and self.last is not None:
                checkpoints.write(self.last)

        def _now(self, epoch: int, done: int, *, is_over: bool) -> Checkpoint:
            import numpy as np

            return Checkpoint(
                epoch,
                done,
                is_over,
                tuple(np.asarray(variable.value) for variable in variables_of(self.model, with_metrics=done > 0)),
                tuple(map(_learnt, callbacks)),
                {name: list(values) for name, values in self.history.items()},
                checkpoints.seconds,
                checkpoints.spec,
            )

    return Saving()


def _learnt(callback: Any) -> dict[str, Any]:
    """What a callback has learnt, as plain values or lists of arrays."""
    learnt: dict[str, Any] = {}
    for name in CALLBACKS[type(callback).__name__]:
        value = getattr(callback, name)
        is_plain = value is None or isinstance(value, bool | int | list)
        learnt[name] = value if is_plain else float(value)
    return learnt


class Unfit(ValueError):
    """A checkpoint that is of another model than the one that is trained."""


def restore(model: Any, callbacks: Sequence[Any], checkpoint: Checkpoint) -> None:
    """Make a model, whose variables are all there, and its callbacks what they were at a checkpoint.

    Raises Unfit where it is of another model: nothing is changed then.
    """
    variables = variables_of(model, with_metrics=checkpoint.done > 0)
    _check_alike(checkpoint.variables, variables, "variables")
    if len(checkpoint.callbacks) != len(callbacks):
        raise Unfit(f"{len(checkpoint.callbacks)} callbacks of {len(callbacks)}")
    for callback, learnt in zip(callbacks, checkpoint.callbacks, strict=True):
        _check_learnt(callback, learnt, model)
    for variable, value in zip(variables, checkpoint.variables, strict=True):
        variable.assign(value)
    for callback, learnt in zip(callbacks, checkpoint.callbacks, strict=True):
        for name, value in learnt.items():
            setattr(callback, name, value)


def _check_alike(values: Sequence[Any], variables: Sequence[Any], what: str) -> None:
    if len(values) != len(variables):
        raise Unfit(f"{len(values)} {what} of {len(variables)}")
    for value, variable in zip(values, variables, strict=True):
        there, here = ((str(each.dtype), tuple(each.shape)) for each in (value, variable))
        if there != here:
            raise Unfit(f"`{variable.path}` is {here[0]} of {here[1]}, and not {there[0]} of {there[1]}")


def _check_learnt(callback: Any, learnt: Mapping[str, Any], model: Any) -> None:
    kind = type(callback).__name__
    if set(learnt) != set(CALLBACKS[kind]):
        raise Unfit(f"`{kind}` knows other things")
    for name, value in learnt.items():
        if not isinstance(value, _KINDS[name]) or (isinstance(value, bool) and bool not in _KINDS[name]):
            raise Unfit(f"`{name}` of `{kind}` is something else")
        if isinstance(value, list):
            _check_alike(value, model.weights, f"weights in `{name}`")
