"""The steps of an epoch as a loop in one graph, equal to Keras's `fit` to the last bit.

What the equality hangs on: the batch dimension is unknown wherever it is in `fit`, and the batch size then comes when
the graph runs, for the graph optimiser to see nothing that it does not see there; nor may it see that features and
labels have equally many rows, or it multiplies in another order, hence an order of rows for each of them; a short last
batch goes through the same call; the logs of each step are carried through the loop and given back, or what makes them
is taken out and the rest is folded in another way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specrun.runtime.engines.epochs import measured, run_epochs
from specrun.runtime.engines.job import Job

_EVALUATED = 32
"""The rows of a batch that Keras measures, left to itself."""


class Graph:
    """One call of a graph for many steps."""

    def __init__(self) -> None:
        self._measuring: tuple[Any, Callable[[Any, Any], dict[str, float]]] | None = None

    def fit(self, job: Job) -> dict[str, list[float]]:
        """See Engine."""
        import tensorflow as tf

        build(job)
        data = weighed(job)
        step = compiled(job.model, job.model.train_step, data, None)

        @tf.function(autograph=False)  # type: ignore[untyped-decorator]
        def loop(orders: Any, first: Any, last: Any, size: Any) -> Any:
            def batch(i: Any) -> Any:
                begin, end = i * size, tf.minimum((i + 1) * size, job.rows)
                return tf.nest.map_structure(lambda values, order: tf.gather(values, order[begin:end]), data, orders)

            return looped(step, batch, first, last)

        size = tf.constant(job.batch_size, tf.int64)

        def steps(order: Any, first: int, last: int) -> Any:
            orders = tf.nest.map_structure(lambda _: order, data)
            return loop(orders, tf.constant(first, tf.int64), tf.constant(last, tf.int64), size)

        return run_epochs(job, steps, self.measuring(job.model))

    def evaluate(self, model: Any, features: Any, labels: Any) -> dict[str, float]:
        """See Engine."""
        return self.measuring(model)(features, labels)

    def measuring(self, model: Any) -> Callable[[Any, Any], dict[str, float]]:
        """What measures a model, the same one in training and after it."""
        if self._measuring is None or self._measuring[0] is not model:
            self._measuring = model, measuring(model)
        return self._measuring[1]


def measuring(model: Any) -> Callable[[Any, Any], dict[str, float]]:
    """What measures a model on features and labels, as Keras's `evaluate` does: compiled once, whatever the rows."""
    import tensorflow as tf

    loops: dict[bool, Any] = {}

    def measure(features: Any, labels: Any) -> dict[str, float]:
        data = tf.nest.map_structure(_in_default_precision, (features, labels))
        count = len(tf.nest.flatten(data)[0])
        whole = count % _EVALUATED == 0
        if whole not in loops:
            loops[whole] = _measuring_loop(model, data, whole)
        model.reset_metrics()
        loops[whole](data, tf.constant(count, tf.int64), tf.constant(_EVALUATED, tf.int64))
        return measured(model)

    return measure


def _measuring_loop(model: Any, data: Any, whole: bool) -> Any:
    """A graph that takes rows like `data`, their number and that of a batch; `whole` says that no batch is short."""
    import tensorflow as tf

    step = compiled(model, model.test_step, data, _EVALUATED if whole else None)
    number = tf.TensorSpec([], tf.int64)

    @tf.function(input_signature=[_batches_of(data, None), number, number], autograph=False)  # type: ignore[untyped-decorator]
    def loop(data: Any, count: Any, size: Any) -> Any:
        def batch(i: Any) -> Any:
            def rows(values: Any) -> Any:
                some = values[i * size : tf.minimum((i + 1) * size, count)]
                return tf.ensure_shape(some, [_EVALUATED, *some.shape[1:]]) if whole else some

            return tf.nest.map_structure(rows, data)

        return looped(step, batch, tf.constant(0, tf.int64), -(-count // size))

    return loop


def build(job: Job) -> None:
    """Make all variables of the model and of its optimizer, which a graph must not do."""
    import keras
    import tensorflow as tf

    features, *_ = job.train
    job.model(tf.nest.map_structure(lambda values: keras.Input(values.shape[1:], dtype=values.dtype.name), features))
    job.model.optimizer.build(job.model.trainable_variables)


def weighed(job: Job) -> tuple[Any, ...]:
    """The features and labels that are trained on, and the weight of each row where classes have weights."""
    import tensorflow as tf

    data: tuple[Any, ...] = tf.nest.map_structure(tf.convert_to_tensor, job.train)
    if job.class_weight is None:
        return data
    features, labels = data
    weights = tf.constant([job.class_weight.get(i, 1.0) for i in range(max(job.class_weight) + 1)])
    return features, labels, tf.gather(weights, _class_numbers(labels))


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


def compiled(model: Any, step: Callable[[Any], Any], data: Any, batch_size: int | None) -> Any:
    """A step of a model as a graph of its own, of batches with so many rows, or with an unknown number of them."""
    import tensorflow as tf

    graph = tf.function(step, jit_compile=model.jit_compile or None, autograph=False)
    return graph.get_concrete_function(_batches_of(data, batch_size))


def _batches_of(data: Any, batch_size: int | None) -> Any:
    import tensorflow as tf

    return tf.nest.map_structure(lambda values: tf.TensorSpec([batch_size, *values.shape[1:]], values.dtype), data)


def looped(step: Any, batch: Callable[[Any], Any], first: Any, last: Any) -> Any:
    """The logs of the last of the steps `first` up to `last`."""
    import tensorflow as tf

    none = tf.nest.map_structure(lambda log: tf.zeros(log.shape, log.dtype), step.structured_outputs)
    _, logs = tf.while_loop(lambda i, _: i < last, lambda i, _: (i + 1, step(batch(i))), (first, none))
    return logs
