"""The steps of an epoch as a loop that XLA compiles: the fastest, and equal to the last bit with a compiled `fit`.

What the equality hangs on: in a step of its own, the batch is an argument, which XLA fuses with nothing. In a loop,
each turn hands the batch of the next one on: gathered within the step, it would be fused with what takes it, which then
sums in another order. XLA knows all shapes when it compiles, so that the short last batch is a step of its own.
"""

from __future__ import annotations

from typing import Any

from specrun.runtime.engines.epochs import run_epochs
from specrun.runtime.engines.graph import Graph, build, weighed
from specrun.runtime.engines.job import Job
from specrun.runtime.engines.samples import Block
from specrun.runtime.engines.step import compiled, no_logs


class Xla(Graph):
    """One call of compiled code for many steps, of a model with `jit_compile`; measured as `graph` measures."""

    def fit(self, job: Job) -> dict[str, list[float]]:
        """See Engine."""
        import tensorflow as tf

        build(job)
        train, size = weighed(job), job.batch_size
        step = compiled(job.model, job.model.train_step, train.head(), None)

        def gathered(data: Any, rows: Any) -> Any:
            return tf.nest.map_structure(lambda values: tf.gather(values, rows), data)

        @tf.function(autograph=False, jit_compile=True)  # type: ignore[untyped-decorator]
        def loop(data: Any, order: Any, first: Any, last: Any) -> Any:
            def batch(i: Any) -> Any:
                # Behind the last batch, XLA takes the last row; of a slice, it would have to know where that begins.
                return gathered(data, tf.gather(order, i * size + tf.range(size, dtype=tf.int64)))

            begin = (first, batch(first), no_logs(step))
            return tf.while_loop(lambda i, *_: i < last, lambda i, now, _: (i + 1, batch(i + 1), step(now)), begin)[2]

        def steps(block: Block, first: int, last: int) -> Any:
            whole, logs = block.rows // size, None
            if first < whole:
                numbers = tf.constant(first, tf.int64), tf.constant(min(last, whole), tf.int64)
                logs = loop(block.data, block.order, *numbers)
            return logs if last <= whole else step(gathered(block.data, block.order[whole * size : block.rows]))

        return run_epochs(job, train, steps, self.measuring(job.model, job.measured_batch_size))
