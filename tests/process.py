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
        changed = before ^ rewrites_off()
        tf.config.optimizer.set_experimental_options({name: (name in before) is _disables(name) for name in changed})


def rewrites_off() -> frozenset[str]:
    """The options that keep TensorFlow's optimiser from rewriting; none where TensorFlow is not imported."""
    tf = sys.modules.get("tensorflow")
    options = {} if tf is None else tf.config.optimizer.get_experimental_options()
    return frozenset(name for name, value in options.items() if value is _disables(name))


def _disables(name: str) -> bool:
    """Whether an option is one that is set to disable something, as others are set not to do it."""
    return name.startswith("disable_")
