"""What people would write in place of `model.fit`: the microseconds of a step, by the epochs after the first ones."""

from __future__ import annotations

import json
import subprocess
import time
import warnings
from pathlib import Path

from tests.benchmarks.bench.engines import TIMED, WARM, of_step
from tests.benchmarks.bench.networks import NETWORKS, Network

ROOT = Path(__file__).resolve().parents[3]
TORCH = ROOT / ".venv-backends" / "bin" / "python"


def by_loop(network: Network) -> float:
    """A step of TensorFlow's own, compiled, and called from Python for each batch."""
    import keras
    import tensorflow as tf

    model, (features, labels) = network.keras(), network.data()
    loss_of, optimizer = keras.losses.SparseCategoricalCrossentropy(), keras.optimizers.Adam()

    @tf.function  # type: ignore[untyped-decorator]
    def step(x: object, y: object) -> None:
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))

    rows = tf.data.Dataset.from_tensor_slices((features, labels))
    batches = rows.shuffle(network.rows).batch(network.batch_size).prefetch(1)
    ends = []
    for _ in range(WARM + TIMED):
        for x, y in batches:
            step(x, y)
        ends.append(time.perf_counter())
    return of_step(ends, network)


def by_sklearn(network: Network) -> float:
    """`MLPClassifier` of the same layers: what three epochs take longer than one."""
    from sklearn.neural_network import MLPClassifier

    features, labels = network.data()
    taken = []
    for epochs in (1, 3):
        peer = MLPClassifier(network.dense, batch_size=network.batch_size, max_iter=epochs, n_iter_no_change=epochs + 1)
        began = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it has not converged
            peer.fit(features, labels)
        taken.append(time.perf_counter() - began)
    return (taken[1] - taken[0]) / 2 / network.steps * 1e6


def by_torch(network: Network) -> float:
    """PyTorch's plain loop, in a process of its own: its environment is that of the other backends."""
    command = [
        str(TORCH),
        "-m",
        "tests.benchmarks.bench.torch_loop",
        str(NETWORKS.index(network)),
        str(WARM),
        str(TIMED),
    ]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    ends: list[float] = json.loads(done.stdout)
    return of_step(ends, network)
