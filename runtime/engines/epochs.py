"""The epochs of a training whose steps run many at a time: Keras's `fit`, with another innermost loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from specrun.runtime.engines.guard import Guard
from specrun.runtime.engines.job import Job
from specrun.runtime.engines.samples import Block, Samples

_CALL_S = 0.1
"""How long one call may take: the progress moves and an interruption is heard between two of them."""
_MOST = 4
"""How many times as many steps as the call before a call takes at most."""

Steps: TypeAlias = Callable[[Block, int, int], Any]
"""Train from one step up to another of a block; the logs of the last step."""
Measure: TypeAlias = Callable[[Samples], dict[str, float]]
"""The measures on samples."""


def run_epochs(job: Job, train: Samples, steps: Steps, measure: Measure) -> dict[str, list[float]]:
    """Train on samples through all epochs; calls back as Keras does with `steps_per_execution`.

    Raises Diverged where the loss is no number any more.
    """
    import keras

    model = job.model
    callbacks = keras.callbacks.CallbackList(
        job.callbacks, add_history=True, model=model, epochs=job.epochs, steps=job.steps, verbose=0
    )
    model.stop_training = False
    epochs, pace = train.epochs(job.seed, job.begin.epoch), _Pace(job.pause)
    callbacks.on_train_begin()
    logs: dict[str, float] = {}
    guard = Guard(model, job.batch_size, steps)
    for epoch in job.to_train:
        begin = job.begin.done if epoch == job.begin.epoch else 0
        if not begin:
            model.reset_metrics()
        callbacks.on_epoch_begin(epoch)
        for block, first, last, done in _calls(job, epoch, begin, next(epochs), pace):
            callbacks.on_train_batch_begin(done)
            found = guard.steps(epoch + 1, block, first, last, done)
            callbacks.on_train_batch_end(done + last - first - 1, found)
            if model.stop_training:
                break
        logs = measured(model)
        if job.validation is not None:
            callbacks.on_test_begin()
            judged = measure(job.validation)
            callbacks.on_test_end(judged)
            logs |= {f"val_{name}": value for name, value in judged.items()}
        callbacks.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    model.optimizer.finalize_variable_values(model.trainable_weights)
    callbacks.on_train_end(logs)
    history: dict[str, list[float]] = model.history.history
    return history


def _calls(
    job: Job, epoch: int, begin: int, blocks: Iterable[Block], pace: _Pace
) -> Iterator[tuple[Block, int, int, int]]:
    """The steps from `begin` on: a block, the first of a call in it, the one behind its last, and those done before."""
    before = 0
    for block in blocks:
        steps = -(-block.rows // job.batch_size)
        for first, last in pace.calls(max(begin - before, 0), steps, epoch * job.steps + before):
            yield block, first, last, before + first
        before += steps


def measured(model: Any) -> dict[str, float]:
    """What the metrics of a model stand at, in the order of their names, as Keras gives them."""
    return {name: float(value) for name, value in sorted(model.get_metrics_result().items())}


class _Pace:
    """How many steps a call takes: as many as fit into a moment, as those before went, up to the next pause."""

    def __init__(self, pause: int | None) -> None:
        self._steps, self._pause = 1, pause

    def calls(self, first: int, steps: int, before: int) -> Iterator[tuple[int, int]]:
        """The first step of each call and the one behind its last; `before` the first of all there were so many."""
        while first < steps:
            last = min(first + self._steps, steps)
            if self._pause is not None:
                last = min(last, ((before + first) // self._pause + 1) * self._pause - before)
            began = time.perf_counter()
            yield first, last
            taken = time.perf_counter() - began
            fitting = int((last - first) * _CALL_S / taken)
            self._steps = max(1, min(fitting, _MOST * self._steps))
            first = last
