"""What a process does beyond computing, as Python's audit events tell."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

_SHOWN = ("open", "import", "os.", "glob.", "subprocess.", "socket.", "shutil.", "tempfile.")
"""Events whose arguments count: to read a template is one thing, to read a password another."""


class Watch:
    """Counts events while it looks; a process has one of them, since a hook stays."""

    def __init__(self) -> None:
        self._seen: Counter[str] | None = None
        sys.addaudithook(self._see)

    @contextmanager
    def looking(self) -> Iterator[Counter[str]]:
        """Count the events of the block."""
        seen: Counter[str] = Counter()
        self._seen = seen
        try:
            yield seen
        finally:
            self._seen = None

    def _see(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._seen is not None:
            what = f" {arguments!r}" if event.startswith(_SHOWN) else ""
            self._seen[f"{event}{what}"] += 1
