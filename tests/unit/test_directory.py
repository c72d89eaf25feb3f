"""The run directory appears whole, or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from specrun import load_run, resume
from specrun.compiler.diagnostics import SpecError
from specrun.runtime.directory import check_free, finished, is_unfinished, next_directory, written_at_once, written_next
from specrun.runtime.records import SPEC
from specrun.runtime.resuming import find_begun


def fill(directory: Path) -> None:
    with written_at_once(directory) as folder:
        (folder / "metrics.json").write_text("{}")


def codes(error: pytest.ExceptionInfo[SpecError]) -> list[str]:
    return [d.code for d in error.value.diagnostics]


def test_numbers_go_up(tmp_path: Path) -> None:
    assert next_directory("wine", tmp_path) == tmp_path / "wine" / "1"
    fill(tmp_path / "wine" / "1")
    assert next_directory("wine", tmp_path) == tmp_path / "wine" / "2"


def test_nothing_is_there_before_the_end(tmp_path: Path) -> None:
    directory = tmp_path / "runs" / "1"
    with written_at_once(directory) as folder:
        assert not directory.exists()
        assert folder.parent == directory.parent  # one file system, so that the move is one step
    assert directory.is_dir()
    assert list(directory.parent.iterdir()) == [directory]


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), written_at_once(tmp_path / "runs" / "wine" / "1") as folder:
        (folder / "half").write_text("x")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    fill(tmp_path / "wine" / "1")
    with pytest.raises(RuntimeError), written_at_once(tmp_path / "wine" / "2"):
        raise RuntimeError
    assert [path.name for path in (tmp_path / "wine").iterdir()] == ["1"]


def test_an_empty_folder_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    fill(tmp_path / "out")
    assert (tmp_path / "out" / "metrics.json").exists()


@pytest.mark.parametrize("is_file", [True, False])
def test_what_is_there_is_not_overwritten(tmp_path: Path, is_file: bool) -> None:
    out = tmp_path / "out"
    if is_file:
        out.write_text("mine")
    else:
        out.mkdir()
        (out / "mine").write_text("mine")
    with pytest.raises(SpecError) as error:
        check_free(out)
    assert codes(error) == ["R101"]
    assert (out if is_file else out / "mine").read_text() == "mine"


def test_a_directory_that_comes_to_be_meanwhile_wins(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(SpecError) as error, written_at_once(out) as folder:
        (folder / "metrics.json").write_text("{}")
        out.mkdir()
        (out / "other").write_text("first")
    assert codes(error) == ["R101"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (out / "other").read_text() == "first"


def test_a_folder_that_cannot_be_made_is_a_diagnostic(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SpecError) as error, written_at_once(tmp_path / "file" / "run"):
        pass
    assert codes(error) == ["R101"]


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "R203"), (errno.EDQUOT, "R203"), (errno.EROFS, "R101")])
def test_a_run_that_cannot_be_written_down_is_a_diagnostic(tmp_path: Path, number: int, code: str) -> None:
    with pytest.raises(SpecError) as error, written_at_once(tmp_path / "runs" / "1"):
        raise OSError(number, "what the system says")
    assert codes(error) == [code]
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_not_trained_into(tmp_path: Path) -> None:
    """The finished run could not take its place."""
    (tmp_path / "folder").mkdir()
    for name, to in (("link", "folder"), ("broken", "nothing")):
        (tmp_path / name).symlink_to(to)
        with pytest.raises(SpecError) as error:
            check_free(tmp_path / name)
        assert codes(error) == ["R101"]


@pytest.mark.parametrize("name", [".", "..", "", "a/.."])
def test_a_directory_without_a_name_of_its_own_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SpecError, match="R101"):
        check_free(Path(name))


@pytest.mark.parametrize("name", [".", "../7.unfinished", "../7"])
def test_a_run_is_gone_on_with_from_within_its_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "7.unfinished"
    folder.mkdir()
    (folder / SPEC).touch()
    monkeypatch.chdir(folder)
    begun = find_begun(Path(name))
    assert (begun.directory.resolve(), begun.folder.resolve()) == (tmp_path / "7", folder)


def test_where_the_system_does_not_look_is_no_run(tmp_path: Path) -> None:
    name = "x" * 256
    for use in (load_run, resume):
        with pytest.raises(SpecError, match="file name too long"):
            use(tmp_path / name)


@pytest.mark.parametrize("name", ["", ".", "..", "/", "7", ".unfinished", "/.unfinished"])
def test_no_run_was_begun_where_there_is_no_current_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(SpecError, match="R110"):
        find_begun(Path(name))


def test_the_next_directory_is_one_that_no_other_run_takes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    others = [Path("runs/wine/1"), Path("runs/wine/2.unfinished"), Path("runs/wine/3.unfinished")]

    def begin(folder: Path, directory: Path) -> None:
        """While this is written, another run takes the place."""
        (folder / SPEC).write_text(str(directory))
        if others:
            other = others.pop(0)
            other.mkdir(parents=True)
            (other / SPEC).touch()

    with written_next("wine", begin) as folder:
        assert folder == Path("runs/wine/4.unfinished")
        assert (folder / SPEC).read_text() == str(Path("runs/wine/4"))
    assert (Path("runs/wine/4") / SPEC).exists()
    assert sorted(path.name for path in Path("runs/wine").iterdir()) == ["1", "2.unfinished", "3.unfinished", "4"]


def test_where_no_directory_can_be_made_the_next_one_is_not_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("runs").touch()
    with pytest.raises(SpecError, match="R101"), written_next("wine", lambda *_: None):
        pass


@pytest.mark.parametrize(
    ("folder", "directory"),
    [
        ("7.unfinished", "7"),
        ("a/7.unfinished", "a/7"),
        ("7", "7"),
        (".", "."),
        ("..", ".."),
        (".unfinished", ".unfinished"),
    ],
)
def test_where_a_run_will_be(folder: str, directory: str) -> None:
    assert finished(Path(folder)) == Path(directory)
    assert is_unfinished(Path(folder)) == (folder != directory)
