"""The sums of a training, in one order always."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from specrun.compiler.plan import Plan


@contextmanager
def as_written(plan: Plan) -> Iterator[None]:
    """Within this, TensorFlow rewrites no arithmetic, where a plan says so.

    Of a + b + c it makes one operation, which begins with the first of them that nothing else takes any more: which
    one that is hangs on the threads. Of several losses, each of which is measured too, the sum then ends differently.
    """
    import tensorflow as tf

    if not plan.training.as_written:
        yield
        return
    tf.config.optimizer.set_experimental_options({"arithmetic_optimization": False})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({"arithmetic_optimization": True})
