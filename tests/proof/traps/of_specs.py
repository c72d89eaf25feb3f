"""Traps of specs: what the spec is or extends, what its text holds, and the names in it."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Final

from tests.proof.traps.laying import GIB, ROWS, both, data, files, sparse, spec
from tests.proof.traps.trap import Trap

ALIASES: Final = "\n".join(
    ["a0: &a0 [x, x]", *(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]" for n in range(40))]
)


def _nothing(_folder: Path) -> None:
    """Lays nothing."""


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "spec.yaml")


def _socket(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(folder / "spec.yaml"))


def _folder(folder: Path) -> None:
    (folder / "spec.yaml").mkdir()


def _loop(folder: Path) -> None:
    (folder / "spec.yaml").symlink_to("other.yaml")
    (folder / "other.yaml").symlink_to("spec.yaml")


def _unreadable(folder: Path) -> None:
    data(ROWS)(folder)
    (folder / "spec.yaml").chmod(0)


def _link_to_spec(folder: Path) -> None:
    files({"elsewhere/real.yaml": spec(), "data.csv": ROWS})(folder)
    (folder / "spec.yaml").symlink_to("elsewhere/real.yaml")


def _chain(length: int) -> dict[str, str]:
    """Specs each of which extends the next."""
    return {f"{'spec' if n == 0 else n}.yaml": f"extends: {n + 1}.yaml\n" for n in range(length)}


def _extending(what: str, **more: str) -> dict[str, str]:
    return {"spec.yaml": f"extends: {what}\n{spec()}", "data.csv": ROWS, **more}


def _base_pipe(folder: Path) -> None:
    files(_extending("base.yaml"))(folder)
    os.mkfifo(folder / "base.yaml")


FILES: Final = (
    Trap("a spec that is a pipe", _pipe, ("S001",), "spec.yaml:1"),
    Trap("a spec that is a socket", _socket, ("S001",), "spec.yaml:1"),
    Trap("a spec that is a folder", _folder, ("S001",), "spec.yaml:1"),
    Trap("a spec that is a circle of links", _loop, ("S001",), "spec.yaml:1"),
    Trap("a spec that may not be read", _unreadable, ("S001",), "spec.yaml:1", rights=False),
    Trap("a spec that is a link to another", _link_to_spec),
    Trap("a spec of zeros without an end", _nothing, ("S001",), "/dev/zero:1", "check /dev/zero"),
    Trap("a spec that is a terminal", _nothing, ("S001",), "/dev/tty:1", "check /dev/tty"),
    Trap("a spec that is the standard input", _nothing, ("S001",), "/dev/stdin:1", "check /dev/stdin"),
    Trap("a spec that is a descriptor", _nothing, ("S001",), "/proc/self/fd/0:1", "check /proc/self/fd/0"),
    Trap("a spec that is the memory of the process", _nothing, ("Y123",), "/proc/self/mem:1", "check /proc/self/mem"),
    Trap("a spec that is the log of the kernel", _nothing, ("Y123",), "/proc/kmsg:1", "check /proc/kmsg"),
    Trap("a spec of 1 GiB of zeros", sparse("spec.yaml", GIB), ("Y102",), "spec.yaml:1"),
    Trap("a spec of 1 GiB in one line", sparse("spec.yaml", GIB, b"a: " + b"x" * 5_000_000), ("Y102",), "spec.yaml:1"),
    Trap("a spec with a name of 4,096 characters", _nothing, ("S001",), "xxx", f"check {'x' * 4096}.yaml"),
    Trap("a spec with a line break in its name", _nothing, ("S001",), "", "check 'a\nb.yaml'"),
    Trap("a spec with an escape code in its name", _nothing, ("S001",), "", "check 'a\x1b[2Jb.yaml'"),
    Trap("a spec whose name is no UTF-8", _nothing, ("S001",), "", "check 'a\udcff.yaml'"),
    Trap("a spec at an address", _nothing, ("S001",), "", "check https://example.org/spec.yaml"),
    Trap("a spec that fmt is to read from a pipe", _pipe, ("S001",), "spec.yaml:1", "fmt spec.yaml"),
    Trap("a spec that fmt is to read from zeros", _nothing, ("S001",), "/dev/zero:1", "fmt /dev/zero"),
    Trap("a spec that explain is to read from a pipe", _pipe, ("S001",), "spec.yaml:1", "explain spec.yaml"),
    Trap("a spec that compile is to read from a pipe", _pipe, ("S001",), "spec.yaml:1", "compile spec.yaml -o s.py"),
    Trap("a spec that run is to read from a pipe", _pipe, ("S001",), "spec.yaml:1", "run spec.yaml"),
    Trap("a spec that diff is to read from a pipe", _pipe, ("S001",), "spec.yaml:1", "diff spec.yaml spec.yaml"),
    Trap(
        "a spec of 5 MB on the standard input of fmt", _nothing, ("Y102",), "stdin:1", "fmt -", stdin=b"a: b\n" * 10**6
    ),
)


def _text(name: str, content: str | bytes, *codes: str, at: str = "spec.yaml:") -> Trap:
    return Trap(name, files({"spec.yaml": content, "data.csv": ROWS}), codes, at)


TEXTS: Final = (
    _text("20,000 brackets", "[" * 20_000, "Y121"),
    _text("20,000 braces", "{a: " * 20_000, "Y121"),
    _text("20,000 dashes", "- " * 20_000, "Y121"),
    _text("20,000 question marks", "? " * 20_000, "Y121"),
    _text("20,000 levels by indents", "\n".join(" " * n + "a:" for n in range(2_000)), "Y121"),
    _text("a bomb of aliases", ALIASES, "Y122"),
    _text("a bomb of aliases of long texts", f"a: &a {'x' * 90_000}\nb: [{', '.join(['*a'] * 10_000)}]", "Y122"),
    _text("an anchor in itself", "a: &a [*a]", "S102", "Y115"),
    _text("an anchor as a key of itself", "&a {*a : 1}", "Y115"),
    _text("50,000 aliases of nothing", "a: *x\n" * 50_000, "Y114", "Y118"),
    _text("50,000 keys of one name", "a: 1\n" * 50_000, "Y118"),
    _text("a number of 5,000 digits", f"a: {'1' * 5_000}", "S102", "Y125"),
    _text("a number of 90,000 digits in hexadecimal", f"a: 0x{'f' * 90_000}", "S102", "Y125"),
    _text("a power beyond all numbers", "a: 1e999999999999", "S102", "Y126"),
    _text("a line of 100,001 characters", f"a: {'x' * 100_001}", "Y103"),
    _text("4 MiB and a byte", "#" + "x" * 70 + ("\n#" + "x" * 70) * 60_000, "Y102"),
    _text("a tag that is an object of Python", "!!python/object/apply:os.system [id]", "Y116", "S101"),
    _text("a tag of binary data", "a: !!binary aGVsbG8=", "S102", "Y116"),
    _text("a set", "a: !!set {b, c}", "S102", "Y116"),
    _text("two documents", f"{spec()}---\n{spec()}", "Y124"),
    _text("a NUL", "specrun: 1\na: \0", "Y104"),
    _text("an escape code", "specrun: 1\na: \x1b[2J", "Y104"),
    _text("text that runs from right to left", f"{spec()}description: \u202egnihton\n"),
    _text("half of a pair of UTF-16", b"a: \xed\xa0\x80", "Y101"),
    _text("UTF-16", spec().encode("utf-16"), "Y101"),
    _text("UTF-16 of an odd length", spec().encode("utf-16") + b"\n", "Y101"),
    _text("an empty file", "", "Y123"),
)
"""`_text` says the code; where none is said, there is a plan."""

EXTENDS: Final = (
    Trap("a spec that extends itself", files(_extending("spec.yaml")), ("S502",), "spec.yaml:1"),
    Trap(
        "specs in a circle", files(_extending("b.yaml", **{"b.yaml": "extends: spec.yaml\n"})), ("S502",), "spec.yaml:1"
    ),
    Trap("100 specs below each other", files(_chain(100)), ("S502",), "10.yaml:1"),
    Trap("a base that is a pipe", _base_pipe, ("S501",), "spec.yaml:1"),
    Trap("a base without an end", files(_extending("/dev/zero")), ("S501",), "spec.yaml:1"),
    Trap("a base at an address", files(_extending("https://example.org/base.yaml")), ("S501",), "spec.yaml:1"),
    Trap("a base that is no YAML", files(_extending("/etc/passwd")), ("S501",), "spec.yaml:1"),
    Trap("a base with a NUL in its name", files(_extending('"b\\0.yaml"')), ("S501",), "spec.yaml:1"),
    Trap("a base with a name of 4,096 characters", files(_extending(f"{'b' * 4096}.yaml")), ("S501",), "spec.yaml:1"),
    Trap("a list of 10,000 bases", files(_extending(f"[{', '.join(['b.yaml'] * 10_000)}]")), ("S104",), "spec.yaml:1"),
    Trap("a base of 1 GiB", both(files(_extending("base.yaml")), sparse("base.yaml", GIB)), ("Y102",), "base.yaml:1"),
    Trap("a base that is a bomb of aliases", files(_extending("b.yaml", **{"b.yaml": ALIASES})), ("Y122",), "b.yaml:"),
)

TRAPS: Final = (*FILES, *TEXTS, *EXTENDS)
