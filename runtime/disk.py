"""Having what was written on the disk, and not only on its way there; and reading files, and nothing else."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import Final

FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says where there is no room, on the disk or for a user."""


def mode_of(path: Path) -> int:
    """The rights of the file that is to be replaced, or of a new one. Raises OSError where it may not be replaced."""
    if not path.exists():
        return 0o644
    seen = path.stat().st_mode
    if not stat.S_ISREG(seen):  # a device or a pipe would be gone with all that use it
        raise OSError(errno.EINVAL, "it is no file")
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "it may not be written to")
    return stat.S_IMODE(seen)


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """An empty file to fill beside another, whose place it takes when the block ends; a link is replaced itself.

    Who may read or write the file stays. Where the block fails, what was there stays, and nothing else is left. Raises
    OSError where it cannot be written.
    """
    mode = mode_of(path)
    descriptor, name = tempfile.mkstemp(prefix=".specrun.", dir=path.parent)
    os.close(descriptor)
    scratch = Path(name)
    try:
        yield scratch
        with scratch.open("rb") as file:
            os.fsync(file.fileno())
        scratch.chmod(mode)
        os.replace(scratch, path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def write_at_once(path: Path, text: str) -> None:
    """Write a text file that is there whole, or not at all."""
    new = path.with_name(f".{path.name}")
    with new.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    flush_folder(path.parent)


def flush(folder: Path) -> None:
    """Wait until all files of a folder, and their names, are on the disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    flush_folder(folder)


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if os.name != "posix":  # only there can a folder be opened
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def look_into(folder: Path) -> None:
    """Raise OSError where a folder may not be looked into; what is not there, or is no folder, has nothing in it."""
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder):
        pass


@contextmanager
def open_file(path: Path) -> Iterator[BufferedReader]:
    """A file to read, and nothing else that a name may stand for: a pipe is not waited for.

    Raises OSError where it cannot be read, ValueError where it is something else.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError("it is no file")
        yield file
