"""The networks whose training is measured, from the smallest on; free of Keras until they are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

CLASSES = 6


@dataclass(frozen=True, slots=True)
class Network:
    """A network for rows of the `shape`, each row of one of six classes; an epoch has `steps` batches.

    `dense` are the units of its hidden layers where all of them are dense; `kind` is then "dense".
    """

    name: str
    shape: tuple[int, ...]
    batch_size: int
    steps: int
    dense: tuple[int, ...] = ()
    kind: str = "dense"

    @property
    def rows(self) -> int:
        return self.steps * self.batch_size

    def data(self) -> tuple[Any, Any]:
        """Features and the numbers of the classes."""
        chance = np.random.default_rng(0)
        if self.kind == "words":
            features: Any = chance.integers(0, 1000, (self.rows, *self.shape)).astype("int32")
        else:
            features = chance.normal(size=(self.rows, *self.shape)).astype("float32")
        return features, chance.integers(0, CLASSES, self.rows)

    def keras(self, *, jit_compile: bool = False) -> Any:
        """The model, compiled; by XLA if asked."""
        import keras
        from keras import layers

        keras.backend.clear_session()
        keras.utils.set_random_seed(1)
        hidden: list[Any] = [layers.Dense(units, "relu") for units in self.dense]
        if self.kind == "images":
            hidden = [layers.Conv2D(32, 3, activation="relu"), layers.Conv2D(32, 3, activation="relu")]
            hidden += [layers.MaxPooling2D(), layers.Flatten()]
        if self.kind == "words":
            hidden = [layers.Embedding(1000, 16), layers.LSTM(32)]
        dtype = "int32" if self.kind == "words" else "float32"
        outputs = layers.Dense(CLASSES, "softmax")
        model = keras.Sequential([keras.Input(self.shape, dtype=dtype), *hidden, outputs])
        compiled = jit_compile or "auto"
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=compiled)
        return model


NETWORKS = (
    Network("Dense 8, batch 1", (19,), 1, 2000, (8,)),
    Network("Dense 8, batch 32", (19,), 32, 500, (8,)),
    Network("Dense 256, 256, batch 32", (20,), 32, 300, (256, 256)),
    Network("Dense 256, 256, batch 256", (20,), 256, 150, (256, 256)),
    Network("Dense 1024, 1024, 200 inputs, batch 128", (200,), 128, 30, (1024, 1024)),
    Network("two convolutions of 28 by 28, batch 32", (28, 28, 1), 32, 40, kind="images"),
    Network("embedding, LSTM 32, 40 steps, batch 32", (40,), 32, 40, kind="words"),
)
