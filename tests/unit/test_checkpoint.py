"""A checkpoint is the one before or the new one, whatever happens while it is written."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specrun.runtime import checkpoint as writing
from specrun.runtime.checkpoint import Checkpoint, OtherVersion, read_checkpoint, write_checkpoint

SECTOR = 512
CALLS = ("open", "write", "seek", "fsync", "replace", "close", "unlink")
KILLED, FAILED, WRITTEN = 9, 3, 0


def made(seed: int) -> Checkpoint:
    """A checkpoint with all kinds of values in it."""
    chance = np.random.default_rng(seed)
    return Checkpoint(
        epoch=seed,
        done=7,
        is_over=bool(seed % 2),
        variables=(chance.normal(size=(50, 70)).astype("float32"), np.int64(seed), chance.integers(0, 9, 3)),
        callbacks=({"wait": seed, "best": float("inf"), "best_weights": [chance.normal(size=4)]}, {"best": None}, {}),
        history={"loss": [0.1 + seed, float("nan")][:seed]},
        seconds=1.5,
    )


def plain(checkpoint: Checkpoint) -> str:
    """All of a checkpoint as a text; two texts are the same where all the bits are."""
    arrays = [(a.dtype.str, a.shape, np.asarray(a).tobytes()) for a in checkpoint.variables]
    callbacks = [
        {name: [v.tobytes() for v in value] if isinstance(value, list) else value for name, value in known.items()}
        for known in checkpoint.callbacks
    ]
    return repr((replace(checkpoint, variables=(), callbacks=()), arrays, callbacks))


OLD, NEW = plain(made(1)), plain(made(2))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.bin"
    write_checkpoint(path, made(1))
    assert plain(read_checkpoint(path)) == OLD
    write_checkpoint(path, made(2))
    assert plain(read_checkpoint(path)) == NEW
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.bin"]


class Machine:
    """Counts the system calls that write a checkpoint, and has `fault` act on one of them, by its number and name."""

    def __init__(self, fault: Callable[[int, str, Callable[..., Any], tuple[Any, ...]], Any]) -> None:
        self.count, self.fault = 0, fault

    def call(self, name: str, real: Callable[..., Any], *arguments: Any) -> Any:
        self.count += 1
        return self.fault(self.count, name, real, arguments)

    def install(self) -> None:
        """Stand between the writer and the system, in this process."""
        machine = self

        class Raw(io.FileIO):
            def write(self, data: Any) -> Any:
                return machine.call("write", super().write, bytes(data))

            def seek(self, *arguments: Any) -> Any:
                return machine.call("seek", super().seek, *arguments)

        def opened(path: Path, _mode: str) -> Any:
            return io.BufferedWriter(machine.call("open", Raw, path, "w"))

        writing.open = opened  # type: ignore[attr-defined]
        for name in ("fsync", "replace", "close", "unlink", "open"):
            setattr(os, name, self._through(name, getattr(os, name)))

    def _through(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments: self.call(name, real, *arguments)


def write_under(fault: Callable[[int, str, Callable[..., Any], tuple[Any, ...]], Any], path: Path) -> int:
    """Write the new checkpoint in a process of its own, which a fault may end; its status."""
    process = os.fork()
    if process:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    try:
        Machine(fault).install()
        write_checkpoint(path, made(2))
    except OSError:
        os._exit(FAILED)
    except BaseException:
        os._exit(1)
    os._exit(WRITTEN)


def recorded(path: Path) -> list[tuple[str, int]]:
    """The system calls that write the new checkpoint, in order, with the bytes that each writes."""
    log = path.with_suffix(".log")

    def note(_number: int, name: str, real: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        found = real(*arguments)
        with io.FileIO(log, "a") as file:  # not through what is watched
            file.write(f"{name} {len(arguments[0]) if name == 'write' else 0}\n".encode())
        return found

    assert write_under(note, path) == WRITTEN
    lines = log.read_text().splitlines()
    log.unlink()
    return [(name, int(size)) for name, size in (line.split() for line in lines)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that holds the old checkpoint."""
    path = tmp_path / "checkpoint.bin"
    write_checkpoint(path, made(1))
    return path


