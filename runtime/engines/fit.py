"""Keras's own loop: each step is called from Python, as callbacks that look at each step ask."""

from __future__ import annotations

from typing import Any

from specrun.runtime.engines.job import Job


class Fit:
    """What the script says, word for word."""

    def fit(self, job: Job) -> dict[str, list[float]]:
        """See Engine."""
        import tensorflow as tf

        rows = tf.data.Dataset.from_tensor_slices(job.train)
        fitted = job.model.fit(
            rows.shuffle(job.rows, seed=job.seed).batch(job.batch_size).repeat(),
            epochs=job.epochs,
            steps_per_epoch=job.steps,
            validation_data=job.validation,
            class_weight=job.class_weight,
            callbacks=job.callbacks,
            shuffle=False,  # the batches come shuffled
            verbose=0,
        )
        history: dict[str, list[float]] = fitted.history
        return history

    def evaluate(self, model: Any, features: Any, labels: Any) -> dict[str, float]:
        """See Engine."""
        measured: dict[str, float] = model.evaluate(features, labels, verbose=0, return_dict=True)
        return measured
