"""Writing a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from specrun.compiler.diagnostics import Diagnostic, Span, SpecError


def write_file(path: Path, content: str | bytes, *, overwrite: bool) -> None:
    """Write a text in UTF-8, or bytes; what was there before stays until the new content is complete.

    Who may read or write the file stays, too. Raises SpecError where the file is there and may not be overwritten, or
    cannot be written.
    """
    from specrun.runtime.disk import replaced

    try:
        if not overwrite and os.path.lexists(path):
            raise taken(path)
        with replaced(path) as scratch:
            scratch.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as problem:
        raise unwritten(path, problem) from None


def taken(path: Path) -> SpecError:
    """The diagnostic for a file that is there, and may not be overwritten."""
    return refused(path, "is there already", "add `--force` to overwrite it, or name another")


def unwritten(path: Path, problem: OSError) -> SpecError:
    """The diagnostic for a file that the system does not let be written."""
    hint = "name a file in a folder that you may write to, on a disk that has room"
    return refused(path, f"cannot be written: {problem.strerror or problem}", hint)


def make_folder(path: Path) -> None:
    """Make a folder, if it is not there. Raises SpecError where that cannot be done."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise refused(path, f"cannot be made: {problem.strerror}", "name another folder") from None


def refused(path: Path, why: str, hint: str) -> SpecError:
    """The diagnostic for a file that is not written."""
    return SpecError([Diagnostic("R102", f"`{path}` {why}", Span(str(path), 1, 1, 2), hint)])
