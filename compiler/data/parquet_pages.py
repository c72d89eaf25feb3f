"""What the pages of a Parquet file open to, by their own headers: pyarrow takes the memory for a page that it reads."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from specrun.compiler.data.table import MAX_COLUMNS
from specrun.compiler.data.thrift import STRUCT, each, number, struct, text

MOST_PAGE: Final = 64 * 2**20
"""Bytes that a page may open to; programs write pages of about one MiB."""
MOST_TEXTS: Final = 256 * 2**20
"""Bytes that the texts of a file may open to, whatever its own size."""
MOST_RATIO: Final = 100
"""Beyond that, texts may open to so many times the size of the file."""
_MOST_PAGES: Final = 20_000
_HEADER: Final = 1 << 14
_BATCH_ROWS: Final = 65_536
_DICTIONARY: Final = 2
_TEXTS: Final = 6
_COMPRESSIONS: Final = {1: "snappy", 2: "gzip", 4: "brotli", 6: "zstd", 7: "lz4_raw"}
"""The numbers of the format for how pages are packed; the old LZ4 is packed in two ways, and cannot be told."""
_PAGE: Final = struct({1: number, 2: number, 3: number})
_COLUMN: Final = struct(
    {3: struct({1: number, 3: each(text, 100), 4: number, 5: number, 7: number, 9: number, 11: number})}
)


class _Chunk(NamedTuple):
    """The pages of a column in a group of rows: from a place in the file to another, so many values, packed somehow.

    `text` is the column, if it is of texts.
    """

    start: int
    end: int
    text: str | None
    rows: int
    compression: int


class _Page(NamedTuple):
    """The bytes of a page once it is unpacked, and the column if it is of texts; `words` are its bytes in a dictionary.

    A dictionary has each text once, however many of the `rows` have it.
    """

    size: int
    text: str | None
    rows: int
    words: bytes = b""


def opens_to(path: Path) -> int | None:
    """How many bytes the first page, or the texts, of a file open to that are beyond a bound; None where none are.

    Of very many pages, the first are looked at. Raises OSError where the file cannot be read, and ArrowException.
    """
    texts, repeated = 0, dict[str, int]()
    with path.open("rb") as file:
        most = max(MOST_TEXTS, MOST_RATIO * path.stat().st_size)
        for page in islice(_pages(file), _MOST_PAGES):
            texts += 0 if page.text is None else page.size
            if page.size > MOST_PAGE or texts > most:
                return max(page.size, texts)
            if page.text is not None and page.words:
                repeated[page.text] = repeated.get(page.text, 0) + page.rows * _longest(page.words)
    for column, size in repeated.items():
        if size > most and (found := _repeated_size(path, column, most)) > most:
            return found
    return None


def _longest(words: bytes) -> int:
    """The length of the longest text in a dictionary, in which each stands behind its length."""
    at = longest = 0
    while at + 4 <= len(words):
        length = int.from_bytes(words[at : at + 4], "little")
        at, longest = at + 4 + length, max(longest, length)
    return longest


def _repeated_size(path: Path, column: str, most: int) -> int:
    """How many bytes the texts of a column have, each as often as it stands in a row; not much more than `most`.

    Its rows are not made: each is a place in the dictionary.
    """
    from pyarrow import DictionaryArray, LargeListArray, ListArray, compute
    from pyarrow.parquet import ParquetFile

    size = 0
    with ParquetFile(path, pre_buffer=False, read_dictionary=[column]) as file:
        for records in file.iter_batches(batch_size=_BATCH_ROWS, columns=[column]):
            texts = records.column(0)
            while isinstance(texts, ListArray | LargeListArray):
                texts = texts.flatten()
            if not isinstance(texts, DictionaryArray):
                return 0
            lengths = compute.binary_length(texts.dictionary).cast("int64")
            size += compute.sum(lengths.take(texts.indices)).as_py() or 0
            if size > most:
                break
    return size


def _chunks(file: BinaryIO) -> list[_Chunk]:
    """What a file says of its columns, group by group; of what cannot be told, none: to say so is pyarrow's.

    By pyarrow's own account of a file, one that is corrupt ends the process: it raises where nothing may be raised.
    """
    found: list[_Chunk] = []

    def keep(data: bytes, at: int, kind: int) -> tuple[None, int]:
        fields, at = _COLUMN(data, at, kind)
        if len(found) == _MOST_PAGES:
            raise IndexError(len(found))
        found.append(_chunk(fields.get(3, {})))
        return None, at

    file.seek(-8, os.SEEK_END)
    length = int.from_bytes(file.read(4), "little")
    file.seek(-min(8 + length, file.tell() + 4), os.SEEK_END)
    with suppress(IndexError, RecursionError):
        struct({4: each(struct({1: each(keep, MAX_COLUMNS)}), _MOST_PAGES)})(file.read(length), 0, STRUCT)
    return found


def _chunk(fields: Mapping[int, Any]) -> _Chunk:
    place = fields.get(11) or fields.get(9, 0)
    column = ".".join(fields.get(3, ())) if fields.get(1) == _TEXTS else None
    return _Chunk(place, place + fields.get(7, 0), column, fields.get(5, 0), fields.get(4, 0))


def _pages(file: BinaryIO) -> Iterator[_Page]:
    """The pages of all columns; of what cannot be told, none."""
    end_of_file = file.seek(0, os.SEEK_END)
    for chunk in _chunks(file):
        place = chunk.start
        while 0 <= place < min(chunk.end, end_of_file):
            file.seek(place)
            try:
                fields, length = _PAGE(file.read(_HEADER), 0, STRUCT)
            except (IndexError, RecursionError):
                break
            size, packed = fields.get(2, 0), fields.get(3, -1)
            if size < 0 or packed < 0:
                break
            words = b""
            if chunk.text is not None and fields.get(1) == _DICTIONARY and size <= MOST_PAGE:
                file.seek(place + length)
                words = _unpacked(file.read(min(packed, end_of_file)), size, chunk.compression)
            yield _Page(size, chunk.text, chunk.rows, words)
            place += length + packed


def _unpacked(data: bytes, size: int, compression: int) -> bytes:
    """The bytes of a page; none where they cannot be told."""
    from pyarrow import ArrowException, decompress

    if compression == 0:
        return data
    try:
        return bytes(decompress(data, size, _COMPRESSIONS[compression], asbytes=True))
    except (ArithmeticError, ArrowException, LookupError, OSError, ValueError):
        return b""
