"""A run that may not be written to can be used as any other, and nothing is written into it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proof.traps.trap import Trap, Unable, spring


def laid(finished: Path) -> Callable[[Path], None]:
    def lay(folder: Path) -> None:
        shutil.copytree(finished, folder, dirs_exist_ok=True)
        for path in ((folder / "run"), *(folder / "run").rglob("*")):
            path.chmod(path.stat().st_mode & ~0o222)

    return lay


@pytest.mark.parametrize(
    ("command", "codes", "left"),
    [
        ("predict run rows.csv -o out.csv", (), ("out.csv",)),
        ("evaluate run rows.csv --report page.html", (), ("page.html",)),
        ("runs . --check", (), ()),
        ("compare run run", (), ()),
        ("predict run rows.csv -o run/out.csv", ("R102",), ()),
        ("run spec.yaml --out run/again", ("R101",), ()),
        ("run spec.yaml --out run", ("R101",), ()),
        ("run --resume run", ("R110",), ()),
    ],
)
def test_it_is_used_as_any_other(command: str, codes: tuple[str, ...], left: tuple[str, ...], finished: Path) -> None:
    trap = Trap(command, laid(finished), codes, command=command, left=left, rights=False, heavy=True)
    try:
        outcome = spring(trap)
    except Unable:
        pytest.skip("this system does not let rights be taken away")
    assert outcome.faults == (), outcome.err + outcome.out
