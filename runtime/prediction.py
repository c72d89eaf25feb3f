"""Predicting with a model: one graph for batches of any size, made once."""

from __future__ import annotations

from typing import Any

_BATCH_ROWS = 4096
"""Enough rows for the time to be that of the layers, and few enough to fit beside the data."""


class Predictor:
    """A Keras model that takes a dictionary of columns, compiled at the first call."""

    def __init__(self, model: Any) -> None:
        import tensorflow as tf

        inputs = {name: tf.TensorSpec(given.shape, given.dtype) for name, given in model.input.items()}
        self._call = tf.function(lambda rows: model(rows, training=False), [inputs], autograph=False)
        self._dtypes = {name: spec.dtype for name, spec in inputs.items()}

    def __call__(self, columns: Any) -> Any:
        """What the model gives for the rows, as arrays; `columns` are arrays or tensors, `(rows, …)`, by name."""
        import numpy as np
        import tensorflow as tf

        tensors = {name: tf.cast(columns[name], dtype) for name, dtype in self._dtypes.items()}
        rows = len(next(iter(tensors.values())))
        batches = [
            self._call({name: values[first : first + _BATCH_ROWS] for name, values in tensors.items()})
            for first in range(0, max(rows, 1), _BATCH_ROWS)
        ]
        return tf.nest.map_structure(lambda *outputs: np.concatenate([np.asarray(o) for o in outputs]), *batches)
