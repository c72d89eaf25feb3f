"""How a path is written: for a person, and in a file that names another."""

from __future__ import annotations

import os
from pathlib import Path


def shown_path(path: Path) -> str:
    """A path as a person in the current folder would write it."""
    shown = relative_path(path, Path())
    return str(path) if shown.startswith("../../..") else shown


def relative_path(path: Path, folder: Path) -> str:
    """A path as a file in a folder names it, with forward slashes; as it is where no relative one leads there."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except (OSError, ValueError):  # no current folder any more; another drive, or a character that no path can have
        return path.as_posix()
