"""A checkpoint holds numbers, each of the kind and the size that it is to have: whatever else it says is refused."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import pytest

from specrun.runtime import checkpoint as reading
from specrun.runtime.checkpoint import Checkpoint, OtherVersion, read_checkpoint, write_checkpoint
from specrun.runtime.disk import flush_folder
from tests.unit.test_checkpoint import made, plain

TITLE = b"specrun checkpoint 1\n"
STATE: dict[str, Any] = {
    "epoch": 1,
    "done": 2,
    "is_over": False,
    "variables": [["float32", [2, 3]], ["int64", []]],
    "callbacks": [{"wait": 3, "best": None, "best_weights": [["uint8", [4]]]}],
    "history": {"loss": [0.5]},
    "seconds": 1.5,
    "spec": "abc",
}
ARRAYS = np.arange(6, dtype="float32").tobytes() + np.int64(7).tobytes() + bytes([1, 2, 3, 4])


def of_bytes(path: Path, content: bytes, *, digest: bytes | None = None) -> Checkpoint:
    """What is read of a file with a digest that fits, or with another one."""
    path.write_bytes(content + (hashlib.sha256(content).digest() if digest is None else digest))
    return read_checkpoint(path)


def of(path: Path, state: Any, arrays: bytes = ARRAYS, *, title: bytes = TITLE) -> Checkpoint:
    text = (state if isinstance(state, str) else json.dumps(state)).encode()
    return of_bytes(path, title + len(text).to_bytes(8, "little") + text + arrays)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "checkpoint.bin"


def test_a_checkpoint_has_one_form(path: Path) -> None:
    found = of(path, STATE)
    first, second = found.variables
    (known,) = found.callbacks
    assert (first.dtype, first.tolist()) == (np.dtype("float32"), [[0, 1, 2], [3, 4, 5]])
    assert (second.dtype, second.shape, int(second)) == (np.dtype("int64"), (), 7)
    assert {name: value for name, value in known.items() if name != "best_weights"} == {"wait": 3, "best": None}
    (weights,) = known["best_weights"]
    assert (weights.dtype, weights.tolist()) == (np.dtype("uint8"), [1, 2, 3, 4])
    assert (found.epoch, found.done, found.is_over, found.seconds, found.spec) == (1, 2, False, 1.5, "abc")
    assert found.history == {"loss": [0.5]}
    before = path.read_bytes()
    write_checkpoint(path, found)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_arrays_of_any_order_and_size(path: Path) -> None:
    kinds = ("bool", "int8", "uint16", "int32", "uint64", "float16", "float32", "float64")
    arrays: tuple[Any, ...] = (
        *(np.ones((2, 3), kind) for kind in kinds),
        np.arange(6).reshape(2, 3).T,
        np.zeros((0, 5)),
        np.float32(1),
    )
    write_checkpoint(path, Checkpoint(0, 0, False, arrays, ({"list": [], "more": [*arrays]},), {}, 0.0))
    found = read_checkpoint(path)
    for one, other in ((found.variables, arrays), (found.callbacks[0]["more"], arrays)):
        assert [array.dtype for array in one] == [array.dtype for array in other]
        assert [array.tolist() for array in one] == [array.tolist() for array in other]
    assert found.callbacks[0]["list"] == []
    assert found.spec == ""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"epoch": 1.0}, "its `epoch` is not what it is to be"),
        ({"epoch": True}, "its `epoch` is not what it is to be"),
        ({"epoch": "1"}, "its `epoch` is not what it is to be"),
        ({"epoch": -1}, "its `epoch` is not what it is to be"),
        ({"epoch": 1 << 31, "history": {}}, "its `epoch` is not what it is to be"),
        ({"done": None}, "its `done` is not what it is to be"),
        ({"done": -1}, "its `done` is not what it is to be"),
        ({"done": 1 << 31}, "its `done` is not what it is to be"),
        ({"is_over": 0}, "its `is_over` is not what it is to be"),
        ({"is_over": None}, "its `is_over` is not what it is to be"),
        ({"variables": {}}, "its `variables` is not what it is to be"),
        ({"callbacks": {}}, "its `callbacks` is not what it is to be"),
        ({"history": []}, "its `history` is not what it is to be"),
        ({"seconds": "1"}, "its `seconds` is not what it is to be"),
        ({"seconds": True}, "its `seconds` is not what it is to be"),
        ({"seconds": -0.5}, "its `seconds` is not what it is to be"),
        ({"seconds": float("inf")}, "its `seconds` is not what it is to be"),
        ({"seconds": float("nan")}, "its `seconds` is not what it is to be"),
        ({"spec": 5}, "its `spec` is not what it is to be"),
        ({"spec": None, "epoch": None}, "its `epoch` is not what it is to be"),
        ({"history": {"loss": [1.0, 2.0]}}, "its `history` has not a number for each epoch"),
        ({"history": {"loss": []}}, "its `history` has not a number for each epoch"),
        ({"history": {"loss": [0.5], "more": []}}, "its `history` has not a number for each epoch"),
        ({"history": {"loss": ["a"]}}, "its `history` has not a number for each epoch"),
        ({"history": {"loss": [True]}}, "its `history` has not a number for each epoch"),
        ({"history": {"loss": "a"}}, "its `history` has not a number for each epoch"),
        ({"history": {"loss": None}}, "its `history` has not a number for each epoch"),
        ({"callbacks": [[]]}, "its `callbacks` know what none does"),
        ({"callbacks": [{}, {"a": "text"}]}, "its `callbacks` know what none does"),
        ({"callbacks": [{"a": {}}]}, "its `callbacks` know what none does"),
        ({"callbacks": [{"a": 1, "b": [1]}]}, "its `callbacks` know what none does"),
        ({"callbacks": [{"a": [["uint8", [4]], ["text", [1]]]}]}, "its `callbacks` know what none does"),
        ({"variables": [1]}, "its `variables` are no arrays"),
        ({"variables": [{}]}, "its `variables` are no arrays"),
        ({"variables": ["ab"]}, "its `variables` are no arrays"),
        ({"variables": [[]]}, "its `variables` are no arrays"),
        ({"variables": [["float32"]]}, "its `variables` are no arrays"),
        ({"variables": [["float32", [1], 2]]}, "its `variables` are no arrays"),
        ({"variables": [["float32", 1]]}, "its `variables` are no arrays"),
        ({"variables": [["float32", {}]]}, "its `variables` are no arrays"),
        ({"variables": [["float32", "1"]]}, "its `variables` are no arrays"),
        ({"variables": [["float32", [1.0]]]}, "its `variables` are no arrays"),
        ({"variables": [["float32", [True]]]}, "its `variables` are no arrays"),
        ({"variables": [["float32", [2, -1]]]}, "its `variables` are no arrays"),
        ({"variables": [["float32", [1] * 33]]}, "its `variables` are no arrays"),
        ({"variables": [[["float32"], [1]]]}, "its `variables` are no arrays"),
        ({"variables": [[None, [1]]]}, "its `variables` are no arrays"),
        *(
            ({"variables": [["float32", [1]], [kind, [1]]]}, "its `variables` are no arrays")
            for kind in (
                "object",
                "str",
                "U4",
                "float128",
                "complex64",
                "datetime64[s]",
                "<f4",
                "FLOAT32",
                "int128",
                "",
            )
        ),
        ({"more": 1}, "it has other parts"),
    ],
)
def test_what_a_state_may_not_say(path: Path, change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        of(path, STATE | change)


@pytest.mark.parametrize("part", STATE)
def test_no_part_may_be_missing(path: Path, part: str) -> None:
    with pytest.raises(ValueError, match=r"^it has other parts$"):
        of(path, {name: value for name, value in STATE.items() if name != part})


@pytest.mark.parametrize("state", [[], None, 1, "text"])
def test_a_state_has_parts(path: Path, state: Any) -> None:
    with pytest.raises(ValueError, match=r"^it has other parts$"):
        of(path, json.dumps(state))


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": 0, "history": {}},
        {"epoch": (1 << 31) - 1, "history": {}},
        {"done": 0},
        {"done": (1 << 31) - 1},
        {"is_over": True},
        {"seconds": 0},
        {"seconds": 7},
        {"spec": ""},
        {"history": {"loss": [1], "more": [float("nan")]}},
        {"callbacks": [{"a": True, "b": 1.5, "c": None, "d": float("inf"), "best_weights": [["uint8", [4]]]}]},
        {"callbacks": [{}, {"a": []}, {"b": [["bool", [2, 1]], ["int16", []]]}]},
        {"callbacks": [], "variables": [["float32", [2, 3]], ["int64", [1]], ["uint8", [2, 2]]]},
        {"callbacks": [], "variables": [["float32", [1] * 31 + [9]]]},
        {"callbacks": [], "variables": [["uint8", [36]], ["float64", [0, 5]], ["uint8", [5, 0]]]},
    ],
)
def test_what_a_state_may_say(path: Path, change: dict[str, Any]) -> None:
    found = of(path, STATE | change)
    assert found.epoch == (STATE | change)["epoch"]
    before = path.read_bytes()
    write_checkpoint(path, found)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "text", ['{"epoch": 1, "epoch": 1}', "{", "", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")]
)
def test_a_state_is_strict_json(path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        of(path, text)


@pytest.mark.parametrize("arrays", [ARRAYS[:-1], ARRAYS + b"\0", b"", ARRAYS + ARRAYS])
def test_arrays_have_the_size_that_is_said(path: Path, arrays: bytes) -> None:
    with pytest.raises(ValueError, match=r"^its arrays have other sizes than it says$"):
        of(path, STATE, arrays)


@pytest.mark.parametrize(
    "change", [{"variables": [["float64", [1 << 40]]]}, {"callbacks": [{"a": [["int8", [1 << 62]]]}]}]
)
def test_no_memory_is_taken_for_what_is_not_there(path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^its arrays have other sizes than it says$"):
        of(path, STATE | change)


@pytest.mark.parametrize("length", [0, 1, 8, 9, 15, 1 << 26, (1 << 26) + 1, 1 << 63])
def test_a_text_ends_before_the_file_does(path: Path, length: int) -> None:
    content = b"1" * 8
    says = "it is shorter than it says" if length > len(content) else r"."
    with pytest.raises(ValueError, match=says):
        of_bytes(path, TITLE + length.to_bytes(8, "little") + content)


def test_the_longest_text(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(STATE)
    monkeypatch.setattr(reading, "_MOST_STATE", len(text))
    assert of(path, text).epoch == 1
    with pytest.raises(ValueError, match=r"^it is shorter than it says$"):
        of(path, f"{text} ")


@pytest.mark.parametrize(
    ("content", "digest"),
    [
        (TITLE, b""),
        (TITLE, bytes(32)),
        (TITLE, hashlib.sha256(TITLE).digest()[:-1]),
        (TITLE, hashlib.sha256(TITLE).digest() + b"\0"),
        (b"", b""),
        (b"", bytes(31)),
    ],
)
def test_a_digest_that_does_not_fit(path: Path, content: bytes, digest: bytes) -> None:
    with pytest.raises(ValueError, match=r"^its bytes are not those that were written$"):
        of_bytes(path, content, digest=digest)


@pytest.mark.parametrize("chunk", [1, 7, 64])
def test_a_file_is_read_in_parts(path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(reading, "_CHUNK", chunk)
    assert plain(of(path, STATE)) == plain(of(path, STATE))
    content = path.read_bytes()
    for at in (0, 30, len(content) - 40):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(ValueError, match=r"^its bytes are not those that were written$"):
            read_checkpoint(path)


def test_a_file_that_becomes_shorter_is_noticed(path: Path) -> None:
    of(path, STATE)
    content, size = path.read_bytes(), path.stat().st_size
    path.write_bytes(content[:50])
    with (
        mock.patch("os.fstat", return_value=SimpleNamespace(st_mode=stat.S_IFREG, st_size=size)),
        pytest.raises(ValueError, match=r"^its bytes are not those that were written$"),
    ):
        read_checkpoint(path)


@pytest.mark.parametrize(
    ("title", "other"),
    [
        (b"specrun checkpoint 2\n", True),
        (b"specrun checkpoint 10\n", True),
        (b"specrun checkpoint ", True),
        (b"text\n", False),
    ],
)
def test_a_title_says_which_version(path: Path, title: bytes, other: bool) -> None:
    with pytest.raises(
        ValueError, match=r"^another version of specrun wrote it$" if other else r"^it is none$"
    ) as raised:
        of_bytes(path, title + bytes(100))
    assert isinstance(raised.value, OtherVersion) == other


def test_an_array_that_ends_too_early() -> None:
    class Short:
        def __init__(self) -> None:
            self.left = 3

        def readinto(self, view: memoryview) -> int:
            self.left -= 1
            return min(2, len(view)) if self.left else 0

    short: Any = Short()
    with pytest.raises(ValueError, match=r"^it ends too early$"):
        reading._array(short, ["uint8", [6]])
    enough: Any = Short()
    assert reading._array(enough, ["uint8", [4]]).shape == (4,)
    assert enough.left == 1


# Writing


def refused(path: Path, name: str, *, error: Callable[..., Any]) -> None:
    with mock.patch.object(os, name, error), pytest.raises(OSError, match="no"):
        write_checkpoint(path, made(2))


def no(*_: Any, **__: Any) -> Any:
    raise OSError("no")


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_what_could_not_be_written_leaves_nothing_behind(path: Path, name: str) -> None:
    write_checkpoint(path, made(1))
    refused(path, name, error=no)
    assert plain(read_checkpoint(path)) == plain(made(1))
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_what_cannot_be_removed_is_no_other_error(path: Path) -> None:
    with mock.patch.object(Path, "unlink", no):
        refused(path, "replace", error=mock.Mock(side_effect=OSError("no more")))
    assert {file.name for file in path.parent.iterdir()} == {f".{path.name}"}


def test_it_is_on_the_disk_before_it_is_put_in_place(path: Path) -> None:
    write_checkpoint(path, made(1))
    size = path.stat().st_size
    calls: list[tuple[str, Any]] = []
    real, flushed = os.replace, flush_folder

    def replace(one: Path, other: Path) -> None:
        calls.append(("replace", (one.name, other.name)))
        real(one, other)

    def fsync(descriptor: int) -> None:
        calls.append(("fsync", os.fstat(descriptor).st_size == size))

    def folder(where: Path) -> None:
        calls.append(("folder", where))
        with mock.patch.object(os, "fsync"):
            flushed(where)

    with (
        mock.patch.object(os, "replace", replace),
        mock.patch.object(os, "fsync", fsync),
        mock.patch("specrun.runtime.checkpoint.flush_folder", folder),
    ):
        write_checkpoint(path, made(1))
    assert calls == [("fsync", True), ("replace", (f".{path.name}", path.name)), ("folder", path.parent)]


def test_a_long_title_is_not_read(path: Path) -> None:
    content = b"specrun checkpoint " + bytes(1 << 24)
    path.write_bytes(content + hashlib.sha256(content).digest())
    del content
    tracemalloc.start()
    with pytest.raises(OtherVersion):
        read_checkpoint(path)
    assert tracemalloc.get_traced_memory()[1] < 1 << 23
    tracemalloc.stop()


def test_what_is_fixed() -> None:
    assert (reading.FILE, reading._MOST_STATE, reading._CHUNK) == ("checkpoint.bin", 1 << 26, 1 << 20)
