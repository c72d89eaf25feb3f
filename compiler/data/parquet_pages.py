"""What the pages of a Parquet file open to, by their own headers: pyarrow takes the memory for a page that it reads."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

MOST_PAGE: Final = 64 * 2**20
"""Bytes that a page may open to; programs write pages of about one MiB."""
MOST_TEXTS: Final = 256 * 2**20
"""Bytes that the texts of a file may open to, whatever its own size."""
MOST_RATIO: Final = 100
"""Beyond that, texts may open to so many times the size of the file."""
_MOST_PAGES: Final = 20_000
_HEADER: Final = 1 << 14
_BOOLEANS, _BINARY, _STRUCT, _DOUBLE, _BYTE = (1, 2), 8, 12, 7, 3


class _Page(NamedTuple):
    """The bytes of a page once it is unpacked, and whether it is of texts."""

    size: int
    is_text: bool


def opens_to(path: Path, metadata: Any) -> int | None:
    """How many bytes the first page, or the texts, of a file open to that are beyond a bound; None where none are.

    Of very many pages, the first are looked at. Raises OSError where the file cannot be read.
    """
    texts = 0
    with path.open("rb") as file:
        most = max(MOST_TEXTS, MOST_RATIO * path.stat().st_size)
        for page in islice(_pages(file, metadata), _MOST_PAGES):
            texts += page.size if page.is_text else 0
            if page.size > MOST_PAGE or texts > most:
                return max(page.size, texts)
    return None


def _pages(file: BinaryIO, metadata: Any) -> Iterator[_Page]:
    """The pages of all columns; of what cannot be told, none: to say so is pyarrow's."""
    for group in range(metadata.num_row_groups):
        columns = metadata.row_group(group)
        for index in range(columns.num_columns):
            column = columns.column(index)
            place = column.dictionary_page_offset or column.data_page_offset
            end = place + column.total_compressed_size
            while place < end:
                file.seek(place)
                try:
                    fields, length = _fields(file.read(_HEADER), 0)
                except (IndexError, RecursionError):
                    break
                size, packed = fields.get(2, 0), fields.get(3, -1)
                if packed < 0:
                    break
                yield _Page(size, column.physical_type == "BYTE_ARRAY")
                place += length + packed


def _fields(data: bytes, at: int) -> tuple[dict[int, int], int]:
    """The whole numbers of a structure in Thrift's compact protocol by their fields, and where it ends."""
    found: dict[int, int] = {}
    field = 0
    while head := data[at]:
        at, kind = at + 1, head & 15
        if head >> 4:
            field += head >> 4
        else:
            field, at = _number(data, at)
        if kind in _BOOLEANS:
            continue
        if kind in (4, 5, 6):
            found[field], at = _number(data, at)
        else:
            at = _behind(data, at, kind)
    return found, at + 1


def _behind(data: bytes, at: int, kind: int) -> int:
    """Where a value of another kind ends, beginning at a place."""
    if kind == _BINARY:
        length, at = _varint(data, at)
        return at + length
    if kind == _STRUCT:
        return _fields(data, at)[1]
    if kind in (_DOUBLE, _BYTE):
        return at + (8 if kind == _DOUBLE else 1)
    raise IndexError(kind)  # lists and maps stand in no header of a page


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


def _number(data: bytes, at: int) -> tuple[int, int]:
    value, at = _varint(data, at)
    return (value >> 1) ^ -(value & 1), at
