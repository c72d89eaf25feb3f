"""What a script sets for its whole process, where it is run within another."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def options_kept() -> Iterator[None]:
    """Behind this, TensorFlow's optimiser has the options that it had before: a script may have set others."""
    import tensorflow as tf

    before = rewrites_off()
    try:
        yield
    finally:
        now = rewrites_off()
        tf.config.optimizer.set_experimental_options({name: name in now for name in before ^ now})


def rewrites_off() -> frozenset[str]:
    """What TensorFlow's optimiser is told not to rewrite; nothing where TensorFlow is not imported."""
    tf = sys.modules.get("tensorflow")
    return (
        frozenset()
        if tf is None
        else frozenset(name for name, value in tf.config.optimizer.get_experimental_options().items() if value is False)
    )
