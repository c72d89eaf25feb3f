"""The files that a path with `*` and `?` stands for, within bounds."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

MOST_FILES: Final = 10_000
"""So many files, or folders on the way to them, a path may stand for."""
MOST_NAMES: Final = 1_000_000
"""So many names in folders are looked at: patterns over a whole disk, or through links in a circle, have no end."""


class TooManyError(Exception):
    """A path stands for more files than are read, or they are looked for among too many; the text says which."""


def has_wildcard(path: str) -> bool:
    """Whether a path stands for several files."""
    return "*" in path or "?" in path


def matching(pattern: Path) -> list[Path]:
    """The paths that match, in their order: those of `glob.glob`. Raises TooManyError where a bound is met."""
    names = iter(range(MOST_NAMES))
    found = [pattern.anchor]
    for part in pattern.parts[bool(pattern.anchor) :]:
        found = list(islice(_inside(found, part, names), MOST_FILES + 1))
        if len(found) > MOST_FILES:
            raise TooManyError(f"stands for more than {MOST_FILES:,} files or folders")
    return [Path(path) for path in sorted(found)]


def _inside(folders: list[str], part: str, names: Iterator[int]) -> Iterator[str]:
    if not any(mark in part for mark in "*?["):
        yield from (path for folder in folders if os.path.lexists(path := os.path.join(folder, part)))
        return
    for folder in folders:
        for name in fnmatch.filter(_names(folder, names), part):
            if part.startswith(".") or not name.startswith("."):
                yield os.path.join(folder, name)


def _names(folder: str, names: Iterator[int]) -> list[str]:
    try:
        found = os.listdir(folder or os.curdir)
    except (OSError, ValueError):
        return []
    if found and next(islice(names, len(found) - 1, None), None) is None:
        raise TooManyError(f"is looked for among more than {MOST_NAMES:,} names of files")
    return found
