"""Whether files are still what they were when they were looked at first."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from specrun.compiler.diagnostics import Diagnostic, Span, SpecError

_State = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Files:
    """Files as they were: the inode, the size in bytes and the time of the last change of each, None of one not there.

    `span` is where they are named.
    """

    states: tuple[tuple[Path, _State], ...]
    span: Span

    @contextmanager
    def while_read(self) -> Iterator[None]:
        """Raise SpecError where one has changed by the end of the block, also in place of what then broke it off."""
        try:
            yield
        except Exception:
            self._check()
            raise
        self._check()

    def _check(self) -> None:
        for path, before in self.states:
            if _state(path) != before:
                message = f"`{path.name}` has changed since it was checked"
                hint = "run this again once nothing writes to the file any more"
                raise SpecError([Diagnostic("D127", message, self.span, hint)]) from None


def as_they_are(paths: Iterable[Path], span: Span) -> Files:
    """Files as they are now; see `Files`."""
    return Files(tuple((path, _state(path)) for path in paths), span)


def _state(path: Path) -> _State:
    try:
        found = os.stat(path)
    except (OSError, ValueError):  # which whoever opens it says
        return None
    if stat.S_ISDIR(found.st_mode):  # a run may be written into it
        return found.st_ino, 0, 0
    return found.st_ino, found.st_size, found.st_mtime_ns
