"""Each shipped spec as a script of TensorFlow alone or of scikit-learn, in a fresh process without specrun."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import specrun
from specrun.compiler.diagnostics import SpecError

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))
SAVED = {"tensorflow": ["{}.savedmodel/saved_model.pb"], "sklearn": []}
"""The files that are there afterwards; the script of scikit-learn is a baseline, and saves nothing."""

WITHOUT_SPECRUN = """
import runpy
import sys

sys.modules["specrun"] = None
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.slow
@pytest.mark.parametrize("target", SAVED)
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_script_runs_alone(path: Path, target: str, tmp_path: Path) -> None:
    spec = specrun.load(path)
    try:
        script = spec.script(target, folder=tmp_path)
    except SpecError as refused:
        pytest.skip(refused.diagnostics[0].message)
    (tmp_path / "script.py").write_text(script, "utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [sys.executable, "-c", WITHOUT_SPECRUN, "script.py", "--epochs", "2"]
    done = subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "UserWarning" not in done.stderr
    assert re.search(r"\d\.\d", done.stdout.splitlines()[-1]), done.stdout
    for saved in SAVED[target]:
        assert (tmp_path / saved.format(spec.plan.name)).is_file()
