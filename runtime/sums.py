"""The sums of a training, in one order always."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from specrun.compiler.plan import Plan

_REWRITES = "arithmetic_optimization"


@contextmanager
def sums_of(plan: Plan) -> Iterator[None]:
    """Within this, TensorFlow rewrites arithmetic or not, as a plan says, whatever the process has set before.

    Of a + b + c it makes one operation, which begins with the first of them that nothing else takes any more: which
    one that is hangs on the threads. Of several losses, each of which is measured too, the sum then ends differently.
    """
    import tensorflow as tf

    before = tf.config.optimizer.get_experimental_options().get(_REWRITES, True)
    tf.config.optimizer.set_experimental_options({_REWRITES: not plan.training.as_written})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({_REWRITES: before})
