"""Importing TensorFlow without its greetings, which no log level keeps back."""

from __future__ import annotations

import gc
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_OWN = ("Graph.fit.", "Xla.fit.", "_measuring_loop.", "Predictor.__init__.")
"""What the names of functions begin with that are made for each model."""


@contextmanager
def held_back_stderr() -> Iterator[None]:
    """Keep what native code writes to the standard error stream; it is shown only if the block fails."""
    try:
        stderr = sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):  # a stream of Python's alone, such as a notebook's
        yield
        return
    sys.stderr.flush()
    kept = os.dup(stderr)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), stderr)
        try:
            yield
        except BaseException:
            os.dup2(kept, stderr)
            held.seek(0)
            os.write(stderr, held.read())
            raise
        finally:
            os.dup2(kept, stderr)
            os.close(kept)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage among what is made, then and later: an import makes much that stays."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


@cache
def import_tensorflow() -> None:
    """Import TensorFlow and Keras, once, quietly."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with held_back_stderr(), _uncollected():
        import keras  # noqa: F401
        import tensorflow as tf

        tf.constant(0)  # the devices are looked for at the first use
    logging.getLogger("tensorflow").addFilter(_is_of_users)


def _is_of_users(record: logging.LogRecord) -> bool:
    """Not that graphs are made anew for each model: those of a run are, as they have to be."""
    message = record.getMessage()
    return "triggered tf.function retracing" not in message or not any(name in message for name in _OWN)
