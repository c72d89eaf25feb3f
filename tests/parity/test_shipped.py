"""Each shipped spec, run live, and its script alone in a fresh process: the same weights and test predictions."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

import specrun
from specrun.compiler.script import write_script

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))
EPOCHS = "training.epochs=3"
"""Enough to tell two trainings apart."""

ALONE = """
import runpy
import sys


class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "specrun":
            raise ModuleNotFoundError(name)


sys.meta_path.insert(0, Blocker())
try:
    import specrun
except ModuleNotFoundError:
    pass
else:
    raise SystemExit("specrun can be imported")
script, found = sys.argv[1:]
sys.argv = [script]
names = runpy.run_path(script, run_name="__main__")
import keras
import numpy as np

model, rows = names["model"], names["test"]
weights = {str(i): np.asarray(weight) for i, weight in enumerate(model.weights)}
outputs = keras.tree.flatten(model.predict(names["tensors"](rows)[0], verbose=0))
np.savez(found, predictions=np.hstack(outputs), **weights)
"""


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_shipped_script_alone_is_the_run(path: Path, tmp_path: Path) -> None:
    import keras
    import numpy as np

    from specrun.runtime.training import train

    compilation = specrun.load(path, [EPOCHS]).compilation
    (tmp_path / "script.py").write_text(write_script(compilation.plan, compilation.folder, tmp_path), encoding="utf-8")
    (tmp_path / "alone.py").write_text(ALONE, encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [sys.executable, "-W", "error::UserWarning:__main__", "alone.py", "script.py", "found.npz"]
    with subprocess.Popen(command, cwd=tmp_path, env=clean, stdout=PIPE, stderr=PIPE, text=True) as alone:
        trained = train(compilation.plan, compilation.folder, tmp_path)
        complaints = alone.communicate()[1]
    assert alone.returncode == 0, complaints
    assert "Warning" not in complaints

    found = np.load(tmp_path / "found.npz")
    network = trained.network
    expected = [np.asarray(weight) for weight in network.model.weights]
    assert [found[str(i)].tobytes() for i in range(len(found) - 1)] == [weight.tobytes() for weight in expected]
    outputs = keras.tree.flatten(network.model.predict(network.features(trained.frames["test"]), verbose=0))
    predictions = np.hstack(outputs)
    assert found["predictions"].tobytes() == predictions.tobytes()
    assert (tmp_path / compilation.plan.file).is_file()


def test_the_script_of_the_hotel_reviews_is_short() -> None:
    script = specrun.load(SPECS[0].parent / "hotel_reviews.yaml").script(folder=SPECS[0].parent)
    assert len(script.splitlines()) <= 67