def check(path: Path, *, is_new: bool) -> None:
    """The file holds one of the two checkpoints, and the next one is written as if nothing had been."""
    assert plain(read_checkpoint(path)) == (NEW if is_new else OLD)
    write_checkpoint(path, made(1))
    assert plain(read_checkpoint(path)) == OLD
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_the_calls_come_in_the_one_order_that_is_safe(path: Path) -> None:
    names = [name for name, _ in recorded(path)]
    assert set(names) <= set(CALLS)
    put = names.index("replace")
    assert names[0] == "open"
    assert "write" not in names[put:]
    assert "fsync" in names[max(i for i, name in enumerate(names) if name == "write") : put]
    assert names[put + 1 :] == ["open", "fsync", "close"]
    assert plain(read_checkpoint(path)) == NEW


def test_a_death_before_or_after_any_call(path: Path) -> None:
    names = [name for name, _ in recorded(path)]
    check(path, is_new=True)
    put = names.index("replace") + 1
    for at in range(1, len(names) + 1):
        for is_before in (True, False):

            def die(
                number: int, _name: str, real: Any, arguments: Any, at: int = at, is_before: bool = is_before
            ) -> Any:
                if number == at and is_before:
                    os._exit(KILLED)
                found = real(*arguments)
                if number == at:
                    os._exit(KILLED)
                return found

            assert write_under(die, path) == KILLED
            check(path, is_new=at > put or (at == put and not is_before))


def test_a_write_that_is_torn_anywhere(path: Path) -> None:
    calls = recorded(path)
    check(path, is_new=True)
    tried = 0
    for at, (_, size) in enumerate(calls, start=1):
        for kept in range(0, size, SECTOR):

            def tear(number: int, _name: str, real: Any, arguments: Any, at: int = at, kept: int = kept) -> Any:
                if number == at:
                    real(arguments[0][:kept])
                    os._exit(KILLED)
                return real(*arguments)

            assert write_under(tear, path) == KILLED
            check(path, is_new=False)
            tried += 1
    assert tried > sum(size for _, size in calls) // SECTOR


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("stays", [True, False])
def test_a_full_disk_and_one_that_fails(path: Path, number: int, stays: bool) -> None:
    """The call fails, or with `stays` all that follow too, but for those that a full disk lets pass."""
    names = [name for name, _ in recorded(path)]
    check(path, is_new=True)
    put = names.index("replace") + 1
    for at in range(1, len(names) + 1):

        def fail(count: int, name: str, real: Any, arguments: Any, at: int = at) -> Any:
            is_hit = count == at or (stays and count > at and name in ("write", "fsync"))
            if is_hit and name == "write":
                real(arguments[0][: len(arguments[0]) // 2])
            if is_hit:
                raise OSError(number, os.strerror(number))
            return real(*arguments)

        status = write_under(fail, path)
        assert status == FAILED or (status == WRITTEN and names[at - 1] == "seek")  # zipfile can do without
        check(path, is_new=at > put or status == WRITTEN)


def test_each_byte_of_a_checkpoint_counts(path: Path) -> None:
    content = path.read_bytes()
    for at in (*range(600), *range(600, len(content), 97), *range(len(content) - 40, len(content))):
        for other in (content[:at], content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :]):
            path.write_bytes(other)
            with pytest.raises(ValueError, match=r"."):
                read_checkpoint(path)
    for more in (content + b"\n", b"\n" + content, b"", b"PK", b"\x93NUMPY", b"\x80\x04.", content[:-32]):
        path.write_bytes(more)
        with pytest.raises(ValueError, match=r"."):
            read_checkpoint(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ValueError, match="it is no file"):
        read_checkpoint(path)


def forged(
    content: bytes, change: Callable[[dict[str, Any]], object], title: bytes = b"specrun checkpoint 1\n"
) -> bytes:
    """A checkpoint whose state is another one, with the digest of that."""
    start = len(title) + 8
    length = int.from_bytes(content[len(title) : start], "little")
    state = json.loads(content[start : start + length])
    change(state)
    text = json.dumps(state).encode()
    body = title + len(text).to_bytes(8, "little") + text + content[start + length : -32]
    return body + hashlib.sha256(body).digest()


STRANGE: dict[str, Callable[[dict[str, Any]], object]] = {
    "a key more": lambda state: state.update(more=1),
    "a key less": lambda state: state.pop("seconds"),
    "an epoch before the first": lambda state: state.update(epoch=-1),
    "an epoch that never comes": lambda state: state.update(epoch=1 << 40),
    "half a step": lambda state: state.update(done=0.5),
    "a step that is true": lambda state: state.update(done=True),
    "maybe over": lambda state: state.update(is_over=1),
    "no time": lambda state: state.update(seconds=float("nan")),
    "a history of texts": lambda state: state["history"].update(loss=["1"]),
    "a history of other epochs": lambda state: state["history"].update(loss=[0.5, 0.25]),
    "a history of no list": lambda state: state["history"].update(loss=0.5),
    "a callback that is none": lambda state: state["callbacks"].append(7),
    "a callback that knows a text": lambda state: state["callbacks"][0].update(wait="0"),
    "a callback that knows an object": lambda state: state["callbacks"][0].update(wait={"arrays": 1}),
    "objects": lambda state: state["variables"].__setitem__(2, ["object", [3]]),
    "texts": lambda state: state["variables"].__setitem__(2, ["<U6", [3]]),
    "a terabyte": lambda state: state["variables"].__setitem__(0, ["float32", [1 << 38]]),
    "other numbers of them": lambda state: state["variables"].__setitem__(0, ["float32", [50, 71]]),
    "fewer than none": lambda state: state["variables"].__setitem__(0, ["float32", [-50, -70]]),
    "parts of one": lambda state: state["variables"].__setitem__(0, ["float32", [50.0, 70]]),
    "a hundred axes": lambda state: state["variables"].__setitem__(0, ["float32", [50, 70, *[1] * 98]]),
    "one less": lambda state: state["variables"].pop(),
}


@pytest.mark.parametrize("strange", STRANGE)
def test_a_forged_state_is_refused_before_there_is_memory_for_it(path: Path, strange: str) -> None:
    path.write_bytes(forged(path.read_bytes(), STRANGE[strange]))
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"."):
        read_checkpoint(path)
    assert tracemalloc.get_traced_memory()[1] < 3 << 20
    tracemalloc.stop()


