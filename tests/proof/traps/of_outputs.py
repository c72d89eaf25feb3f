"""Traps of places that are written to: what is there, what may not be, and disks that are full."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.proof.traps.laying import ROWS, Lay, both, data, files, spec
from tests.proof.traps.trap import Trap, Unable

_SPEC: Final = data(ROWS)
_COMPILE: Final = "compile spec.yaml -o {}"
_INIT: Final = "init data.csv --target y -o {}"


def _device(name: str) -> Lay:
    """Makes a device that takes whatever is written, as /dev/null does."""

    def lay(folder: Path) -> None:
        try:
            os.mknod(folder / name, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        except PermissionError:
            raise Unable from None

    return lay


def _pipe(name: str) -> Lay:
    return lambda folder: os.mkfifo(folder / name)


def _link(name: str, to: str) -> Lay:
    return lambda folder: (folder / name).symlink_to(to)


def _folder(name: str) -> Lay:
    return lambda folder: (folder / name).mkdir()


def _closed(name: str) -> Lay:
    """Makes a folder that nothing may be written to."""

    def lay(folder: Path) -> None:
        (folder / name).mkdir()
        (folder / name).chmod(0o555)

    return lay


def _file(name: str, change: Callable[[Path], object] = lambda _: None) -> Lay:
    def lay(folder: Path) -> None:
        (folder / name).write_text("mine")
        change(folder / name)

    return lay


def _written(name: str, command: str, lay: Lay | None = None, *codes: str, at: str = "", **more: object) -> Trap:
    options = {"left": (), "disk": None, "rights": True, "out": None, "heavy": False} | more
    return Trap(name, both(_SPEC, *([lay] if lay else [])), codes, at, command, **options)  # type: ignore[arg-type]


SCRIPTS: Final = (
    _written("a script over a file", _COMPILE.format("s.py"), _file("s.py"), "R102", at="s.py"),
    _written(
        "a script over a link to a file", _COMPILE.format("s.py"), both(_file("t.py"), _link("s.py", "t.py")), "R102"
    ),
    _written("a script over a link to nothing", _COMPILE.format("s.py"), _link("s.py", "t.py"), "R102"),
    _written(
        "a script over a link to a file, by force",
        _COMPILE.format("s.py --force"),
        both(_file("t.py"), _link("s.py", "t.py")),
        left=("s.py",),
    ),
    _written("a script over a folder", _COMPILE.format("s.py --force"), _folder("s.py"), "R102"),
    _written("a script over a device", _COMPILE.format("null --force"), _device("null"), "R102"),
    _written("a script over a pipe", _COMPILE.format("s.py --force"), _pipe("s.py"), "R102"),
    _written("a script in a folder without rights", _COMPILE.format("in/s.py"), _closed("in"), "R102", rights=False),
    _written(
        "a script over a file without rights",
        _COMPILE.format("s.py --force"),
        _file("s.py", lambda path: path.chmod(0o444)),
        "R102",
        rights=False,
    ),
    _written("a script in no folder", _COMPILE.format("in/s.py"), None, "R102"),
    _written("a script in /proc", _COMPILE.format("/proc/s.py"), None, "R102"),
    _written("a script in the log of the kernel", _COMPILE.format("/proc/kmsg --force"), None, "R102"),
    _written("a script behind a file", _COMPILE.format("data.csv/s.py"), None, "R102"),
    _written(
        "a script with a name of 255 characters", _COMPILE.format("s" * 252 + ".py"), None, left=("s" * 252 + ".py",)
    ),
    _written("a script with a name of 256 characters", _COMPILE.format("s" * 253 + ".py"), None, "R102"),
    _written("a script without a name", _COMPILE.format("'' --force"), None, "R102"),
    _written("a script on a full disk", _COMPILE.format("s.py"), None, "R102", disk=100),
    _written("a script over a file on a full disk", _COMPILE.format("s.py --force"), _file("s.py"), "R102", disk=100),
    _written("a script to a full device", "compile spec.yaml", None, "R102", at="stdout", out="/dev/full"),
    _written("a plan to a full device", "explain spec.yaml", None, "R102", at="stdout", out="/dev/full", heavy=True),
    _written("a schema to a full device", "schema", None, "R102", at="stdout", out="/dev/full"),
    _written("scripts into a file", "compile spec.yaml --all -o s", _file("s"), "R102"),
)
SPECS: Final = (
    _written("a first spec", _INIT.format("new.yaml"), None, left=("new.yaml", "new.schema.json")),
    _written("a first spec over a spec", _INIT.format("new.yaml"), _file("new.yaml"), "R102"),
    _written("a first spec beside a file of another", _INIT.format("new.yaml"), _file("new.schema.json"), "R102"),
    _written("a first spec on a full disk", _INIT.format("new.yaml"), None, "R102", disk=400),
    _written("a first spec on a disk that is full soon", _INIT.format("new.yaml"), None, "R102", disk=1_000),
    _written(
        "a first spec in a folder without rights", _INIT.format("in/new.yaml"), _closed("in"), "R102", rights=False
    ),
    _written("a first spec of a pipe", "init a.csv --target y -o new.yaml", _pipe("a.csv"), "D102"),
    _written("a first spec of zeros", "init /dev/zero --target y -o new.yaml", None, "D102"),
    _written("a spec to format on a full disk", "fmt spec.yaml", None, "R102", disk=50),
    _written(
        "a spec to format without rights",
        "fmt spec.yaml",
        lambda folder: (folder / "spec.yaml").chmod(0o444),
        "R102",
        rights=False,
    ),
    Trap(
        "an example in a folder without rights",
        lambda folder: folder.chmod(0o555),
        ("R102",),
        command="example wine",
        rights=False,
    ),
)
RUNS: Final = (
    _written("a run over a file", "run spec.yaml --out o", _file("o"), "R101", at="--out"),
    _written("a run over a pipe", "run spec.yaml --out o", _pipe("o"), "R101", at="--out"),
    _written("a run over a link to a folder", "run spec.yaml --out o", both(_folder("in"), _link("o", "in")), "R101"),
    _written("a run over a link to nothing", "run spec.yaml --out o", _link("o", "in"), "R101"),
    _written("a run over a full folder", "run spec.yaml --out o", files({"o/mine": "mine"}), "R101"),
    _written("a run over the root of a disk", "run spec.yaml --out /proc", None, "R101"),
    _written("a run in /proc", "run spec.yaml --out /proc/o", None, "R101"),
    _written("a run behind a file", "run spec.yaml --out data.csv/o", None, "R101"),
    _written("a run with a name of 300 characters", f"run spec.yaml --out {'o' * 300}", None, "R101"),
    _written("a run with a name of 250 characters", f"run spec.yaml --out {'o' * 250}", None, "R101"),
    _written("a run in a folder without rights", "run spec.yaml --out in/o", _closed("in"), "R101", rights=False),
    _written("a run where runs may not be written", "run spec.yaml", _closed("runs"), "R101", rights=False),
    _written("a run where runs is a file", "run spec.yaml", _file("runs"), "R101"),
    _written("a run on a full disk", "run spec.yaml", None, "R101", disk=10),
    _written("a run on a disk that is full at its end", "run spec.yaml", None, "R203", disk=12_000, heavy=True),
    _written("a run that another has begun", "run spec.yaml --out o", _folder("o.unfinished"), "R101"),
    _written("a run to go on with that is no folder", "run --resume o", _pipe("o"), "R110"),
    _written("a list of runs in a file", "runs data.csv", None),
    _written("a comparison of pipes", "compare a b", both(_pipe("a"), _pipe("b")), "R104"),
    _written("predictions over a pipe", "predict o data.csv -o p.csv", _pipe("p.csv"), "R102"),
    _written("predictions over a device", "predict o data.csv -o p.csv", _device("p.csv"), "R102"),
    _written("predictions of no format", "predict o data.csv -o /dev/null", None, "R102"),
    _written("predictions of a pipe for a run", "predict o data.csv -o p.csv", _pipe("o"), "R104"),
)
NAMES: Final = tuple(
    Trap(f"a spec whose name is {what}", files({"spec.yaml": f"name: {name}\n{spec()}", "data.csv": ROWS}), ("S107",))
    for what, name in (
        ("the folder above", '".."'),
        ("a path", "a/b"),
        ("an absolute path", "/tmp"),
        ("300 characters long", "x" * 300),
        ("empty", '""'),
        ("one with a NUL", '"a\\0b"'),
        ("one with a line break", '"a\\nb"'),
        ("hidden", ".a"),
    )
)

TRAPS: Final = (*SCRIPTS, *SPECS, *RUNS, *NAMES)
