"""What is measured of a trained network, on whatever backend: of the run and of a script by the same functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

Arrays = list[NDArray[Any]]
RATE = 1e-3
"""The learning rate of the one step: callbacks have changed that of the training, each time in another way."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Encoded features and labels of some rows, as tensors, arrays or dictionaries of them."""

    features: Any
    labels: Any

    def first(self, count: int) -> Rows:
        """The first of the rows."""
        return Rows(*keras.tree.map_structure(lambda values: values[:count], (self.features, self.labels)))


@dataclass(frozen=True, slots=True)
class Measured:
    """The `weights` and the `outputs` for the test rows, and both as `stepped` by one step of the optimizer."""

    weights: Arrays
    outputs: Arrays
    stepped: Arrays
    stepped_weights: Arrays

    def save(self, path: Path) -> None:
        """Write the arrays to a file."""
        named = {f"{what}_{i:04}": value for what in _WHAT for i, value in enumerate(getattr(self, what))}
        np.savez(path, **named)

    @staticmethod
    def load(path: Path) -> Measured:
        """What `save` has written."""
        with np.load(path, allow_pickle=False) as arrays:
            return Measured(*([arrays[n] for n in sorted(arrays) if n.rpartition("_")[0] == w] for w in _WHAT))


_WHAT = tuple(field.name for field in fields(Measured))


def measured(model: Any, train: Rows, test: Rows, batch: int, weights: Sequence[Any]) -> Measured:
    """What comes of a network with those weights; the step is one on the first `batch` training rows."""
    model.set_weights(weights)
    outputs = outputs_of(model, test)
    before = [np.array(weight) for weight in model.get_weights()]
    _still(model)
    config = model.get_compile_config()
    _fixed_rate(config)
    model.compile_from_config(config)
    if keras.backend.backend() == "tensorflow":
        _summed(model.optimizer)
    rows = train.first(batch)
    model.train_on_batch(rows.features, rows.labels)
    return Measured(before, outputs, outputs_of(model, test), model.get_weights())


def outputs_of(model: Any, rows: Rows) -> Arrays:
    """What a network gives, one array for each of its outputs."""
    return [np.asarray(value) for value in keras.tree.flatten(model.predict(rows.features, verbose=0))]


def distance(found: Arrays, wanted: Arrays) -> float:
    """The largest difference of two lists of arrays: absolute, and relative for values beyond 1."""
    assert [a.shape for a in found] == [b.shape for b in wanted]
    pairs = zip(found, wanted, strict=True)
    return max(float(np.max(np.abs(a - b) / np.maximum(1, np.abs(b)), initial=0)) for a, b in pairs)


def loss_of(model: Any, rows: Rows) -> float:
    """The loss on some rows."""
    return float(model.evaluate(rows.features, rows.labels, verbose=0, return_dict=True)["loss"])


def _still(model: Any) -> None:
    """Leave out what changes at random while it trains."""
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0
        elif type(layer).__name__.startswith("Random"):
            layer.call = lambda inputs, **_: inputs


def _summed(optimizer: Any) -> None:
    """Give an optimizer of TensorFlow one gradient for each row of an embedding, as those of other backends have it.

    There, Keras hands over one for each time that a word stands in the batch, and an optimizer that squares gradients
    squares each of them by itself.
    """
    import tensorflow as tf

    apply = optimizer.apply

    def of_sums(gradients: Any, variables: Any = None) -> Any:
        return apply([tf.convert_to_tensor(gradient) for gradient in gradients], variables)

    optimizer.apply = of_sums


def _fixed_rate(config: dict[str, Any]) -> None:
    optimizer = config["optimizer"]
    if isinstance(optimizer, str):
        config["optimizer"] = optimizer = keras.saving.serialize_keras_object(keras.optimizers.get(optimizer))
    optimizer["config"]["learning_rate"] = RATE