def test_a_checkpoint_of_another_version_says_so(path: Path) -> None:
    path.write_bytes(forged(path.read_bytes(), lambda _: None))
    assert plain(read_checkpoint(path)) == OLD
    path.write_bytes(forged(path.read_bytes(), lambda _: None, b"specrun checkpoint 2\n"))
    with pytest.raises(OtherVersion):
        read_checkpoint(path)


WRITE = """
import sys
from pathlib import Path
from tests.unit.test_checkpoint import made
from specrun.runtime.checkpoint import write_checkpoint
try:
    write_checkpoint(Path(sys.argv[1]), made(2))
except OSError:
    sys.exit(3)
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace puts faults into real system calls")
@pytest.mark.parametrize("fault", ["signal=KILL", "error=ENOSPC", "error=EIO"])
def test_faults_of_the_system_itself(path: Path, fault: str) -> None:
    """Every system call on the file, its name or its folder fails or is the last one, one after the other."""
    watched = [f"--trace-path={place}" for place in (path.with_name(f".{path.name}"), path, path.parent)]
    statuses: list[int] = []
    for at in range(1, 1000):
        command = ["strace", "-f", "-o", os.devnull, *watched, "-e", f"inject=all:{fault}:when={at}"]
        command += [sys.executable, "-c", WRITE, str(path)]
        status = subprocess.run(command, check=False, capture_output=True).returncode
        found = plain(read_checkpoint(path))
        assert found in (OLD, NEW), at
        statuses.append(status)
        if found == NEW and status == WRITTEN:
            break
        write_checkpoint(path, made(1))
    assert len(statuses) > 20
    assert (-9 in statuses or 137 in statuses) if fault == "signal=KILL" else FAILED in statuses
