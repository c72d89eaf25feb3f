"""Wrong specs, each with the exact text that `specrun check` shows for it: a folder of `tests/ui` a case.

A folder holds `spec.yaml`, the data that it names, `settings.txt` where `--set` matters (a setting a line), and
`expected.txt`, which `pytest --renew` writes anew. What cannot lie in a repository is made by a function of `MADE`.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from specrun.cli import main

ROOT = Path(__file__).parents[2]
UI = ROOT / "tests" / "ui"
CASES = sorted(path.name for path in UI.iterdir() if path.is_dir())


def _spec(data: str) -> str:
    return f"""specrun: 1
name: hotels
data: {{{data}}}
features:
  stars: number
  pool: boolean
target: score
layers:
  - Dense: 8
"""


def _wine(rest: str) -> str:
    return f'specrun: 1\nname: wine\ndata: {{dataset: wine}}\nfeatures: {{"*": number}}\ntarget: target\n{rest}'


def _spec_bytes(content: bytes) -> Callable[[], None]:
    def make() -> None:
        Path("spec.yaml").write_bytes(content)

    return make


def _with_data(data: str, content: bytes, file: str = "hotels.csv") -> Callable[[], None]:
    def make() -> None:
        Path("spec.yaml").write_text(_spec(data))
        Path(file).write_bytes(content)

    return make


def _with_folder() -> None:
    Path("spec.yaml").write_text(_spec("path: hotels"))
    Path("hotels").mkdir()


def _with_pipe() -> None:
    Path("spec.yaml").write_text(_spec("path: hotels.csv"))
    os.mkfifo("hotels.csv")


_ROWS = b"stars,pool,score\n3,yes,7.1\n4,no,8.0\n"
MADE: dict[str, Callable[[], None]] = {
    "D102-folder": _with_folder,
    "D102-pipe": _with_pipe,
    "D105-gzip": _with_data("path: hotels.csv", gzip.compress(_ROWS)),
    "D108-latin-1": _with_data("path: hotels.csv", _ROWS + "5,yes,Málaga\n".encode("latin-1")),
    "D109-nul": _with_data("path: hotels.csv", _ROWS + b"5,yes,9\x00\n"),
    "D120-long-cell": _with_data("path: hotels.csv", _ROWS + b"5,yes," + b"9" * 150_000 + b"\n"),
    "D123-blank-line-of-an-old-mac": _with_data("path: hotels.csv", _ROWS + b"  \r5,yes,9\n"),
    "S001-a-folder": lambda: Path("spec.yaml").mkdir(),
    "S001-no-such-file": lambda: None,
    "Y101-latin-1": _spec_bytes(_wine("description: año\n").encode("latin-1")),
    "Y101-utf-16": _spec_bytes(_wine("layers: [{Dense: 8}]\n").encode("utf-16")),
    "Y102-too-large": _spec_bytes(b"rows:\n" + b"- [14.23, 1.71, 2.43]\n" * 200_000),
    "Y103-line-of-data": _spec_bytes(f"specrun: 1\nrows: {[1] * 40_000}\n".encode()),
    "Y104-nul": _spec_bytes(_wine("layers: [{Dense: 8}]\x00\n").encode()),
    "Y121-too-deep": _spec_bytes(f"specrun: 1\nlayers: {'[' * 70}{']' * 70}\n".encode()),
}
"""Cases that are made where they run: each function fills the current folder."""


def shown(folder: Path) -> str:
    """What `specrun check spec.yaml` shows in a folder."""
    settings = folder / "settings.txt"
    lines = settings.read_text("utf-8").splitlines() if settings.exists() else []
    result = CliRunner().invoke(main, ["check", "spec.yaml", *(part for line in lines for part in ("--set", line))])
    assert result.exit_code == (1 if re.search(r"\d error", result.output.splitlines()[-1]) else 0), result.output
    return result.output


@pytest.mark.parametrize("case", CASES)
def test_shows_the_expected_text(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    folder = UI / case
    if case in MADE:
        folder = tmp_path
    monkeypatch.chdir(folder)
    if case in MADE:
        MADE[case]()
    text = shown(folder)
    expected = UI / case / "expected.txt"
    if request.config.getoption("--renew", default=False):
        expected.write_text(text, "utf-8")
    assert text == expected.read_text("utf-8")
