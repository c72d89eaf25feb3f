"""The steps of an epoch as a loop in one graph, equal to Keras's `fit` to the last bit.

A step is a function that TensorFlow optimises by itself; a short last batch goes through the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specrun.runtime.engines.epochs import measured, run_epochs
from specrun.runtime.engines.job import KERAS_ROWS, Job
from specrun.runtime.engines.samples import Block, Samples
from specrun.runtime.engines.step import batches_of, compiled, looped


class Graph:
    """One call of a graph for many steps."""

    each_step = True

    def __init__(self) -> None:
        self._measuring: tuple[Any, Callable[[Samples], dict[str, float]]] | None = None

    def fit(self, job: Job) -> dict[str, list[float]]:
        """See Engine."""
        import tensorflow as tf

        build(job)
        train = weighed(job)
        step = compiled(job.model, job.model.train_step, train.head(), None)

        @tf.function(autograph=False)  # type: ignore[untyped-decorator]
        def loop(data: Any, order: Any, rows: Any, first: Any, last: Any, size: Any) -> Any:
            def batch(i: Any) -> Any:
                some = order[i * size : tf.minimum((i + 1) * size, rows)]
                return tf.nest.map_structure(lambda values: tf.gather(values, some), data)

            return looped(step, batch, first, last)

        def steps(block: Block, first: int, last: int) -> Any:
            numbers = (tf.constant(number, tf.int64) for number in (block.rows, first, last, job.batch_size))
            return loop(block.data, block.order, *numbers)

        return run_epochs(job, train, steps, self.measuring(job.model, job.measured_batch_size))

    def evaluate(self, model: Any, samples: Samples, batch_size: int = KERAS_ROWS) -> dict[str, float]:
        """See Engine."""
        return self.measuring(model, batch_size)(samples)

    def measuring(self, model: Any, batch_size: int) -> Callable[[Samples], dict[str, float]]:
        """What measures a model, the same one in training and after it."""
        if self._measuring is None or self._measuring[0] is not model:
            self._measuring = model, measuring(model, batch_size)
        return self._measuring[1]


def measuring(model: Any, batch_size: int) -> Callable[[Samples], dict[str, float]]:
    """What measures a model on samples, as Keras's `evaluate` does: compiled once, whatever the rows."""
    import tensorflow as tf

    loops: dict[bool, Any] = {}

    def measure(samples: Samples) -> dict[str, float]:
        whole = samples.rows % batch_size == 0
        model.reset_metrics()
        for slab in samples.slabs():
            data = tf.nest.map_structure(_in_default_precision, slab)
            if whole not in loops:
                loops[whole] = _measuring_loop(model, data, batch_size, whole)
            count = len(tf.nest.flatten(data)[0])
            loops[whole](data, tf.constant(count, tf.int64), tf.constant(batch_size, tf.int64))
        return measured(model)

    return measure


def _measuring_loop(model: Any, data: Any, batch_size: int, whole: bool) -> Any:
    """A graph that takes rows like `data`, their number and that of a batch; `whole` says that no batch is short."""
    import tensorflow as tf

    step = compiled(model, model.test_step, data, batch_size if whole else None)
    number = tf.TensorSpec([], tf.int64)

    @tf.function(input_signature=[batches_of(data, None), number, number], autograph=False)  # type: ignore[untyped-decorator]
    def loop(data: Any, count: Any, size: Any) -> Any:
        def batch(i: Any) -> Any:
            def rows(values: Any) -> Any:
                some = values[i * size : tf.minimum((i + 1) * size, count)]
                return tf.ensure_shape(some, [batch_size, *some.shape[1:]]) if whole else some

            return tf.nest.map_structure(rows, data)

        return looped(step, batch, tf.constant(0, tf.int64), -(-count // size))

    return loop


def build(job: Job) -> None:
    """Make all variables of the model and of its optimizer, which a graph must not do."""
    import keras
    import tensorflow as tf

    features, *_ = job.train.head()
    job.model(tf.nest.map_structure(lambda values: keras.Input(values.shape[1:], dtype=values.dtype.name), features))
    job.model.optimizer.build(job.model.trainable_variables)


def weighed(job: Job) -> Samples:
    """What is trained on, with the weight of each row where classes have weights."""
    import tensorflow as tf

    if job.class_weight is None:
        return job.train
    weights = tf.constant([job.class_weight.get(i, 1.0) for i in range(max(job.class_weight) + 1)])
    return job.train.mapped(lambda data: (*data, tf.gather(weights, _class_numbers(data[1]))))


def _class_numbers(labels: Any) -> Any:
    """The class of each row: of a vector, the place of the largest; else the number itself."""
    import tensorflow as tf

    if labels.shape.rank > 1 and labels.shape[-1] > 1:
        return tf.argmax(labels, axis=-1, output_type=tf.int32)
    return tf.cast(tf.round(tf.squeeze(labels, axis=-1) if labels.shape.rank > 1 else labels), tf.int32)


def _in_default_precision(values: Any) -> Any:
    import keras
    import tensorflow as tf

    tensor = tf.convert_to_tensor(values)
    return tf.cast(tensor, keras.config.floatx()) if tensor.dtype.is_floating else tensor
