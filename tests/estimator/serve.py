"""Loads a SavedModel of an estimator and gives it raw rows, in an environment that has TensorFlow 2.15.

python tests/estimator/serve.py FOLDER ROWS

ROWS is a JSON file of columns. What the model predicts goes to stdout as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import tensorflow as tf


def main() -> None:
    """Print the predictions for all rows at once, and for the first one alone."""
    folder, rows = sys.argv[1:]
    (saved,) = Path(folder).iterdir()
    columns = json.loads(Path(rows).read_text("utf-8"))
    loaded = tf.saved_model.load(str(saved))
    serve = loaded.signatures["predict"]
    raw = {name: tf.constant(values, _dtype(values)) for name, values in columns.items()}
    print(json.dumps([_predicted(serve(**raw)), _predicted(serve(**{name: value[:1] for name, value in raw.items()}))]))


def _dtype(values: list[list[object]]) -> object:
    return tf.string if isinstance(values[0][0], str) else tf.float32


def _predicted(outputs: dict[str, Any]) -> dict[str, list[list[float]]]:
    numbers = (name for name, output in outputs.items() if output.dtype != tf.string)
    return {name: outputs[name].numpy().tolist() for name in numbers}


if __name__ == "__main__":
    main()
