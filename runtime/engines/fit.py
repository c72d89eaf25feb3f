"""Keras's own loop: each step is called from Python, as callbacks that look at each step ask."""

from __future__ import annotations

from typing import Any

from specrun.runtime.engines.graph import build
from specrun.runtime.engines.guard import Diverged, breaks_over, has_loss, in_weights
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
        looking = _looking(job.callbacks)
        try:
            fitted = job.model.fit(
                batches,
                initial_epoch=job.to_train.start,
                epochs=job.epochs,
                steps_per_epoch=job.steps,
                validation_data=None if job.validation is None else job.validation.judged(size),
                validation_batch_size=size,
                class_weight=job.class_weight,
                callbacks=[*job.callbacks, looking],
                shuffle=False,  # the batches come shuffled
                verbose=0,
            )
        except Exception as problem:
            if breaks_over(problem, job.model):
                raise Diverged(looking.epoch, None, in_weights(job.model)) from problem
            raise
        history: dict[str, list[float]] = fitted.history
        return history

    def evaluate(self, model: Any, samples: Samples, batch_size: int = KERAS_ROWS) -> dict[str, float]:
        """See Engine."""
        judged = samples.judged(batch_size)
        given = judged if isinstance(samples, Held) else (judged,)
        size = batch_size if isinstance(samples, Held) else None
        measured: dict[str, float] = model.evaluate(*given, batch_size=size, verbose=0, return_dict=True)
        return measured


def _looking(callbacks: list[Any]) -> Any:
    """What counts the epochs from 1, and raises Diverged at the end of one whose loss is no number.

    It does not raise where a callback ends such a training.
    """
    import keras

    ends = any(isinstance(callback, keras.callbacks.TerminateOnNaN) for callback in callbacks)

    class Looking(keras.callbacks.Callback):  # type: ignore[misc]
        epoch = 1

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002 - as Keras calls it
            self.epoch = epoch + 1

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if not ends and not has_loss(logs):
                raise Diverged(epoch + 1, None, in_weights(self.model))

    return Looking()
