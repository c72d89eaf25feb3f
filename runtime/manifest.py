"""The manifest of a run directory: of each file the size and the SHA-256, by which a changed byte is noticed.

A digest is held against damage, of a disk or of a hand, and is no signature: who forges a run can forge its digests. A
forged run is as harmless as any other, since all that is read of one is data.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from io import BufferedReader
from pathlib import Path
from typing import Any, Final, TypeGuard

from specrun.compiler.diagnostics import Diagnostic, Span, SpecError
from specrun.runtime.checkpoint import FILE as CHECKPOINT
from specrun.runtime.disk import open_file
from specrun.runtime.sealed import sealed, unsealed

FILE: Final = "manifest.json"
FORMAT: Final = 1
"""What a run directory holds, and how; a version of specrun reads the one that it writes."""
MOST_BYTES: Final = 1 << 26
"""The largest file of a run that is read as a whole: what is made of it takes up to 25 times its size in memory."""
_MOST_LISTED: Final = 1 << 24
_CHUNK: Final = 1 << 20
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+!-]{0,63}")
_CLOSED: Final = (errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP)
"""What the system says of a place where it does not look."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file of a run is: its size in bytes, and the SHA-256 of them in hexadecimal digits."""

    bytes: int
    sha256: str


def write_manifest(folder: Path) -> None:
    """List all files of a run that is at its end, but for its checkpoint, which has a digest of its own."""
    files = {path.relative_to(folder).as_posix(): _entry(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    kept = {name: entry for name, entry in files.items() if not name.startswith(".") and name not in _NOT_LISTED}
    (folder / FILE).write_text(_as_text(kept), encoding="utf-8", newline="\n")


_NOT_LISTED: Final = (FILE, CHECKPOINT, "lock")


def _entry(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _as_text(files: Mapping[str, Mapping[str, Any]]) -> str:
    return sealed({"format": FORMAT, "specrun": metadata.version("specrun"), "files": files})


def read_manifest(directory: Path) -> Mapping[str, Entry]:
    """The files of a run by their names. Raises SpecError where the directory is no run's, or of another version."""
    path = directory / FILE
    if os.path.islink(path):  # no digest says that it leads to what it is to
        raise damaged(directory, FILE, ValueError("it is a link"))
    try:
        with open_file(path) as file:
            said = unsealed(_whole(file, _MOST_LISTED))
    except (FileNotFoundError, NotADirectoryError):
        raise _without_manifest(directory) from None
    except (OSError, ValueError) as problem:
        if isinstance(problem, OSError) and problem.errno in _CLOSED:
            raise closed(directory, problem) from None
        raise damaged(directory, FILE, problem) from None
    return _files(directory, said)


def _files(directory: Path, said: Mapping[str, Any]) -> Mapping[str, Entry]:
    version, files = said.get("specrun"), said.get("files")
    if not isinstance(version, str) or not _VERSION.fullmatch(version) or type(said.get("format")) is not int:
        raise damaged(directory, FILE, ValueError("it names no version"))
    if said["format"] != FORMAT:
        raise _of_another_version(directory, said["format"], version)
    if not isinstance(files, dict) or not all(map(_is_entry, files.values())):
        raise damaged(directory, FILE, ValueError("it lists no files"))
    return {name: Entry(**entry) for name, entry in files.items()}


def _is_entry(entry: object) -> TypeGuard[dict[str, Any]]:
    if not isinstance(entry, dict) or entry.keys() != {"bytes", "sha256"}:
        return False
    size, digest = entry["bytes"], entry["sha256"]
    return type(size) is int and size >= 0 and isinstance(digest, str) and _HEX.fullmatch(digest) is not None


class Kept:
    """A run directory, whose files are held against its manifest before anything is made of them.

    Raises SpecError, as each method does, where the directory is no run's, is of another version, or is damaged.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._files = read_manifest(directory)

    @property
    def names(self) -> tuple[str, ...]:
        """The files that the run left, relative to its directory."""
        return tuple(self._files)

    @contextmanager
    def opened(self, name: str) -> Iterator[BufferedReader]:
        """A file of the run, held against its digest, at its beginning."""
        try:
            with open_file(self.directory / name) as file:
                self._hold(file, name)
                yield file
        except (OSError, ValueError) as problem:
            raise damaged(self.directory, name, problem) from None

    def content(self, name: str) -> bytes:
        """All bytes of a file of the run."""
        with self.opened(name) as file:
            return _whole(file, MOST_BYTES)

    def check(self, name: str) -> None:
        """Hold a file of the run against its digest."""
        with self.opened(name):
            pass

    def _hold(self, file: BufferedReader, name: str) -> None:
        entry = self._files.get(name)
        if entry is None:
            raise ValueError("the run left no such file")
        size = os.fstat(file.fileno()).st_size
        if size != entry.bytes:
            raise ValueError(f"it has {size:,} bytes, and {entry.bytes:,} by `{FILE}`")
        digest = hashlib.sha256()
        while chunk := file.read(_CHUNK):  # a file that grows meanwhile is another one
            digest.update(chunk)
        if digest.hexdigest() != entry.sha256:
            raise ValueError(f"it is not the file that the run left, by `{FILE}`")
        file.seek(0)


def _whole(file: BufferedReader, most: int) -> bytes:
    size = os.fstat(file.fileno()).st_size
    if size > most:
        raise ValueError(f"it has {size:,} bytes, and {most:,} are the most")
    content = bytearray()
    while len(content) <= size and (chunk := file.read(size + 1 - len(content))):
        content += chunk
    if len(content) != size:
        raise ValueError("it has other bytes now")
    return bytes(content)


def damaged(directory: Path, name: str, problem: Exception) -> SpecError:
    """The diagnostic for a file of a run that is not as the run left it, or is not what the run needs."""
    reason = str(problem).partition("\n")[0]
    if isinstance(problem, OSError):
        reason = (problem.strerror or reason).lower()
    message = f"`{name}` of `{directory}` is damaged: {reason}"
    hint = f"put it back from a copy; or train anew, with `specrun run {directory / 'spec.yaml'} --again`"
    return SpecError([Diagnostic("R112", message, _at(directory / name), hint)])


def _of_another_version(directory: Path, number: int, version: str) -> SpecError:
    mine = metadata.version("specrun")
    message = f"`{directory}` was left by specrun {version} in version {number} of run directories"
    message += f", and specrun {mine} reads version {FORMAT}"
    hint = f"install specrun {version}{' or newer' if number > FORMAT else ''}"
    hint += f"; or train anew, with `specrun run {directory / 'spec.yaml'} --again`"
    return SpecError([Diagnostic("R113", message, _at(directory), hint)])


def _without_manifest(directory: Path) -> SpecError:
    """The diagnostic for a directory without a manifest: that of no run, or a run of before there were any."""
    if not os.path.exists(directory / "plan.json"):
        return no_run(directory)
    message = (
        f"`{directory}` has no `{FILE}`, by which its files are checked: it was left by an older specrun, or lost it"
    )
    hint = f"put it back from a copy; or train anew, with `specrun run {directory / 'spec.yaml'} --again`"
    return SpecError([Diagnostic("R113", message, _at(directory), hint)])


def no_run(directory: Path) -> SpecError:
    """The diagnostic for a directory that cannot be taken for a run's."""
    message = f"`{directory}` is no run directory: there is no `{FILE}`"
    hint = "name a directory that `specrun run` left, such as `runs/wine/1`; `specrun runs` lists them"
    return SpecError([Diagnostic("R104", message, _at(directory), hint)])


def closed(directory: Path, problem: OSError) -> SpecError:
    """The diagnostic for a directory that the system does not let be looked into."""
    message = f"`{directory}` cannot be read: {(problem.strerror or str(problem)).lower()}"
    hint = "name a directory that `specrun run` left, such as `runs/wine/1`, and that you may read"
    return SpecError([Diagnostic("R104", message, _at(directory), hint)])


def _at(path: Path) -> Span:
    return Span(str(path), 1, 1, 2)
