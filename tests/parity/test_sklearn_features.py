"""The features of a script of scikit-learn are those of the run, column by column."""

from __future__ import annotations

import runpy
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

import specrun

ROOT = Path(__file__).resolve().parents[2]
SPECS = [
    *sorted((ROOT / "tests" / "sklearn" / "specs").glob("*.yaml")),
    *(ROOT / "specs" / f"{stem}.yaml" for stem in ("bicycle_repairs", "hotel_reviews")),
]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_script_of_scikit_learn_has_the_features_of_the_run(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np

    from specrun.runtime.evaluate import Evaluator
    from specrun.runtime.network import build_network
    from specrun.runtime.rows import read_parts

    spec = specrun.load(path)
    compilation = spec.compilation
    evaluator = Evaluator(compilation.folder)
    evaluator.variables |= compilation.plan.constants
    frames = read_parts(compilation.plan, evaluator)
    network = build_network(compilation.plan, evaluator)

    (tmp_path / "script.py").write_text(spec.script("sklearn", folder=tmp_path), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["script.py", "--epochs", "1"])
    with warnings.catch_warnings():  # it filters some
        names: dict[str, Any] = runpy.run_path("script.py", run_name="__main__")

    of_run = {part: np.asarray(network.features(frame)) for part, frame in frames.items()}
    # Nothing is ever learnt of a column that is 0 in all training rows: the place of unknown texts, an empty bucket.
    learnt = of_run["train"].any(axis=0)
    for part, features in of_run.items():
        found = names["encoder"].transform(names[part])
        np.testing.assert_allclose(found, features[:, learnt], rtol=1e-5, atol=1e-6)
