"""Writing a file whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

from specrun.compiler.diagnostics import Diagnostic, Span, SpecError


def write_file(path: Path, content: str | bytes, *, overwrite: bool) -> None:
    """Write a text in UTF-8, or bytes; what was there before stays until the new content is complete.

    Who may read or write the file stays, too. Raises SpecError where the file is there and may not be overwritten, or
    cannot be written.
    """
    try:
        mode = 0o644
        if path.exists():
            if not overwrite:
                raise refused(path, "is there already", "add `--force` to overwrite it, or name another")
            if not os.access(path, os.W_OK):
                raise PermissionError(errno.EACCES, "it may not be written to")
            mode = stat.S_IMODE(path.stat().st_mode)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(mode)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as problem:
        hint = "name a file in a folder that you may write to"
        raise refused(path, f"cannot be written: {problem.strerror}", hint) from None


def make_folder(path: Path) -> None:
    """Make a folder, if it is not there. Raises SpecError where that cannot be done."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise refused(path, f"cannot be made: {problem.strerror}", "name another folder") from None


def refused(path: Path, why: str, hint: str) -> SpecError:
    """The diagnostic for a file that is not written."""
    return SpecError([Diagnostic("R102", f"`{path}` {why}", Span(str(path), 1, 1, 2), hint)])
