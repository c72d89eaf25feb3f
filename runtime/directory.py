"""The directory that a run leaves: filled beside its final place, then moved there in one step."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from specrun.compiler.diagnostics import Diagnostic, Span, SpecError


def next_directory(name: str, root: Path = Path("runs")) -> Path:
    """The first of `runs/<name>/1`, `runs/<name>/2`, … that is not there yet."""
    return next(path for number in count(1) if not (path := root / name / str(number)).exists())


def check_free(directory: Path) -> None:
    """Raise SpecError where a run would overwrite what is there."""
    try:
        taken = not directory.is_dir() or any(directory.iterdir()) if directory.exists() else False
    except OSError as problem:
        raise _refused(directory, f"cannot be read: {problem.strerror}", "name another with `--out`") from None
    if taken:
        raise _refused(directory, "is there already", "name a new one with `--out`, or remove it first")


@contextmanager
def written_at_once(directory: Path) -> Iterator[Path]:
    """A folder to fill; it becomes `directory` when the block ends, and leaves nothing behind when it fails.

    Raises SpecError where the folder cannot be made, or `directory` has come to be in the meantime.
    """
    check_free(directory)
    made = [folder for folder in directory.parents if not folder.exists()]
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    except OSError as problem:
        hint = "name a folder that you may write to with `--out`"
        raise _refused(directory, f"cannot be made: {problem.strerror}", hint) from None
    try:
        yield folder
        folder.chmod(0o755)
        _flush(folder)
        try:
            folder.rename(directory)
        except OSError:
            raise _refused(directory, "has come to be while the run went on", "run again") from None
        _flush_folder(directory.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        for parent in made:
            with suppress(OSError):  # it holds a run
                parent.rmdir()


def _flush(folder: Path) -> None:
    """Have all that was written on the disk before the name is."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":  # only there can a folder be opened
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refused(directory: Path, why: str, hint: str) -> SpecError:
    return SpecError([Diagnostic("R101", f"the run directory `{directory}` {why}", Span("--out", 1, 1, 2), hint)])
