"""What was checked is what is used: a file that changes in between is told, whatever else goes wrong by it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.diagnostics import Span, SpecError
from specrun.compiler.unchanged import as_they_are
from specrun.runtime.given import Rows

SPAN = Span("spec.yaml", 2, 3, 9)
ROWS = "a,y\n" + "".join(f"{i},{i % 2}\n" for i in range(40))
SPEC = """specrun: 1
name: changing
data: {path: rows.csv}
features: {a: number}
target: y
classes: [0, 1]
layers: []
"""


def appended(path: Path) -> None:
    with path.open("a") as file:
        file.write("1,1\n")


def cut(path: Path) -> None:
    path.write_text(ROWS[:20])


def removed(path: Path) -> None:
    path.unlink()


def replaced(path: Path) -> None:
    other = path.with_suffix(".new")
    other.write_text(ROWS)
    os.replace(other, path)


def overwritten(path: Path) -> None:
    path.write_text(ROWS.replace("1,1", "2,1"))
    os.utime(path, ns=(1, 1))


CHANGES = (appended, cut, removed, replaced, overwritten)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    return path


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_told(change: Callable[[Path], None], path: Path) -> None:
    files = as_they_are([path], SPAN)
    with pytest.raises(SpecError) as raised, files.while_read():
        change(path)
    (problem,) = raised.value.diagnostics
    assert (problem.code, problem.span) == ("D127", SPAN)
    assert "`rows.csv`" in problem.message


def test_a_change_is_told_in_place_of_what_it_broke(path: Path) -> None:
    files = as_they_are([path], SPAN)
    with pytest.raises(SpecError, match="D127"), files.while_read():
        cut(path)
        raise ValueError("no rows")


def test_without_a_change_all_is_as_it_was(path: Path, tmp_path: Path) -> None:
    files = as_they_are([path, tmp_path, tmp_path / "none"], SPAN)
    with files.while_read():
        path.read_bytes()
        (tmp_path / "run").mkdir()
    with pytest.raises(ValueError, match="no rows"), files.while_read():
        raise ValueError("no rows")


@pytest.mark.parametrize("change", CHANGES)
def test_rows_that_are_predicted_are_those_that_were_checked(change: Callable[[Path], None], path: Path) -> None:
    plan = compile_spec(Source(SPEC, "spec.yaml", path.parent)).plan
    (path.parent / "spec.yaml").write_text(SPEC)
    rows = Rows(plan, path.parent, [path])
    assert sum(map(len, rows.frames())) == 40
    change(path)
    with pytest.raises(SpecError, match="D127"):
        list(rows.frames())
