"""Whether a path leads to a file that can be read as data, before any of it is read."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from specrun.compiler.data.table import Source
from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.opening import ADDRESS
from specrun.compiler.suggest import did_you_mean

_FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
_MOST_PROBLEMS = 100
_UNPACK = "unpack it, and name the unpacked file"
_SHEET = "export the sheet as CSV, and name that file"
_REWRITE = "write the table as CSV, JSON Lines or Parquet, and name that file"
_PACKED_ENDINGS = (".gz", ".zip", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar", ".tgz")
_OTHER_ENDINGS = {
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".ods"), _SHEET),
    **dict.fromkeys((".arrow", ".feather", ".orc", ".h5", ".hdf5", ".npy", ".npz", ".mat", ".arff", ".sav"), _REWRITE),
    **dict.fromkeys((".pkl", ".pickle", ".db", ".sqlite", ".xml", ".html", ".rds", ".dta"), _REWRITE),
    ".json": "write one JSON object a line, and name the file `.jsonl`",
}
_PACKED = {b"\x1f\x8b": "gzip file", b"PK\x03\x04": "zip file or spreadsheet", b"BZh": "bzip2 file"}
_OPENINGS = {**_PACKED, b"PAR1": "Parquet file"}
_KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def find_format(path: Path | str) -> str | None:
    """The format that a file's ending tells: "csv", "jsonl", "parquet" or None."""
    return _FORMATS.get(Path(path).suffix.lower())


def usual_separator(path: Path | str) -> str:
    """What stands between two cells where nothing else is said: a tab in a `.tsv` file, else a comma."""
    return "\t" if Path(path).suffix.lower() == ".tsv" else ","


def first_bytes(path: Path, count: int) -> bytes:
    """The first bytes of a file; none of what is no file, or is made up by the system while it is read, without an end.

    Raises OSError, or ValueError for a name that no file can have.
    """
    seen = path.stat()
    if not stat.S_ISREG(seen.st_mode) or not seen.st_size:
        return b""
    with path.open("rb") as file:
        return file.read(count)


def check_files(sources: Sequence[Source], data_format: str, span: Span) -> tuple[Diagnostic, ...]:
    """What is wrong with the files as such; all of it is reported where the spec names them, at `span`.

    Of very many files that are at fault, the first are told.
    """
    checks = (_check_url, _check_exists, _check_ending, _check_opening)
    problems = ((check(source, data_format, span) for check in checks) for source in sources)
    firsts = (next((problem for problem in of_one if problem), None) for of_one in problems)
    return tuple(islice((problem for problem in firsts if problem), _MOST_PROBLEMS))


def unreadable(source: Source, problem: OSError | ValueError, span: Span) -> Diagnostic:
    """A file that the system refuses to open or to read on."""
    reason = getattr(problem, "strerror", None) or str(problem)
    message = f"`{source.shown}` cannot be read: {reason[:1].lower()}{reason[1:]}"
    return Diagnostic("D103", message, span, "see that the file is there and that you may read it")


def _check_url(source: Source, _format: str, span: Span) -> Diagnostic | None:
    if ADDRESS not in source.shown:
        return None
    message = f"`{source.shown}` is an address, and data is read from files alone"
    return Diagnostic("D104", message, span, "download the file, and give its path")


def _check_exists(source: Source, _format: str, span: Span) -> Diagnostic | None:
    try:
        mode = source.path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return Diagnostic("D101", f"there is no file `{source.shown}`", span, _near(source.path))
    except (OSError, ValueError) as problem:
        return unreadable(source, problem, span)
    if stat.S_ISREG(mode):
        return None
    kind = next((name for is_kind, name in _KINDS if is_kind(mode)), "no regular file")
    hint = "save the rows to a file, and name that"
    if stat.S_ISDIR(mode):
        hint = "name a file in it, several by `*`, or add `format: image_folder` for a folder of images"
    return Diagnostic("D102", f"`{source.shown}` is {kind}, not a file", span, hint)


def _near(path: Path) -> str:
    """The file of the same folder whose name is nearest."""
    folder = path.parent
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, 2000)]
    except OSError:
        return f"there is no folder `{folder.name}` either; a path is relative to the spec's folder"
    return did_you_mean(path.name, names, "a path is relative to the folder of the spec")


def _check_ending(source: Source, data_format: str, span: Span) -> Diagnostic | None:
    ending = source.path.suffix.lower()
    if ending in _PACKED_ENDINGS:
        # Left to its habits, pandas would unpack it, to whatever size.
        return Diagnostic("D105", f"`{source.shown}` is packed", span, _UNPACK)
    if data_format:
        return None
    if ending in _OTHER_ENDINGS:
        return Diagnostic("D105", f"`{ending}` files are not read as data", span, _OTHER_ENDINGS[ending])
    ending = f"the ending `{ending}` of `{source.shown}`" if ending else f"the name `{source.shown}`"
    return Diagnostic("D105", f"{ending} does not tell the format", span, "add `format: csv`, `jsonl` or `parquet`")


def _check_opening(source: Source, data_format: str, span: Span) -> Diagnostic | None:
    try:
        start = first_bytes(source.path, 4)
    except (OSError, ValueError) as problem:
        return unreadable(source, problem, span)
    if not start:
        return Diagnostic("D106", f"`{source.shown}` is empty", span, "see whether the file was written to its end")
    openings = _PACKED if data_format == "parquet" else _OPENINGS
    kind = next((kind for opening, kind in openings.items() if start.startswith(opening)), None)
    if kind is None:
        return None
    hint = "add `format: parquet`" if kind == "Parquet file" else f"{_UNPACK}, or export it as CSV"
    return Diagnostic("D105", f"`{source.shown}` is a {kind}, whatever its name", span, hint)
