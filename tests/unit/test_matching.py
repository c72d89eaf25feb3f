"""A path with stars stands for what `glob.glob`, by which scripts read, finds; and for no more than a bound."""

from __future__ import annotations

import glob
from pathlib import Path

import pytest

from specrun.compiler import matching as module
from specrun.compiler.matching import TooManyError, matching


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a/1.csv", "a/2.csv", "a/.3.csv", "b/1.csv", "b/in/1.csv", ".c/1.csv", "1.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "link").symlink_to("a")
    return tmp_path


@pytest.mark.parametrize(
    "pattern",
    [
        "*.csv",
        "*/*.csv",
        "?/1.csv",
        "**/*.csv",
        "*/.*.csv",
        ".*/*.csv",
        "a/[12].csv",
        "*/../1.csv",
        "no/*.csv",
        "*/in/*",
    ],
)
def test_it_is_what_glob_finds(folder: Path, pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [str(path) for path in matching(folder / pattern)] == sorted(glob.glob(str(folder / pattern)))
    monkeypatch.chdir(folder)
    assert [str(path) for path in matching(Path(pattern))] == sorted(glob.glob(pattern))


@pytest.mark.parametrize("bound", ["MOST_FILES", "MOST_NAMES"])
def test_too_many_are_refused(folder: Path, bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, bound, 2)
    with pytest.raises(TooManyError, match="more than 2 "):
        matching(folder / "*/*.csv")
