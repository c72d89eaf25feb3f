"""A folder of images, one folder in it for each class: the columns `image` and `label`."""

from __future__ import annotations

import glob
import os
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from specrun.compiler.data.files import unreadable
from specrun.compiler.data.table import Column, Row, Source, Table
from specrun.compiler.diagnostics import Diagnostic, Span

IMAGE, LABEL = "image", "label"
INSIDE = ("*", "*")
"""What is behind the folder's path in a pattern of all its images."""

_FLAT = ("*",)

ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")


class FolderTable(Table):
    """The images by their paths, in the order of these, each with the name of the folder that it lies in."""

    def __init__(self, source: Source, inside: Sequence[str] = INSIDE) -> None:
        super().__init__((Column(IMAGE, "text"), Column(LABEL, "text")))
        self._source, self._inside = source, inside

    def rows(self, problems: list[Diagnostic] | None = None) -> Generator[Row, None, None]:  # noqa: ARG002 - as every table
        """All the images; their lines are numbers, and their texts the paths."""
        for number, path in enumerate(images(self._source.path, self._inside), start=1):
            shown = f"{self._source.shown.rstrip('/')}/{path.relative_to(self._source.path).as_posix()}"
            yield Row(shown, number, (str(path), path.parent.name), shown)


def images(folder: Path, inside: Sequence[str] = INSIDE) -> list[Path]:
    """The files of the folders in a folder, in the order of their paths; hidden ones are passed over."""
    return [Path(path) for path in sorted(glob.glob(os.path.join(glob.escape(str(folder)), *inside)))]


def open_folder(source: Source, span: Span) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    """The table of a folder, or what keeps it from being one."""
    problems = tuple(_problems(source, span))
    return (None if problems else FolderTable(source)), problems


def open_images(source: Source, span: Span) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    """The table of the images in a folder that may do without folders for classes, or what keeps it from being one."""
    flat = list(filter(os.path.isfile, images(source.path, _FLAT)))
    if not flat or images(source.path):
        return open_folder(source, span)
    problems = tuple(_strange(source, flat, span))
    return (None if problems else FolderTable(source, _FLAT)), problems


def _problems(source: Source, span: Span) -> Iterator[Diagnostic]:
    try:
        os.listdir(source.path)
    except (FileNotFoundError, NotADirectoryError):
        there = os.path.exists(source.path)
        message = f"`{source.shown}` is {'a file, not a folder' if there else 'not there'}"
        hint = "name the folder that holds a folder of images for each class; it is relative to the spec's folder"
        yield Diagnostic("D250", message, span, hint)
        return
    except (OSError, ValueError) as problem:
        yield unreadable(source, problem, span)
        return
    found = images(source.path)
    files = list(filter(os.path.isfile, found))
    if not files:
        message = f"`{source.shown}` holds no folders with images"
        yield Diagnostic("D250", message, span, "put the images of each class into a folder of its own in it")
    if files:
        yield from _strange(source, found, span)


def _strange(source: Source, found: Sequence[Path], span: Span) -> Iterator[Diagnostic]:
    """What among the files found in a folder is no image by its name."""
    others = [path for path in found if not os.path.isfile(path) or path.suffix.lower() not in ENDINGS]
    if others:
        shown = f"{source.shown.rstrip('/')}/{others[0].relative_to(source.path).as_posix()}"
        more = f" (and {len(others) - 1:,} more)" if len(others) > 1 else ""
        message = f"`{shown}`{more} is no PNG, JPEG, GIF, BMP or WebP file by its name"
        yield Diagnostic("D251", message, span, "move what are no images to another place")
