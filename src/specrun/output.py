"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from specrun.compiler.diagnostics import Diagnostic, Span, SpecError


def write_file(path: Path, text: str, *, overwrite: bool) -> None:
    """Write a text; what was there before stays until the new one is complete.

    Raises SpecError where the file is there and may not be overwritten, or cannot be written.
    """
    try:
        if path.exists() and not overwrite:
            raise _refused(path, "is there already", "add `--force` to overwrite it, or name another")
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as problem:
        hint = "name a file in a folder that you may write to"
        raise _refused(path, f"cannot be written: {problem.strerror}", hint) from None


def _refused(path: Path, why: str, hint: str) -> SpecError:
    return SpecError([Diagnostic("R102", f"`{path}` {why}", Span(str(path), 1, 1, 2), hint)])
