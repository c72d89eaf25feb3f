"""Trains a spec with TensorFlow, by the run, with several seeds: what its scripts for other backends are held against.

python tests/backends/reference.py SPEC FOLDER SEED...
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"

from specrun.compiler.compilation import compile_spec, load
from specrun.runtime.profile import choose_training
from specrun.runtime.training import Trained, train
from tests.backends.measures import Rows, loss_of, measured


def main() -> None:
    """Write what was measured of the first seed, and the losses of all of them on the training rows."""
    spec, folder, *seeds = sys.argv[1:]
    losses = []
    for number, seed in enumerate(seeds):
        compilation = compile_spec(load(Path(spec), (f"training.seed={seed}",)), choose_training=choose_training)
        with tempfile.TemporaryDirectory() as checkpoints:
            trained = train(compilation.plan, compilation.folder, Path(checkpoints))
        rows, model = _rows(trained, "train"), trained.network.model
        losses.append(loss_of(model, rows))
        if number == 0:
            batch = compilation.plan.training.batch_size
            found = measured(model, rows, _rows(trained, "test"), batch, model.get_weights())
            found.save(Path(folder) / "reference.npz")
    Path(folder, "losses.json").write_text(json.dumps(losses), "utf-8")


def _rows(trained: Trained, part: str) -> Rows:
    return Rows(trained.network.features(trained.frames[part]), trained.labels[part])


if __name__ == "__main__":
    main()
