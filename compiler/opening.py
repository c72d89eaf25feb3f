"""Opens the file of a spec, or says why that cannot be done."""

from __future__ import annotations

import stat
from itertools import islice
from pathlib import Path
from typing import Final

from specrun.compiler.reader import LIMITS
from specrun.compiler.suggest import did_you_mean

ADDRESS: Final = "://"
"""What has this in it is no path: libraries would fetch it."""


class Unreadable(Exception):
    """A spec's file cannot be read: `why` goes on after its name, `hint` says what to do."""

    def __init__(self, why: str, hint: str) -> None:
        super().__init__(why)
        self.why, self.hint = why, hint


def read_file(path: Path) -> bytes:
    """What is in a spec's file, up to one byte more than the reader takes.

    Raises:
        Unreadable: there is no such file, or it cannot be read.
    """
    try:
        seen = path.stat()
        if not stat.S_ISREG(seen.st_mode):  # a pipe would be waited for, a device never ends
            raise Unreadable("is no file", "name a YAML file")
        if not seen.st_size:  # or one that the system makes up while it is read, which may never end either
            return b""
        with path.open("rb") as file:
            return file.read(LIMITS.size_bytes + 1)
    except FileNotFoundError:
        raise Unreadable("is not there", _near(path)) from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise Unreadable(f"cannot be read: {reason.lower()}", "name a YAML file that you may read") from None


def _near(path: Path) -> str:
    """The file beside a missing one whose name is nearest."""
    try:
        names = [other.name for other in islice(path.parent.iterdir(), 2000)]
    except OSError:
        return f"there is no folder `{path.parent}` either"
    return did_you_mean(path.name, names, "name a YAML file")
