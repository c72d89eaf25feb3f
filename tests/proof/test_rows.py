"""The registry of proofs is whole, and its table keeps the rows that were not proven anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proof.__main__ import line, table, written
from tests.proof.result import Result
from tests.proof.rows import ROWS

FOLDER = Path(__file__).parent
SHARED_BY = {path.stem.removeprefix("test_") for path in FOLDER.glob("test_*.py")}


@pytest.mark.parametrize("name", ROWS)
def test_each_row_has_a_module_and_a_share_in_the_tests(name: str) -> None:
    assert (FOLDER / f"{name}.py").exists() or (FOLDER / name / "__init__.py").exists()
    assert name in SHARED_BY


def test_a_table_keeps_the_rows_that_were_proven_before(tmp_path: Path) -> None:
    lines = {name: line(ROWS[name], Result("7 of 7"), 60) for name in ("traps", "fuzzed")}
    page = tmp_path / "proof.md"
    page.write_text(table(lines), "utf-8")
    assert [*written(page)] == ["fuzzed", "traps"]
    fault = line(ROWS["traps"], Result("6 of 7", ("a trap",)), 90)
    assert "**1 fault**: 6 of 7 | 1.5 min" in fault
    assert table({**written(page), "traps": fault}).splitlines()[2:] == [lines["fuzzed"], fault]
