"""A folder of images, one folder in it for each class: the columns `image` and `label`."""

from __future__ import annotations

import glob
import os
from collections.abc import Generator, Iterator
from pathlib import Path

from specrun.compiler.data.table import Column, Row, Source, Table
from specrun.compiler.diagnostics import Diagnostic, Span

IMAGE, LABEL = "image", "label"
INSIDE = ("*", "*")
"""What is behind the folder's path in a pattern of all its images."""

ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")


class FolderTable(Table):
    """The images by their paths, in the order of these, each with the name of the folder that it lies in."""

    def __init__(self, source: Source) -> None:
        super().__init__((Column(IMAGE, "text"), Column(LABEL, "text")))
        self._source = source

    def rows(self, problems: list[Diagnostic] | None = None) -> Generator[Row, None, None]:  # noqa: ARG002 - as every table
        """All the images; their lines are numbers, and their texts the paths."""
        for number, path in enumerate(images(self._source.path), start=1):
            shown = f"{self._source.shown.rstrip('/')}/{path.parent.name}/{path.name}"
            yield Row(shown, number, (str(path), path.parent.name), shown)


def images(folder: Path) -> list[Path]:
    """The files of the folders in a folder, in the order of their paths; hidden ones are passed over."""
    return [Path(path) for path in sorted(glob.glob(os.path.join(glob.escape(str(folder)), *INSIDE)))]


def open_folder(source: Source, span: Span) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    """The table of a folder, or what keeps it from being one."""
    problems = tuple(_problems(source, span))
    return (None if problems else FolderTable(source)), problems


def _problems(source: Source, span: Span) -> Iterator[Diagnostic]:
    if not source.path.is_dir():
        there = source.path.exists()
        message = f"`{source.shown}` is {'a file, not a folder' if there else 'not there'}"
        hint = "name the folder that holds a folder of images for each class; it is relative to the spec's folder"
        yield Diagnostic("D250", message, span, hint)
        return
    found = images(source.path)
    files = [path for path in found if path.is_file()]
    if not files:
        message = f"`{source.shown}` holds no folders with images"
        yield Diagnostic("D250", message, span, "put the images of each class into a folder of its own in it")
    others = [path for path in found if not path.is_file() or path.suffix.lower() not in ENDINGS]
    if files and others:
        shown = f"{source.shown.rstrip('/')}/{others[0].parent.name}/{others[0].name}"
        more = f" (and {len(others) - 1:,} more)" if len(others) > 1 else ""
        message = f"`{shown}`{more} is no PNG, JPEG, GIF, BMP or WebP file by its name"
        yield Diagnostic("D251", message, span, "move what are no images to another place")
