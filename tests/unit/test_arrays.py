"""Arrays are read by what is wanted of them: nothing else gets memory, whatever a file says."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specrun.runtime.arrays import Wanted, read_arrays

ARRAYS: dict[str, Any] = {
    "0:dense/kernel": np.arange(12, dtype="float32").reshape(3, 4),
    "1:dense/größe": np.float32(7),
    "2:seed": np.zeros((0, 2), "uint32"),
}
WANTED = [Wanted(name, np.shape(array), str(np.asarray(array).dtype)) for name, array in ARRAYS.items()]


def of(path: Path, wanted: list[Wanted] = WANTED) -> list[Any]:
    with path.open("rb") as file:
        return list(read_arrays(file, wanted))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that NumPy wrote."""
    np.savez(tmp_path / "weights.npz", **ARRAYS)
    return tmp_path / "weights.npz"


def test_what_numpy_writes_is_read(path: Path) -> None:
    for found, array in zip(of(path), ARRAYS.values(), strict=True):
        assert (found.dtype, found.shape) == (np.asarray(array).dtype, np.shape(array))
        assert found.tobytes() == np.asarray(array).tobytes()


def test_keras_counts_layers_and_a_name_is_the_same(path: Path) -> None:
    counted = [Wanted(one.name.replace("dense", "dense_12"), one.shape, one.dtype) for one in WANTED]
    assert len(of(path, counted)) == len(WANTED)
    with pytest.raises(ValueError, match="in place of `0:other/kernel`"):
        of(path, [Wanted("0:other/kernel", (3, 4), "float32"), *WANTED[1:]])


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Wanted("0:dense/kernel", (4, 3), "float32"), r"has to be float32 of \(4, 3\), and is .*<f4.*\(3, 4\)"),
        (Wanted("0:dense/kernel", (3, 4), "float64"), "has to be float64"),
        (Wanted("0:dense/kernel", (3, 4), "int32"), "has to be int32"),
    ],
)
def test_what_is_not_wanted_is_named(path: Path, wanted: Wanted, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        of(path, [wanted, *WANTED[1:]])


def test_all_arrays_and_no_more(path: Path) -> None:
    with pytest.raises(ValueError, match="more than the 2 arrays"):
        of(path, WANTED[:2])
    with pytest.raises(ValueError, match="lacks `3:more`"):
        of(path, [*WANTED, Wanted("3:more", (), "float32")])


def test_each_byte_of_the_arrays_counts(path: Path) -> None:
    """Of what stands before the listing, all but dates and the version of the archive."""
    content = path.read_bytes()
    listing = content.index(b"PK\x01\x02")
    silent = set()
    for at in range(listing):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        try:
            found = of(path)
        except ValueError:
            continue
        assert [array.tobytes() for array in found] == [np.asarray(array).tobytes() for array in ARRAYS.values()]
        silent.add(at)
    assert len(silent) < 10 * len(ARRAYS)
    for at in range(0, listing + 4, 7):
        path.write_bytes(content[:at])
        with pytest.raises(ValueError, match=r"."):
            of(path)


def packed(path: Path) -> None:
    np.savez_compressed(path, **ARRAYS)


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0:dense/kernel.npy", bytes(500_000_000))


def of_shape(text: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        file = io.BytesIO()
        np.save(file, ARRAYS["0:dense/kernel"])
        with zipfile.ZipFile(path, "w") as archive, archive.open("0:dense/kernel.npy", "w", force_zip64=True) as member:
            member.write(file.getvalue().replace(b"(3, 4), }".ljust(len(text) + 3), text + b", }", 1))

    return write


def many_listed(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"PK\x01\x02")] + b"PK\x01\x02" + bytes(42) * 1_000_000)


@pytest.mark.parametrize("write", [packed, bomb, of_shape(b"(1000000000000,)"), of_shape(b"(3, 4000000000)")])
def test_what_would_take_memory_is_refused_before_it_does(path: Path, write: Callable[[Path], None]) -> None:
    write(path)
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"."):
        of(path)
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


def test_a_listing_is_not_read(path: Path) -> None:
    many_listed(path)
    tracemalloc.start()
    assert len(of(path)) == len(ARRAYS)
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()
