"""Streamed rows: a case trains from files by its run and from memory by its script, to the same bytes.

Of the cases, a twelfth that XLA has no share of; the others are slow.
"""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.script import write_script
from specrun.compiler.verify import verify
from specrun.runtime.profile import choose_training
from specrun.runtime.streaming import chunks, rows
from tests.parity.test_parity import CASES, arrays, compiled, executed
from tests.sharing import shared_out

BLOCK_ROWS, CHUNK_ROWS, GROUP_ROWS = 48, 37, 64


def _streamed(case: Path, workplace: Path) -> Compilation:
    source = Source(case.read_text("utf-8"), case.name, workplace, ("data.memory=streamed",))
    return compile_spec(source, choose_training=choose_training, count_values=True)


@pytest.mark.parametrize("case", shared_out(CASES, 12, first=1), ids=lambda path: path.stem)
def test_the_script_and_the_streamed_run_are_one_model(
    case: Path, workplace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    from specrun.runtime.training import train

    for module in ("memory", "lower.training", "script.rendering"):
        monkeypatch.setattr(f"specrun.compiler.{module}.BLOCK_ROWS", BLOCK_ROWS)
    monkeypatch.setattr(chunks, "CHUNK_ROWS", CHUNK_ROWS)
    monkeypatch.setattr(rows, "GROUP_ROWS", GROUP_ROWS)
    if "files" not in compiled(case, workplace).plan.data.memory.reason:
        with pytest.raises(SpecError, match="S248"):
            _streamed(case, workplace)
        return
    if compiled(case, workplace).plan.data.folds is not None:
        with pytest.raises(SpecError, match="S249"):
            _streamed(case, workplace)
        return
    compilation = _streamed(case, workplace)
    verify(compilation.plan)
    with mock.patch("specrun.compiler.memory.BLOCK_ROWS", 4096):
        trained = train(compilation.plan, compilation.folder, tmp_path / "checkpoints")
    keras.backend.clear_session(free_memory=False)
    script = tmp_path / "script.py"
    script.write_text(write_script(compilation.plan, compilation.folder, tmp_path), encoding="utf-8")
    names = executed(script)

    assert arrays(names["model"]) == arrays(trained.network.model)
    assert repr(names["model"].history.history) == repr(trained.history)
    assert not list(tmp_path.glob(".rows-*"))
