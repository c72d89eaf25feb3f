"""A run directory is as it was left, file by file, or says which of them is not."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from specrun.compiler.diagnostics import SpecError
from specrun.runtime import manifest
from specrun.runtime.manifest import FILE, Kept, write_manifest
from specrun.runtime.sealed import sealed, unsealed


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run directory of two files, of one in a folder, and of what is not listed."""
    for name in ("plan.json", "größe.csv", "checkpoint/x.keras", "checkpoint.bin", "lock", ".rows-1/part"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"the content of {name}\n", "utf-8")
    write_manifest(tmp_path)
    return tmp_path


def refusal(run: Path, name: str = "plan.json") -> str:
    with pytest.raises(SpecError) as error:
        Kept(run).content(name)
    (diagnostic,) = error.value.diagnostics
    return f"{diagnostic.code} {diagnostic.message}"


def test_what_is_listed(run: Path) -> None:
    kept = Kept(run)
    assert kept.names == ("checkpoint/x.keras", "größe.csv", "plan.json")
    assert kept.content("größe.csv") == "the content of größe.csv\n".encode()
    listed = json.loads((run / FILE).read_text("utf-8"))
    assert list(listed) == ["format", "specrun", "files", "digest"]
    content = (run / "plan.json").read_bytes()
    entry = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert listed["files"]["plan.json"] == entry


def test_each_byte_of_each_file_counts(run: Path) -> None:
    for name in ("plan.json", FILE):
        content = (run / name).read_bytes()
        for at in range(len(content)):
            (run / name).write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
            assert f"`{name}` of `{run}` is damaged" in refusal(run)
        for other in (content[:-1], content + b"\n", b"", b"\n" + content):
            (run / name).write_bytes(other)
            assert f"`{name}` of `{run}` is damaged" in refusal(run)
        (run / name).write_bytes(content)
    assert Kept(run).content("plan.json")


def test_what_is_no_file_is_not_waited_for(run: Path) -> None:
    plan = run / "plan.json"
    plan.unlink()
    assert "no such file or directory" in refusal(run)
    plan.mkdir()
    assert "R112" in refusal(run)
    plan.rmdir()
    os.mkfifo(plan)
    assert "it is no file" in refusal(run)
    plan.unlink()
    plan.symlink_to("/dev/zero")
    assert "it is no file" in refusal(run)
    plan.unlink()
    (run / "elsewhere").write_text("the content of plan.json\n", "utf-8")
    plan.symlink_to("elsewhere")  # as tools do that keep large files in a store
    assert Kept(run).content("plan.json") == b"the content of plan.json\n"


def test_a_manifest_is_no_link(run: Path) -> None:
    (run / FILE).rename(run / "elsewhere")
    (run / FILE).symlink_to("elsewhere")
    assert "it is a link" in refusal(run)


def test_a_file_that_was_not_left_is_not_read(run: Path) -> None:
    (run / "weights.npz").write_bytes(b"x")
    assert "the run left no such file" in refusal(run, "weights.npz")
    assert "R112" in refusal(run, "../plan.json")


def test_a_file_as_a_whole_is_bounded(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "MOST_BYTES", 10)
    assert "10 are the most" in refusal(run)
    Kept(run).check("plan.json")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": 2, "specrun": "9.1"}, "R113 `{run}` was left by specrun 9.1 in version 2 of run directories"),
        ({"format": 0}, "in version 0"),
        ({"format": True}, "it names no version"),
        ({"format": "1"}, "it names no version"),
        ({"specrun": "1\n2"}, "it names no version"),
        ({"specrun": None}, "it names no version"),
        ({"files": []}, "it lists no files"),
        ({"files": {"plan.json": {}}}, "it lists no files"),
        ({"files": {"plan.json": {"bytes": -1, "sha256": "0" * 64}}}, "it lists no files"),
        ({"files": {"plan.json": {"bytes": 1, "sha256": "0" * 63 + "g"}}}, "it lists no files"),
        ({"files": {"plan.json": {"bytes": 1.0, "sha256": "0" * 64}}}, "it lists no files"),
    ],
)
def test_a_manifest_that_says_something_else(run: Path, change: dict[str, object], says: str) -> None:
    said = unsealed((run / FILE).read_bytes())
    (run / FILE).write_text(sealed(said | change), "utf-8")
    assert says.format(run=run) in refusal(run)


@pytest.mark.parametrize("content", ["", "{}", "[]", "7", "[" * 100_000, '{"a": 1, "a": 1}', '"\\ud800"', "\ufeff{}"])
def test_what_was_not_sealed(content: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        unsealed(content.encode())
    with pytest.raises(ValueError, match=r"."):
        unsealed(b"\xff\xfe")


def test_without_a_manifest(run: Path) -> None:
    (run / FILE).unlink()
    assert refusal(run).startswith("R113")
    (run / "plan.json").unlink()
    assert refusal(run).startswith("R104")
    assert refusal(run / "none").startswith("R104")
