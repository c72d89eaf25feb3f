"""Many rows are measured in large batches, by a run and by its script alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parity.test_parity import CASES, assert_one_model, compiled

NAMES = ("callbacks", "metrics_of_two_classes", "split_order", "targets_of_every_kind", "two_targets")
SETTING = "training.epochs=3"  # by which the plan differs from that of other tests


@pytest.mark.parametrize("name", NAMES)
def test_the_script_and_the_run_are_one_model(
    name: str, workplace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("specrun.compiler.lower.training.MANY_ROWS", 1)
    monkeypatch.setattr("specrun.compiler.lower.training.MEASURED_ROWS", 7)
    case = next(case for case in CASES if case.stem == name)
    assert compiled(case, workplace, SETTING).plan.training.measured_batch_size == 7
    assert_one_model(case, workplace, tmp_path, SETTING)
