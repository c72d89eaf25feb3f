"""A trap, the command that is led into it, and what it comes to: held against what has to come of it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

MEMORY: Final = 200 * 10**6
"""The most bytes that a command may hold, but for one that imports pandas or TensorFlow."""
CPU_S: Final = 1.0
"""The longest that a command may compute, but for one that imports them, once Python has started."""
_PATIENCE_S: Final = 30
_CODE: Final = re.compile(r"^error\[([A-Z]\d{3})\]: ", re.MULTILINE)
_PLACE: Final = re.compile(r"^ *--> (.*)$", re.MULTILINE)
_HINT: Final = re.compile(r"^ *= help: .", re.MULTILINE)
_SAFE: Final = re.compile(r"[^\n -~\x85-\U0010ffff]")

Files = dict[str, tuple[int, int, int, int]]


class Unable(Exception):
    """A trap cannot be laid here: the system does not let it."""


@dataclass(frozen=True, slots=True)
class Trap:
    """What `lay` puts into a folder, for a command of specrun that is run there.

    `codes` are those of all errors that are said, in their order, each once; without any, the command is to end well,
    as it is not with a code. `at` is the beginning of the place of the first, `says` is in what is said. `left` are
    names that the command leaves in the folder, `*` for the rest of one; whatever else is there stays as it is. Without
    `rights`, it may not read and write what is forbidden; `disk` is how many bytes a file may have before the disk is
    full; `out` is what the standard output goes to. `heavy` says that it imports pandas or TensorFlow.
    """

    name: str
    lay: Callable[[Path], None]
    codes: tuple[str, ...] = ()
    at: str = ""
    command: str = "check spec.yaml"
    left: tuple[str, ...] = ()
    says: str = ""
    rights: bool = True
    disk: int | None = None
    heavy: bool = False
    stdin: bytes = b""
    out: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to: its status, its texts, seconds of computing, and the most bytes that it held."""

    status: int
    out: str
    err: str
    cpu_s: float
    memory: int
    faults: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the errors that it said, each once."""
        return tuple(dict.fromkeys(_CODE.findall(self.err)))


@contextmanager
def a_folder() -> Iterator[Path]:
    """A folder that anybody may read, for as long as it is needed."""
    folder = Path(mkdtemp(prefix="specrun-trap-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        _open_again(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _open_again(folder: Path) -> None:
    """Let the folders in a folder be removed, whatever rights they have."""
    for path, folders, _ in os.walk(folder):
        for inside in (os.path.join(path, name) for name in folders):
            if not os.path.islink(inside):
                os.chmod(inside, 0o755)


def spring(trap: Trap) -> Outcome:
    """Lay a trap in a folder of its own, and lead the command into it. Raises Unable where it cannot be laid here."""
    with a_folder() as folder:
        trap.lay(folder)
        before = files_of(folder)
        outcome = run(trap, folder)
        faults = (*_said(trap, outcome), *_left(trap, before, files_of(folder)))
    return Outcome(outcome.status, outcome.out, outcome.err, outcome.cpu_s, outcome.memory, faults)


def run(trap: Trap, folder: Path) -> Outcome:
    """Run the command of a trap in a folder, as a process of its own."""
    command = [sys.executable, "-m", "specrun", *shlex.split(trap.command)]

    limits = json.dumps({"disk": trap.disk, "rights": trap.rights, "seconds": _PATIENCE_S * (10 if trap.heavy else 1)})
    with a_folder() as beside:
        environment = {**os.environ, "COLUMNS": "200", "TF_CPP_MIN_LOG_LEVEL": "3", "HOME": str(beside)}
        report = beside / "report.json"
        launch = [sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py")), str(report), limits]
        with open(trap.out or beside / "out", "wb") as out:
            done = subprocess.run(
                [*launch, *command], cwd=folder, env=environment, input=trap.stdin, stdout=out, stderr=subprocess.PIPE,
                check=False,
            )  # fmt: skip
        found = json.loads(report.read_bytes())
        said = b"" if trap.out else (beside / "out").read_bytes()
    shown, err = (text.decode("utf-8", "backslashreplace") for text in (said, done.stderr))
    return Outcome(found["status"], shown, err, found["cpu_s"], found["memory"])


def files_of(folder: Path) -> Files:
    """The kind, the size, the time and the number of all that is in a folder; of links, their own."""
    found = {}
    for path, folders, files in os.walk(folder):
        for name in (*folders, *files):
            seen = os.lstat(os.path.join(path, name))
            is_folder = name in folders
            size, when = (0, 0) if is_folder else (seen.st_size, seen.st_mtime_ns)
            found[os.path.relpath(os.path.join(path, name), folder)] = (seen.st_mode, size, when, seen.st_ino)
    return found


def _said(trap: Trap, outcome: Outcome) -> Iterator[str]:
    """What is wrong with what a command said, and how it ended."""
    if outcome.codes != trap.codes:
        yield f"said {outcome.codes or 'no error'}, and not {trap.codes or 'none'}"
    if outcome.status != (1 if trap.codes else 0):
        yield f"ended with status {outcome.status}"
    if "Traceback" in outcome.out + outcome.err:
        yield "showed a traceback"
    if trap.codes and not any(place.startswith(trap.at) for place in _PLACE.findall(outcome.err)[:1]):
        yield f"said no place `{trap.at}`"
    if len(_HINT.findall(outcome.err)) < len(_CODE.findall(outcome.err)):
        yield "gave no hint"
    if trap.says not in outcome.out + outcome.err:
        yield f"did not say `{trap.says}`"
    if _SAFE.search(outcome.err):
        yield "wrote a control character to the terminal"
    if outcome.memory > MEMORY and not trap.heavy:
        yield f"held {outcome.memory / 1e6:.0f} MB"


def _left(trap: Trap, before: Files, after: Files) -> Iterator[str]:
    """What is wrong with the files in the folder."""
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) == after.get(name):
            continue
        if not any(name == left or (left.endswith("*") and name.startswith(left[:-1])) for left in trap.left):
            yield f"{'removed' if name not in after else 'changed' if name in before else 'left'} `{name[:80]}`"
    for left in trap.left:
        if left.rstrip("*") not in after:
            yield f"did not write `{left}`"
