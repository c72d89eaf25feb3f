"""A check of a size that no machine holds ends with its code, or a plan, and takes little memory itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.diagnostics import Diagnostic, Severity, SpecError
from tests.proof.sizes import PLAN, SIZES, WORST, lay_data

MOST_KB = 200 * 1024


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sizes")
    lay_data(made)
    return made


def told(name: str, folder: Path) -> tuple[Diagnostic, ...]:
    try:
        return compile_spec(Source(SIZES[name].text(), "spec.yaml", folder)).diagnostics
    except SpecError as error:
        return error.diagnostics


@pytest.mark.parametrize("name", SIZES)
def test_a_size_ends_with_its_code_or_a_plan(name: str, folder: Path) -> None:
    found, says = told(name, folder), SIZES[name].says
    assert all(problem.hint for problem in found)
    if says == PLAN:
        assert [problem.code for problem in found if problem.severity is Severity.ERROR] == []
    else:
        assert says in {problem.code for problem in found}


@pytest.mark.skipif(sys.platform == "win32", reason="what a process took is told by Unix alone")
@pytest.mark.parametrize("name", WORST)
def test_a_check_takes_little_memory(name: str, folder: Path) -> None:
    spec = folder / f"{name.replace(' ', '-')}.yaml"
    spec.write_text(SIZES[name].text(), "utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "specrun", "check", spec.name], cwd=folder, stderr=subprocess.DEVNULL
    ) as check:
        _, status, used = os.wait4(check.pid, 0)
        check.returncode = os.waitstatus_to_exitcode(status)
    assert check.returncode == (0 if SIZES[name].says in (PLAN, "D307") else 1)
    assert used.ru_maxrss / (1024 if sys.platform == "darwin" else 1) < MOST_KB
