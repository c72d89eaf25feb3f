"""A disk that is full while a run is used, or trained on streamed rows, is a diagnostic, and nothing is left behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.proof.traps.trap import Trap, spring


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "disk", "code"),
    [
        ("predict run rows.csv -o out.csv", 20_000, "R102"),
        ("predict run rows.csv -o out.parquet", 8_000, "R102"),
        ("evaluate run rows.csv --report page.html", 20_000, "R102"),
        ("run spec.yaml --set data.memory=streamed --set training.epochs=1 --out new", 20_000, "R203"),
    ],
)
def test_a_full_disk_is_told(command: str, disk: int, code: str, finished: Path) -> None:
    def lay(folder: Path) -> None:
        shutil.copytree(finished, folder, dirs_exist_ok=True)

    outcome = spring(Trap(command, lay, (code,), command=command, disk=disk, heavy=True))
    assert outcome.faults == (), outcome.err + outcome.out
