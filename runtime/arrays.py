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
_NUMPY: Final = b"\x93NUMPY\x01\x00"
_SHOWN: Final = 100
"""So much of what describes an array is enough to find it."""
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
    described = _described(file, wanted, dtype.str)
    if size != len(described) + content or os.fstat(file.fileno()).st_size - file.tell() < content:
        raise ValueError(f"`{wanted.name}` has another number of bytes than its shape says")
    array = np.empty(wanted.shape, dtype)
    view = array.reshape(-1).view(np.uint8).data
    done = 0
    while done < content and (read := file.readinto(view[done:])):
        done += read
    if done != content or zlib.crc32(view, zlib.crc32(described)) != checksum:
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


def _described(file: BufferedReader, wanted: Wanted, dtype: str) -> bytes:
    """What NumPy writes before the values of an array, which has to be what it writes of the wanted one.

    NumPy takes it for Python, which it need not be here: one array is described in one way.
    """
    start = _exactly(file, len(_NUMPY) + 2)
    if not start.startswith(_NUMPY):
        raise ValueError(f"`{wanted.name}` is no array")
    text = _exactly(file, int.from_bytes(start[len(_NUMPY) :], "little"))
    expected = f"{{'descr': {dtype!r}, 'fortran_order': False, 'shape': {wanted.shape!r}, }}".encode()
    if text.rstrip(b" \n") != expected:
        found = ascii(text[:_SHOWN].decode("latin-1").strip())
        raise ValueError(f"`{wanted.name}` has to be {wanted.dtype} of {wanted.shape}, and is {found}")
    return start + text


def _uncounted(name: str) -> str:
    """The name of a variable but for the numbers that Keras gives layers of one kind, which count on in a process."""
    return "/".join(part.rstrip("0123456789").rstrip("_") for part in name.split("/"))


def _exactly(file: BufferedReader, count: int) -> bytes:
    found = file.read(count)
    if len(found) != count:
        raise ValueError("it ends too early")
    return found
