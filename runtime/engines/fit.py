"""Keras's own loop: each step is called from Python, as callbacks that look at each step ask."""

from __future__ import annotations

from typing import Any

from specrun.runtime.engines.graph import build
from specrun.runtime.engines.guard import Diverged, has_loss, in_weights
from specrun.runtime.engines.job import KERAS_ROWS, Begin, Job
from specrun.runtime.engines.samples import Held, Samples


class Fit:
    """What the script says, word for word."""

    each_step = False

    def fit(self, job: Job) -> dict[str, list[float]]:
        """See Engine."""
        size, batches = job.measured_batch_size, job.train.shuffled(job.batch_size, job.seed)
        if job.begin != Begin():
            build(job)  # what a checkpoint has the values of has to be there
            batches = batches.skip(job.begin.epoch * job.steps)
        fitted = job.model.fit(
            batches,
            initial_epoch=job.to_train.start,
            epochs=job.epochs,
            steps_per_epoch=job.steps,
            validation_data=None if job.validation is None else job.validation.judged(size),
            validation_batch_size=size,
            class_weight=job.class_weight,
            callbacks=[*job.callbacks, *_looking(job.callbacks)],
            shuffle=False,  # the batches come shuffled
            verbose=0,
        )
        history: dict[str, list[float]] = fitted.history
        return history

    def evaluate(self, model: Any, samples: Samples, batch_size: int = KERAS_ROWS) -> dict[str, float]:
        """See Engine."""
        judged = samples.judged(batch_size)
        given = judged if isinstance(samples, Held) else (judged,)
        size = batch_size if isinstance(samples, Held) else None
        measured: dict[str, float] = model.evaluate(*given, batch_size=size, verbose=0, return_dict=True)
        return measured


def _looking(callbacks: list[Any]) -> list[Any]:
    """What raises Diverged at the end of an epoch whose loss is no number, unless a callback ends such a training."""
    import keras

    class Looking(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if not has_loss(logs):
                raise Diverged(epoch + 1, None, in_weights(self.model))

    ends = any(isinstance(callback, keras.callbacks.TerminateOnNaN) for callback in callbacks)
    return [] if ends else [Looking()]
