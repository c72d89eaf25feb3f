"""The synthetic data of the shipped specs are what their generators write."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "specs" / "data"


@pytest.mark.parametrize("stem", ["bakery", "bicycle_repairs", "deliveries", "messages"])
@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_a_generator_writes_the_committed_bytes(stem: str, tmp_path: Path, hash_seed: str) -> None:
    script = shutil.copy(DATA / f"make_{stem}.py", tmp_path)
    subprocess.run([sys.executable, script], check=True, env={**os.environ, "PYTHONHASHSEED": hash_seed})
    assert (tmp_path / f"{stem}.csv").read_bytes() == (DATA / f"{stem}.csv").read_bytes()


def test_every_table_has_a_generator_and_a_word_in_the_readme() -> None:
    readme = (DATA / "README.md").read_text("utf-8")
    for table in DATA.glob("*.csv"):
        assert (DATA / f"make_{table.stem}.py").is_file()
        assert f"`{table.name}`" in readme
