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
_BATCH_ROWS: Final = 65_536
_DICTIONARY: Final = 2
_BOOLEANS, _BINARY, _STRUCT, _DOUBLE, _BYTE = (1, 2), 8, 12, 7, 3


class _Page(NamedTuple):
    """The bytes of a page once it is unpacked, and the column if it is of texts; `words` are its bytes in a dictionary.

    A dictionary has each text once, however many of the `rows` have it.
    """

    size: int
    text: str | None
    rows: int
    words: bytes = b""


def opens_to(path: Path, metadata: Any) -> int | None:
    """How many bytes the first page, or the texts, of a file open to that are beyond a bound; None where none are.

    Of very many pages, the first are looked at. Raises OSError where the file cannot be read, and ArrowException.
    """
    texts, repeated = 0, dict[str, int]()
    with path.open("rb") as file:
        most = max(MOST_TEXTS, MOST_RATIO * path.stat().st_size)
        for page in islice(_pages(file, metadata), _MOST_PAGES):
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
                is_text = column.physical_type == "BYTE_ARRAY"
                words = b""
                if is_text and fields.get(1) == _DICTIONARY and size <= MOST_PAGE:
                    file.seek(place + length)
                    words = _unpacked(file.read(packed), size, column.compression)
                yield _Page(size, column.path_in_schema if is_text else None, column.num_values, words)
                place += length + packed


def _unpacked(data: bytes, size: int, compression: str) -> bytes:
    """The bytes of a page; none where they cannot be told."""
    from pyarrow import ArrowException, decompress

    if compression == "UNCOMPRESSED":
        return data
    try:
        return bytes(decompress(data, size, compression.lower(), asbytes=True))
    except (ArrowException, OSError, ValueError):
        return b""


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
