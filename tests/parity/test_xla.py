"""The cases once more, with XLA compiling the steps of the run and of the script: a share of them, the others slow."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.compiler.diagnostics import SpecError
from tests.parity.test_parity import CASES, assert_one_model, compiled
from tests.sharing import shared_out

XLA = "training.engine=xla"
REFUSED = {"callbacks": "S409", "image_folder": "S410"}
"""The cases that XLA cannot hold, and the codes that say so."""


@pytest.mark.parametrize("case", shared_out(CASES, 16), ids=lambda path: path.stem)
def test_the_script_and_the_run_are_one_model(case: Path, workplace: Path, tmp_path: Path) -> None:
    if case.stem in REFUSED:
        with pytest.raises(SpecError, match=REFUSED[case.stem]):
            compiled(case, workplace, XLA)
    else:
        assert_one_model(case, workplace, tmp_path, XLA)
