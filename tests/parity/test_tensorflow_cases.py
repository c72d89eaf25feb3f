"""Each parity case as a script of TensorFlow alone, where such scripts can hold it."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.compiler.script.targets.tensorflow.program import Programmer
from tests.parity.beside_keras import agree, beside
from tests.parity.test_parity import CASES, compiled


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_case_agrees(case: Path, workplace: Path, tmp_path: Path) -> None:
    compilation = compiled(case, workplace)
    refused = Programmer(compilation.plan).refused
    if refused:
        pytest.skip(f"no rule for {refused[0][0]}")
    agree(beside(compilation, tmp_path), near=4e-6, noise=1e-5)


def test_most_cases_are_held(workplace: Path) -> None:
    held = [case for case in CASES if not Programmer(compiled(case, workplace).plan).refused]
    assert len(held) >= len(CASES) * 0.55
