"""Arrays in a file of NumPy's format `.npz`, read so that nothing but the arrays that are asked for can come in."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader
from typing import Any, Final

_LOCAL: Final = struct.Struct("<4s5H3L2H")
"""What stands before each file in an archive: its method, its checksum, its sizes and the lengths of its names."""
_LARGE: Final = struct.Struct("<2H2Q")
"""Sizes of 64 bits, as NumPy always writes them."""
_IS_LARGE: Final = 0xFFFFFFFF
_FILE, _LISTING, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_UTF_8: Final = 0x800
_STORED: Final = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """An array that a file has to hold, by its `name` there, its shape and the name of its type."""

    name: str
    shape: tuple[int, ...]
    dtype: str


def read_arrays(file: BufferedReader, wanted: Sequence[Wanted]) -> Iterator[Any]:
    """The arrays of a file, which has to hold these and no others, in this order, each a view of nothing else.

    Name, type, shape and size of an array are held against what is wanted before there is memory for it, and its bytes
    against their checksum. `zipfile` would read the whole listing at the end of an archive first, however long that is,
    and unpack what is packed. Raises ValueError where the file holds anything else.
    """
    for one in wanted:
        yield _array(file, one)
    if _exactly(file, len(_LISTING)) not in (_LISTING, _END):
        raise ValueError(f"it holds more than the {len(wanted)} arrays of the network")


def _array(file: BufferedReader, wanted: Wanted) -> Any:
    import numpy as np

    dtype = np.dtype(wanted.dtype)
    content = _bytes_in(dtype, wanted.shape)
    checksum, size = _header(file, wanted)
    start = file.tell()
    header, described = _described(file, wanted)
    if described != (wanted.shape, False, dtype):
        shape, _, found = described
        raise ValueError(f"`{wanted.name}` is {found} of {shape}, and the network takes {dtype} of {wanted.shape}")
    rest = os.fstat(file.fileno()).st_size - file.tell()
    if size != file.tell() - start + content or rest < content:
        raise ValueError(f"`{wanted.name}` has another number of bytes than its shape says")
    array = np.empty(wanted.shape, dtype)
    view = array.reshape(-1).view(np.uint8).data
    done = 0
    while done < content and (read := file.readinto(view[done:])):
        done += read
    if done != content or zlib.crc32(view, zlib.crc32(header)) != checksum:
        raise ValueError(f"`{wanted.name}` does not have the checksum that it had")
    return array


def _bytes_in(dtype: Any, shape: tuple[int, ...]) -> int:
    total: int = dtype.itemsize
    for axis in shape:
        total *= axis
    return total


def _header(file: BufferedReader, wanted: Wanted) -> tuple[int, int]:
    """The checksum and the size of what follows in the archive, which has to be the wanted array, as it is."""
    fields = _LOCAL.unpack(_exactly(file, _LOCAL.size))
    mark, _, flags, method, _, _, checksum, packed, size, name_length, more_length = fields
    if mark != _FILE:
        raise ValueError(f"it lacks `{wanted.name}`")
    if flags not in (0, _UTF_8) or method != _STORED:
        raise ValueError(f"`{wanted.name}` is packed or encrypted")
    name = _exactly(file, name_length).decode("utf-8")
    if _uncounted(name) != _uncounted(f"{wanted.name}.npy"):
        raise ValueError(f"it has `{name.removesuffix('.npy')}` in place of `{wanted.name}`")
    more = _exactly(file, more_length)
    if packed == size == _IS_LARGE and more_length == _LARGE.size:
        kind, length, size, packed = _LARGE.unpack(more)
        if (kind, length) != (1, _LARGE.size - 4):
            raise ValueError(f"`{wanted.name}` has no size")
    if packed != size:
        raise ValueError(f"`{wanted.name}` is packed")
    return checksum, size


def _described(file: BufferedReader, wanted: Wanted) -> tuple[bytes, tuple[Any, bool, Any]]:
    """What NumPy says before the values of an array, as bytes and as the shape, the order of the axes and the type."""
    from numpy.lib import format as npy

    start = file.tell()
    try:
        version = npy.read_magic(file)
        if version != (1, 0):
            raise ValueError(f"version {version}")
        described = npy.read_array_header_1_0(file)
    except (ArithmeticError, LookupError, MemoryError, RecursionError, SyntaxError, TypeError, ValueError) as problem:
        raise ValueError(f"`{wanted.name}` is no array: {problem}") from None
    end = file.tell()
    file.seek(start)
    return _exactly(file, end - start), described


def _uncounted(name: str) -> str:
    """The name of a variable but for the numbers that Keras gives layers of one kind, which count on in a process."""
    return "/".join(part.rstrip("0123456789").rstrip("_") for part in name.split("/"))


def _exactly(file: BufferedReader, count: int) -> bytes:
    found = file.read(count)
    if len(found) != count:
        raise ValueError("it ends too early")
    return found
