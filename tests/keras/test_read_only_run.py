"""A run that may not be written to can be used as any other, and nothing is written into it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.compiler.compilation import Source, compile_spec
from specrun.runtime.profile import choose_training
from specrun.runtime.run import run
from tests.proof.traps.trap import Trap, Unable, spring
from tests.unit.test_unchanged import ROWS, SPEC


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    (folder / "rows.csv").write_text(ROWS)
    (folder / "spec.yaml").write_text(SPEC)
    source = Source(SPEC, "spec.yaml", folder, ("training.epochs=1",))
    run(compile_spec(source, choose_training=choose_training), folder / "run")
    return folder


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
