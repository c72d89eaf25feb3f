"""What the feature columns of a script make of the test rows, in an environment that has TensorFlow 2.15.

python tests/estimator/features.py SCRIPT ARRAY

The script is run until its layers come. The dense features, but for trained ones, go into the file ARRAY.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf


def main() -> None:
    """Write the features, a row for each test row in its order, the columns in the order of TensorFlow."""
    script, array = sys.argv[1:]
    source, _, _ = Path(script).read_text("utf-8").partition("# Layers and training")
    sys.argv = [script, "--batch-size", "1000000"]
    names: dict[str, Any] = {"__name__": "__main__", "__doc__": None}
    tf.data.Dataset.shuffle = lambda self, *_, **__: self
    exec(compile(source, script, "exec"), names)
    inputs, *_ = next(iter(names["batches"](names["test"])))
    columns = [column for column in names["columns"] if not hasattr(column, "initializer")]
    np.save(array, tf.keras.layers.DenseFeatures(columns)(inputs).numpy())


if __name__ == "__main__":
    main()
