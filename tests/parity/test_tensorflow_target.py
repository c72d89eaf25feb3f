"""Each shipped spec as a script of TensorFlow alone: with the weights of the run, the same outputs and next step."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import pytest

import specrun
from specrun.compiler.script import write_script
from specrun.runtime.training import train
from tests.parity.beside_keras import NEAR, agree, beside, executed, loss_of

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))
EPOCHS = "training.epochs=2"
"""Enough for weights and an optimizer that have moved."""

LOADED = """
import json
import sys

import numpy as np
import tensorflow as tf

apart = {}
for folder in sys.argv[1:]:
    raw = dict(np.load(f"{folder}/raw.npz", allow_pickle=False))
    expected = np.load(f"{folder}/expected.npz", allow_pickle=False)
    columns = {name: tf.constant(value) for name, value in raw.items()}
    model = tf.saved_model.load(f"{folder}/saved")
    outputs = tf.nest.flatten(model.predict(columns))
    apart[folder] = [
        float(np.max(np.abs(a.numpy() - b) / np.maximum(1, np.abs(b))))
        for a, b in zip(outputs, expected.values(), strict=True)
    ]
print(json.dumps(apart))
"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the models that the scripts save."""
    return tmp_path_factory.mktemp("saved")


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_with_the_weights_of_the_run_a_script_gives_its_outputs_and_its_next_step(
    path: Path, saved: Path, tmp_path: Path
) -> None:
    import numpy as np
    import tensorflow as tf

    both = beside(specrun.load(path, [EPOCHS]).compilation, tmp_path)
    both.hand_over()
    raw = both.raw("test")
    expected = tf.nest.flatten(both.trained.network.served()(raw))
    folder = saved / path.stem
    tf.saved_model.save(both.network, str(folder / "saved"))
    np.savez(folder / "raw.npz", **{name: plain(value.numpy()) for name, value in raw.items()})
    np.savez(folder / "expected.npz", **{str(i): value.numpy() for i, value in enumerate(expected)})

    agree(both)


@pytest.mark.slow
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_whole_training_reaches_a_loss_within_the_spread_of_seeds(path: Path, tmp_path: Path) -> None:
    compilations = [specrun.load(path, [f"training.seed={seed}"]).compilation for seed in range(5)]
    of_keras = [train(c.plan, c.folder, tmp_path / "checkpoint").metrics["test"]["loss"] for c in compilations]
    losses = []
    for seed, compilation in enumerate(compilations):
        script = tmp_path / f"script_{seed}.py"
        script.write_text(write_script(compilation.plan, compilation.folder, tmp_path, "tensorflow"), "utf-8")
        names = executed(script)
        losses.append(loss_of(names["network"], *names["tensors"](names["test"])))
    low, high = min(of_keras), max(of_keras)
    assert min(losses) <= high and max(losses) >= low, (losses, of_keras)  # noqa: PT018 - the spreads overlap
    assert median(losses) <= high + (high - low) / 2, (losses, of_keras)


def plain(values: Any) -> Any:
    """An array without objects: texts are those of NumPy."""
    import numpy as np

    return np.char.decode(values.astype("S"), "utf-8") if values.dtype == object else values


def test_what_a_script_saves_takes_raw_rows_in_a_fresh_process(saved: Path, tmp_path: Path) -> None:
    folders = sorted(folder for folder in saved.iterdir())
    if not folders:
        pytest.skip("no script of this session saved a model")
    (tmp_path / "loaded.py").write_text(LOADED, "utf-8")
    command = [sys.executable, "loaded.py", *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert all(distance <= NEAR for apart in found.values() for distance in apart), found


def test_the_script_of_the_hotel_reviews_is_short() -> None:
    path = next(path for path in SPECS if path.stem == "hotel_reviews")
    script = specrun.load(path).script("tensorflow", folder=path.parent)
    assert len(script.splitlines()) < 112
