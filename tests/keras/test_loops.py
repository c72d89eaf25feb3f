"""XLA's loop against XLA's single steps, on networks that chance draws: the same bits in weights, slots and history.

`auto` takes the loop for what `LOOPED_LAYERS` and `LOOPED_OPTIMIZERS` list, and nothing but trying tells that XLA fuses
alike in both. Each seed is one network, of those layers and optimizers.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, optimizers

from specrun.compiler.lower.engine import LOOPED_LAYERS, LOOPED_OPTIMIZERS, RECURRENT
from specrun.runtime.engines import ENGINES, Held, Job

pytestmark = pytest.mark.filterwarnings("ignore:Layer 'global_max_pooling1d:UserWarning")  # it takes no mask

IN_CI, IN_ALL = 6, 250
WORDS, LENGTH, CATEGORIES = 30, 12, 11
ACTIVATIONS = ["relu", "gelu", "tanh", "sigmoid", "selu", "elu", "swish", "softplus", "leaky_relu", None]
LOSSES = {
    "sparse_categorical_crossentropy": ("softmax", 5),
    "binary_crossentropy": ("sigmoid", 1),
    "mean_squared_error": (None, 1),
    "mean_absolute_error": (None, 1),
    "huber": (None, 3),
}
"""The activation and the units of the output layer of each loss."""


class Drawn:
    """A network, its rows and how it is trained, all from one seed."""

    def __init__(self, seed: int) -> None:
        self._chance = chance = Random(seed)
        self.batch_size = chance.choice([1, 2, 6, 16, 31, 32, 64, 128, 256])
        self.rows = self.batch_size * chance.choice([1, 2, 3, 5]) + chance.choice([0, 0, 1, self.batch_size // 2])
        self.loss = chance.choice([*LOSSES])
        self.kind = chance.choice(["numbers", "numbers", "embedded", "graph", "words", "series"])
        self.width = chance.choice([1, 3, 7, 10, 19, 40, 128])
        self._network = chance.getstate()

    def model(self) -> Any:
        """The network, the same each time, compiled."""
        self._chance.setstate(self._network)
        keras.backend.clear_session(free_memory=False)
        keras.utils.set_random_seed(5)
        given, x = getattr(self, f"_{self.kind}")()
        for layer in self._hidden():
            x = layer(x)
        if self.kind == "graph":
            changed = layers.Dense(x.shape[-1], "gelu")(layers.LayerNormalization()(x))
            x = self._chance.choice([layers.Add(), layers.Average(), layers.Multiply()])([x, changed])
        activation, units = LOSSES[self.loss]
        model = keras.Model(given, layers.Activation(activation or "linear")(layers.Dense(units)(x)))
        metrics = self._chance.choice([[], ["accuracy" if activation else "mean_absolute_error"]])
        model.compile(self._optimizer(), self.loss, metrics=metrics, jit_compile=True)
        return model

    def data(self) -> tuple[Any, Any]:
        """Features and labels."""
        chance = np.random.default_rng(3)
        numbers = chance.normal(size=(self.rows, self.width)).astype("float32")
        features: Any = {
            "words": lambda: chance.integers(0, WORDS, (self.rows, LENGTH)).astype("int32"),
            "series": lambda: chance.normal(size=(self.rows, LENGTH, 2)).astype("float32"),
            "numbers": lambda: numbers,
        }.get(self.kind, lambda: (numbers, chance.integers(0, CATEGORIES, (self.rows, 1))))()
        activation, units = LOSSES[self.loss]
        labels = chance.normal(size=(self.rows, units)).astype("float32") * 30
        if activation:
            labels = chance.integers(0, max(units, 2), (self.rows, 1)).astype("float32")
        return tf.nest.map_structure(tf.constant, features), tf.constant(labels)

    def _numbers(self) -> tuple[Any, Any]:
        given = keras.Input((self.width,))
        return given, given

    def _embedded(self) -> tuple[Any, Any]:
        numbers, category = keras.Input((self.width,)), keras.Input((1,), dtype="int64")
        vectors = layers.Flatten()(layers.Embedding(CATEGORIES, self._chance.choice([2, 8]))(category))
        return (numbers, category), layers.Concatenate()([numbers, vectors])

    _graph = _embedded

    def _words(self) -> tuple[Any, Any]:
        given = keras.Input((LENGTH,), dtype="int32")
        masked = self._chance.random() < 0.5
        return given, self._summed_up(layers.Embedding(WORDS, self._chance.choice([4, 16]), mask_zero=masked)(given))

    def _series(self) -> tuple[Any, Any]:
        given = keras.Input((LENGTH, 2))
        return given, self._summed_up(self._recurrent(return_sequences=True)(layers.Reshape((LENGTH, 2))(given)))

    def _summed_up(self, moments: Any) -> Any:
        """One vector of a sequence of them."""
        way = self._chance.choice(["recurrent", "both ways", "attention", "pooling"])
        if way == "recurrent":
            return self._recurrent()(moments)
        if way == "both ways":
            return layers.Bidirectional(self._recurrent())(moments)
        if way == "attention":
            moments = layers.Add()([moments, layers.MultiHeadAttention(2, 4)(moments, moments)])
        return self._chance.choice([layers.GlobalAveragePooling1D(), layers.GlobalMaxPooling1D()])(moments)

    def _recurrent(self, **options: Any) -> Any:
        kind = self._chance.choice(sorted(RECURRENT - {"Bidirectional"}))
        return getattr(layers, kind)(self._chance.choice([4, 8, 32]), **options)

    def _hidden(self) -> Iterator[Any]:
        for _ in range(self._chance.choice([0, 1, 1, 2, 3])):
            regularizer = self._chance.choice([None, None, "l2"])
            units = self._chance.choice([1, 4, 8, 16, 32, 64, 100, 256])
            yield layers.Dense(units, self._chance.choice(ACTIVATIONS), kernel_regularizer=regularizer)
            if self._chance.random() < 0.3:
                yield self._chance.choice([layers.BatchNormalization, layers.LayerNormalization])()
            if self._chance.random() < 0.3:
                yield layers.Dropout(self._chance.choice([0.1, 0.5]))

    def _optimizer(self) -> Any:
        options: dict[str, Any] = self._chance.choice([{}, {}, {"global_clipnorm": 0.5}, {"clipvalue": 0.01}])
        if self._chance.random() < 0.2:
            options = {**options, "learning_rate": optimizers.schedules.CosineDecay(0.01, 50)}
        return getattr(optimizers, self._chance.choice(sorted(LOOPED_OPTIMIZERS)))(**options)


def trained(drawn: Drawn, engine: str) -> tuple[list[bytes], dict[str, list[float]]]:
    """The variables of the model and of its optimizer, and the history."""
    model = drawn.model()
    history = ENGINES[engine]().fit(Job(model, Held(drawn.data()), None, drawn.batch_size, 2, 1, None, []))
    return [np.array(v).tobytes() for v in (*model.variables, *model.optimizer.variables)], history


@pytest.mark.parametrize(
    "seed", [seed if seed < IN_CI else pytest.param(seed, marks=pytest.mark.slow) for seed in range(IN_ALL)]
)
def test_a_loop_is_its_steps(seed: int) -> None:
    drawn = Drawn(seed)
    of_steps, of_loop = trained(drawn, "graph"), trained(drawn, "xla")
    assert repr(of_loop[1]) == repr(of_steps[1])
    assert of_loop[0] == of_steps[0]


def test_every_layer_of_the_list_is_drawn() -> None:
    made = {"InputLayer"}
    for seed in range(IN_ALL):
        made |= {type(layer).__name__ for layer in Drawn(seed).model().layers}
        if made >= LOOPED_LAYERS:
            break
    assert made == LOOPED_LAYERS | {"InputLayer"}
