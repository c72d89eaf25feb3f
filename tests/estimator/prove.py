"""Runs the scripts of estimators for real, in an environment that has TensorFlow 2.15, as a Markdown table.

    python tests/estimator/prove.py PYTHON [SPEC...]

PYTHON is that environment's. Each spec that estimators can hold is run by its script and by Keras. Of what the best
guess without a network gets wrong on the test rows, a script has to get right at least a tenth, and as much as the run
but for a seventh: initial weights and the order of the rows are drawn otherwise. The features of both are the same, the
order of the columns aside. What the SavedModel, loaded in a fresh process, predicts for the raw test rows has to be as
wrong as the script says, to six digits.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from specrun.compiler.compilation import Compilation, compile_spec, load
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.plan import Plan, Task
from specrun.compiler.script import write_script
from specrun.runtime.baseline import baseline
from specrun.runtime.profile import choose_training
from specrun.runtime.training import Trained, train

ROOT = Path(__file__).resolve().parents[2]
SPECS = [*sorted((ROOT / "specs").glob("*.yaml")), *sorted((ROOT / "tests" / "estimator" / "specs").glob("*.yaml"))]
GAINED, NEAR, SAME = 0.1, 1 / 7, 1e-6
HEAD = """\
| spec | measure | script | SavedModel | run | baseline | seconds |
|---|---|---:|---:|---:|---:|---:|"""
KERAS = {
    Task.CLASSES: "accuracy",
    Task.BINARY: "accuracy",
    Task.LABELS: "binary_accuracy",
    Task.NUMBER: "mean_absolute_error",
    Task.NUMBERS: "mean_absolute_error",
}
ESTIMATOR = KERAS | {Task.LABELS: "accuracy/positive_threshold_0.5"}


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure of the test rows, by the script, the SavedModel, the run, and the best guess without a network."""

    name: str
    script: float
    served: float
    run: float
    baseline: float
    seconds: float

    def holds(self) -> bool:
        """Whether it is as the limits want it."""
        script, run, guess = (value if self.is_error else 1 - value for value in (self.script, self.run, self.baseline))
        same = abs(self.served - self.script) <= SAME * max(1.0, self.script)
        return same and script <= guess * (1 - GAINED) and abs(script - run) <= guess * NEAR

    @property
    def is_error(self) -> bool:
        """Whether less is better."""
        return self.name.endswith("_error")


def main() -> None:
    """Prove all, print the table, and exit with 1 if a limit is broken."""
    python, *paths = sys.argv[1:]
    python = str(Path(python).absolute())  # it is called from other folders
    print(HEAD, flush=True)
    results = [_held(python, path) for path in map(Path, paths)] if paths else [_held(python, path) for path in SPECS]
    proven = [result for result in results if result is not None]
    print(f"\n{proven.count(True)} passed, {proven.count(False)} failed, {results.count(None)} cannot be held")
    sys.exit(0 if proven and all(proven) else 1)


def _held(python: str, path: Path) -> bool | None:
    """Whether a spec holds; None for one that estimators cannot hold."""
    compilation = compile_spec(load(path), choose_training=choose_training)
    with tempfile.TemporaryDirectory() as folder:
        try:
            script = write_script(compilation.plan, compilation.folder, Path(folder), "estimator")
        except SpecError:
            return None
        (Path(folder) / "script.py").write_text(script, "utf-8")
        found = _measured(python, compilation, Path(folder))
    holds = found.holds()
    values = " | ".join(f"{value:.4f}" for value in (found.script, found.served, found.run, found.baseline))
    print(f"| {path.stem} | {found.name} | {values} | {found.seconds:.0f} |{'' if holds else ' **no**'}", flush=True)
    return holds


def _measured(python: str, compilation: Compilation, folder: Path) -> Measured:
    plan = compilation.plan
    task, start = plan.heads[0].task, time.perf_counter()
    printed = ast.literal_eval(_run(folder, python, "script.py").splitlines()[-1])
    seconds = time.perf_counter() - start
    trained = train(plan, compilation.folder, folder / "checkpoints")
    _compare_features(python, folder, trained)
    labels = trained.labels
    (folder / "rows.json").write_text(json.dumps(_raw(plan, trained.frames["test"])), "utf-8")
    every, first = json.loads(_run(folder, python, str(ROOT / "tests/estimator/serve.py"), plan.name, "rows.json"))
    for name, values in first.items():
        np.testing.assert_allclose(values, every[name][:1], rtol=1e-5, atol=1e-6)
    return Measured(
        KERAS[task],
        printed[ESTIMATOR[task]],
        _of_served(task, every, labels["test"]),
        trained.metrics["test"][KERAS[task]],
        baseline(plan, labels["train"], labels["test"])[KERAS[task]],
        seconds,
    )


def _compare_features(python: str, folder: Path, trained: Trained) -> None:
    """Raise AssertionError where the test rows have other features than in the run; those that are trained aside."""
    _run(folder, python, str(ROOT / "tests/estimator/features.py"), "script.py", "features.npy")
    given = trained.network.features(trained.frames["test"])
    parts = map(np.asarray, given.values() if isinstance(given, dict) else [given])
    wanted = np.hstack([part for part in parts if part.dtype.kind == "f"])
    found = np.load(folder / "features.npy", allow_pickle=False)
    np.testing.assert_allclose(_in_order(found), _in_order(wanted), rtol=0, atol=2e-4)


def _in_order(features: Any) -> Any:
    """The columns, sorted by their rounded values."""
    rounded = features.round(4) + 0.0  # no -0
    return rounded[:, np.lexsort(rounded[::-1])]


def _run(folder: Path, *command: str) -> str:
    quiet = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=folder, env=quiet | {"TF_CPP_MIN_LOG_LEVEL": "3"}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout


def _raw(plan: Plan, frame: Any) -> dict[str, Any]:
    """The raw rows of a data frame, by the inputs."""
    columns = (column for group in plan.features if group.input is not None for column in group.columns)
    return {column: frame[[column]].to_numpy().tolist() for column in columns}


def _of_served(task: Task, outputs: dict[str, Any], labels: Any) -> float:
    """The measure of what was served."""
    if task is Task.LABELS:
        return float(np.mean((np.array(outputs["probabilities"]) > 0.5) == (labels > 0.5)))
    if task in (Task.NUMBER, Task.NUMBERS):
        return float(np.mean(np.abs(np.array(outputs["predictions"]) - labels)))
    classes = labels.argmax(1) if task is Task.CLASSES and labels.ndim == 2 else labels.ravel()
    return float(np.mean(np.ravel(outputs["class_ids"]) == classes))


if __name__ == "__main__":
    main()
