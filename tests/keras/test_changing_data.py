"""Data that change between their check and the training are told, and nothing is trained on them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.runtime.profile import choose_training
from specrun.runtime.run import run
from tests.unit.test_unchanged import ROWS, SPEC, appended, cut, removed

WAYS = {"in_memory": ("data.memory=in_memory",), "streamed": ("data.memory=streamed", "training.engine=graph")}


@pytest.mark.parametrize("change", [appended, cut, removed])
@pytest.mark.parametrize("way", WAYS)
def test_what_was_checked_is_trained_on(way: str, change: object, tmp_path: Path) -> None:
    assert callable(change)
    (tmp_path / "rows.csv").write_text(ROWS)
    source = Source(SPEC, "spec.yaml", tmp_path, (*WAYS[way], "training.epochs=1"))
    compilation = compile_spec(source, choose_training=choose_training)
    change(tmp_path / "rows.csv")
    with pytest.raises(SpecError, match="D127"):
        run(compilation, tmp_path / "run", report=False)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(("run", ".run"))]


def test_two_runs_that_begin_at_once_in_one_directory_are_one_run(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS)
    (tmp_path / "spec.yaml").write_text(SPEC)
    command = [sys.executable, "-m", "specrun", "run", "spec.yaml", "--no-report", "--out", "run"]
    options = {"cwd": tmp_path, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    both = [subprocess.Popen(command, **options, text=True) for _ in range(2)]  # type: ignore[call-overload]
    said = [process.communicate()[1] for process in both]
    assert sorted(process.returncode for process in both) == [0, 1], said
    (refused,) = (text for text, process in zip(said, both, strict=True) if process.returncode)
    assert "error[R101]" in refused or "error[R110]" in refused
    assert "Traceback" not in "".join(said)
    listed = subprocess.run([sys.executable, "-m", "specrun", "runs", ".", "--check"], cwd=tmp_path, check=False)
    assert listed.returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.csv", "run", "spec.yaml"]
