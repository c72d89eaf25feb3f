"""The engines against each other and Keras's `fit` on arrays: the microseconds of a step, in steady state."""

from __future__ import annotations

import time
from itertools import pairwise
from statistics import median
from typing import Any

from tests.benchmarks.bench.networks import Network

WARM = 2
TIMED = 3


def watch() -> tuple[list[float], Any]:
    """The times at which epochs end, and the callback that writes them down."""
    import keras

    ends: list[float] = []

    class Watch(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
            ends.append(time.perf_counter())

    return ends, Watch()


def of_step(ends: list[float], network: Network) -> float:
    """The microseconds of a step, by the epochs after the first ones."""
    taken = [end - before for before, end in pairwise(ends[WARM - 1 :])]
    return median(taken) / network.steps * 1e6


def by_engine(network: Network, engine: str) -> float:
    """The microseconds of a step by an engine of specrun."""
    import tensorflow as tf

    from specrun.runtime.engines import ENGINES, Held, Job

    model, (features, labels) = network.keras(jit_compile=engine == "xla"), network.data()
    ends, watcher = watch()
    train = (tf.constant(features), tf.constant(labels))
    epochs = WARM + TIMED
    ENGINES[engine]().fit(Job(model, Held(train), None, network.batch_size, epochs, 1, None, [watcher]))
    return of_step(ends, network)


def auto(network: Network) -> str:
    """The engine that `auto` takes for a long training of the network."""
    from specrun.compiler.lower.engine import LOOPED_LAYERS

    made = {type(layer).__name__ for layer in network.keras().layers}
    return "xla" if made <= LOOPED_LAYERS else "graph"


def by_keras(network: Network) -> float:
    """The microseconds of a step by `model.fit` on arrays, as most people write it."""
    model, (features, labels) = network.keras(), network.data()
    ends, watcher = watch()
    model.fit(features, labels, batch_size=network.batch_size, epochs=WARM + TIMED, callbacks=[watcher], verbose=0)
    return of_step(ends, network)
