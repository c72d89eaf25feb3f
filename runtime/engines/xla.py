"""The steps of an epoch as a loop that XLA compiles: the fastest on small networks, and different in the last bits.

XLA knows all shapes when it compiles, so that the short last batch is a compiled step of its own.
"""

from __future__ import annotations

from typing import Any

from specrun.runtime.engines.epochs import run_epochs
from specrun.runtime.engines.graph import Graph, build, compiled, looped, weighed
from specrun.runtime.engines.job import Job
from specrun.runtime.engines.samples import Block


class Xla(Graph):
    """One call of compiled code for many steps; measured as `graph` measures."""

    def fit(self, job: Job) -> dict[str, list[float]]:
        """See Engine."""
        import tensorflow as tf

        build(job)
        train, size = weighed(job), job.batch_size

        def gathered(data: Any, rows: Any) -> Any:
            return tf.nest.map_structure(lambda values: tf.gather(values, rows), data)

        @tf.function(autograph=False, jit_compile=True)  # type: ignore[untyped-decorator]
        def loop(data: Any, order: Any, first: Any, last: Any) -> Any:
            step = compiled(job.model, job.model.train_step, data, size)
            return looped(step, lambda i: gathered(data, tf.slice(order, [i * size], [size])), first, last)

        @tf.function(autograph=False, jit_compile=True)  # type: ignore[untyped-decorator]
        def short(data: Any, order: Any) -> Any:
            return job.model.train_step(gathered(data, order))

        def steps(block: Block, first: int, last: int) -> Any:
            whole, logs = block.rows // size, None
            if first < whole:
                numbers = tf.constant(first, tf.int64), tf.constant(min(last, whole), tf.int64)
                logs = loop(block.data, block.order, *numbers)
            return logs if last <= whole else short(block.data, block.order[whole * size : block.rows])

        return run_epochs(job, train, steps, self.measuring(job.model, job.measured_batch_size))
