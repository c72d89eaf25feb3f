"""A check of a size that no machine holds ends with its code, or a plan, and takes little memory itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.diagnostics import Diagnostic, Severity, SpecError
from tests.proof.sizes import PLAN, SIZES, WORST, lay_data
from tests.proof.traps.of_sizes import TRAPS
from tests.proof.traps.trap import spring


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
def test_a_check_takes_little_memory(name: str) -> None:
    (trap,) = (trap for trap in TRAPS if trap.name == name)
    assert spring(trap).faults == ()
