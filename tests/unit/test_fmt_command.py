"""`specrun fmt`: what it writes and where, its exit statuses, and that no spec is ever lost or half written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from specrun.cli import main

LOOSE = "name: x   # who\nspecrun: 1\n"
TIDY = "specrun: 1\nname: x  # who\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a spec to be formatted, one that is, and one that is no YAML."""
    (tmp_path / "loose.yaml").write_text(LOOSE)
    (tmp_path / "tidy.yaml").write_text(TIDY)
    (tmp_path / "wrong.yaml").write_text("name: [x\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fmt(*arguments: str, given: bytes | None = None) -> Result:
    result = CliRunner().invoke(main, ["fmt", *arguments], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def state(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """What every file holds, its mode, and which file it is."""
    files = {path.name: (path, path.stat()) for path in folder.iterdir() if path.is_file()}
    return {name: (path.read_bytes(), stat.st_mode, stat.st_ino) for name, (path, stat) in files.items()}


def test_files_are_rewritten(folder: Path) -> None:
    before = state(folder)
    result = fmt("loose.yaml", "tidy.yaml")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "1 of 2 specs changed\n")
    after = state(folder)
    assert after.pop("loose.yaml")[0] == TIDY.encode()
    del before["loose.yaml"]
    assert after == before
    assert fmt("loose.yaml").stderr == "0 of 1 spec changed\n"


def test_check_names_what_would_change(folder: Path) -> None:
    before = state(folder)
    result = fmt("--check", "loose.yaml", "tidy.yaml")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "loose.yaml\n", "1 of 2 specs would change\n")
    assert fmt("--check", "tidy.yaml").exit_code == 0
    assert state(folder) == before


def test_diff_shows_what_would_change(folder: Path) -> None:
    before = state(folder)
    result = fmt("--diff", "tidy.yaml", "loose.yaml")
    assert result.exit_code == 0
    assert result.stdout == (
        "--- loose.yaml\n+++ loose.yaml (formatted)\n@@ -1,2 +1,2 @@\n-name: x   # who\n specrun: 1\n+name: x  # who\n"
    )
    both = fmt("--diff", "--check", "loose.yaml")
    assert (both.exit_code, both.stdout) == (1, result.stdout)
    assert state(folder) == before


def test_diff_shows_a_missing_end_of_line() -> None:
    assert "\\ No newline at end of file" in fmt("--diff", "-", given=b"specrun: 1").stdout


def test_a_spec_that_cannot_be_read_is_left_alone(folder: Path) -> None:
    before = state(folder)
    for arguments in (("wrong.yaml",), ("--check", "wrong.yaml"), ("--diff", "nowhere.yaml"), (".",)):
        result = fmt(*arguments)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "error[" in result.stderr
    assert state(folder) == before


def test_the_others_are_formatted_beside_one_that_cannot_be_read(folder: Path) -> None:
    result = fmt("wrong.yaml", "loose.yaml")
    assert result.exit_code == 1
    assert "wrong.yaml:1:7" in result.stderr
    assert (folder / "loose.yaml").read_text() == TIDY


def test_mistakes_in_structure_do_not_matter() -> None:
    result = fmt("-", given=b"layer: 1\nlayers: {Dens: {unit: 3}}\nspecrun: 2\n")
    assert (result.exit_code, result.stdout) == (0, "specrun: 2\nlayers:\n  Dens: {unit: 3}\nlayer: 1\n")


def test_stdin_to_stdout() -> None:
    result = fmt("-", given=b"b: \xc3\xa9\r\nspecrun: 1\r\n")
    assert (result.exit_code, result.stdout_bytes, result.stderr) == (0, b"specrun: 1\r\nb: \xc3\xa9\r\n", "")
    assert fmt("-", given=TIDY.encode()).stdout == TIDY
    wrong = fmt("-", given=b"b: \xff")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert "error[Y101]" in wrong.stderr
    assert "stdin:1:4" in wrong.stderr
    check = fmt("--check", "-", given=LOOSE.encode())
    assert (check.exit_code, check.stdout) == (1, "stdin\n")


def test_no_stdin_is_an_empty_spec() -> None:
    command = ["sh", "-c", 'exec "$0" -m specrun fmt - <&-', sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "error[Y123]" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o755])
def test_the_mode_stays(folder: Path, mode: int) -> None:
    (folder / "loose.yaml").chmod(mode)
    assert fmt("loose.yaml").exit_code == 0
    assert (folder / "loose.yaml").stat().st_mode & 0o777 == mode
    assert sorted(path.name for path in folder.iterdir()) == ["loose.yaml", "tidy.yaml", "wrong.yaml"]


def test_a_link_stays_a_link(folder: Path) -> None:
    (folder / "link.yaml").symlink_to("loose.yaml")
    assert fmt("link.yaml").exit_code == 0
    assert (folder / "link.yaml").is_symlink()
    assert (folder / "loose.yaml").read_text() == TIDY


def test_a_write_that_fails_loses_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = state(folder)
    monkeypatch.setattr(os, "replace", full)
    result = fmt("loose.yaml")
    assert result.exit_code == 1
    assert "error[R102]" in result.stderr
    assert state(folder) == before


def test_a_file_that_may_not_be_written_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state(folder)
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)
    result = fmt("loose.yaml")
    assert result.exit_code == 1
    assert "error[R102]" in result.stderr
    assert state(folder) == before


def test_names_cannot_steer_a_terminal(folder: Path) -> None:
    (folder / "a\x1b[31m.yaml").write_text(LOOSE)
    for flag in ("--check", "--diff"):
        assert "\x1b" not in fmt(flag, "a\x1b[31m.yaml").output
