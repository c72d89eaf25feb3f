"""How a data file seems to be written: its separator and encoding, told by its first lines."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from specrun.compiler.data import Dialect, find_format, usual_separator
from specrun.compiler.data.files import first_bytes

_FIRST_BYTES = 1 << 16
_FIRST_LINES = 20
_SEPARATORS = (",", ";", "\t", "|")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Given:
    """What is said of a file, the rest of which it has to tell itself; `columns` where it has no header."""

    separator: str | None = None
    columns: tuple[str, ...] = ()
    encoding: str | None = None
    quoting: bool = True


def find_dialect(path: Path, given: Given) -> Dialect:
    """The dialect of a file, whatever it holds: what is wrong with it, opening it says."""
    format_ = find_format(path) or ""
    if format_ in ("jsonl", "parquet"):  # which have one encoding
        return Dialect(format_)
    try:
        first = first_bytes(path, _FIRST_BYTES)
    except (OSError, ValueError):
        first = b""
    encoding = given.encoding or _encoding(first)
    if format_ != "csv":
        return Dialect(format_, encoding=encoding)
    lines = first.decode(encoding, errors="replace").splitlines()[:_FIRST_LINES]
    separator = given.separator or _separator(lines, path, quoting=given.quoting)
    return Dialect(format_, separator, encoding=encoding, columns=given.columns, quoting=given.quoting)


def _encoding(first: bytes) -> str:
    """UTF-8 where the first bytes are; else what Windows writes, which any bytes but a few can be."""
    if first.startswith(_UTF_16):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(first)  # a character may be cut at the end
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _separator(lines: Sequence[str], path: Path, *, quoting: bool) -> str:
    """The separator that parts most lines into one number of cells; the usual one of two that do."""
    return max(
        (usual_separator(path), *_SEPARATORS), key=lambda separator: _agreement(lines, separator, quoting=quoting)
    )


def _agreement(lines: Sequence[str], separator: str, *, quoting: bool) -> int:
    """How many lines have as many cells as most have, with this separator; 0 where that is one."""
    try:
        counts = Counter(map(len, _rows(lines, separator, quoting=quoting)))
    except csv.Error:
        return 0
    ((cells, agreeing),) = counts.most_common(1) or [(0, 0)]
    return agreeing if cells > 1 else 0


def _rows(lines: Sequence[str], separator: str, *, quoting: bool) -> Iterator[list[str]]:
    if quoting:
        return csv.reader(lines, delimiter=separator)
    return csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
