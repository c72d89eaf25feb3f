"""A notebook is its script: run from top to bottom, its network has the weights of the run, byte for byte."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

import specrun
from specrun.compiler.compilation import Compilation
from specrun.compiler.script import write_script
from tests.process import options_kept

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
IN_CI = ("bakery", "deliveries", "wine")
EPOCHS = "training.epochs=2"


def notebook_of(path: Path, folder: Path) -> tuple[Compilation, Path]:
    compilation = specrun.load(path, [EPOCHS]).compilation
    file = folder / f"{path.stem}.ipynb"
    file.write_text(write_script(compilation.plan, compilation.folder, folder, "notebook"), encoding="utf-8")
    return compilation, file


def executed(file: Path) -> dict[str, Any]:
    """What the code cells leave, one after the other."""
    import matplotlib as mpl

    mpl.use("agg")
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = json.loads(file.read_text("utf-8"))["cells"]
    with contextlib.chdir(file.parent), contextlib.redirect_stdout(io.StringIO()), options_kept():
        for cell in cells:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), names)
    return names


@pytest.mark.parametrize("path", [path for path in SPECS if path.stem in IN_CI], ids=lambda path: path.stem)
def test_a_notebook_is_the_run(path: Path, tmp_path: Path) -> None:
    import keras
    import matplotlib.pyplot as plt
    import numpy as np

    from specrun.runtime.training import train

    compilation, file = notebook_of(path, tmp_path)
    trained = train(compilation.plan, compilation.folder, tmp_path)
    keras.backend.clear_session(free_memory=False)
    names = executed(file)
    assert (tmp_path / compilation.plan.file).is_file()
    for weight, expected in zip(names["model"].weights, trained.network.model.weights, strict=True):
        assert np.asarray(weight).tobytes() == np.asarray(expected).tobytes()
    measures = {measure.removeprefix("val_") for measure in trained.history}
    assert len([axes for axes in plt.gcf().axes if axes.lines]) == len(measures)
    plt.close("all")


@pytest.mark.slow
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom_in_a_kernel(path: Path, tmp_path: Path) -> None:
    import nbclient
    import nbformat

    compilation, file = notebook_of(path, tmp_path)
    notebook = nbformat.reads(file.read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    (measured,) = (cell for cell in notebook.cells if cell["id"] == "evaluation-py")
    assert "'loss'" in measured["outputs"][0]["text"]
    pictures = [o for cell in notebook.cells if cell["id"] == "training-py" for o in cell["outputs"]]
    assert any("image/png" in picture.get("data", {}) for picture in pictures)
    assert (tmp_path / compilation.plan.file).is_file()
