"""Traps of places: each path that a command takes, where the system does not let it be looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.proof.traps.laying import ROWS, both, data, files
from tests.proof.traps.trap import Trap

_PLACES: Final = {
    "a name of 256 characters": "x" * 256,
    "a place behind a circle of links": "circle/x",
    "a place in a folder without rights": "closed/x",
}
_COMMANDS: Final = {
    "S001": ("check {}", "fmt {}", "explain {}", "compile {}", "run {}", "diff {} spec.yaml", "diff spec.yaml {}"),
    "D103": ("init {} --target y", "schema --for {}"),
    "R101": ("run spec.yaml --out {}",),
    "R102": ("compile spec.yaml -o {}", "compile spec.yaml --all -o {}", "init data.csv --target y -o {}"),
    "R104": (
        "runs {}",
        "runs {} --check",
        "compare {} {}",
        "predict {} data.csv -o p.csv",
        "evaluate {} data.csv",
        "reproduce {}",
    ),
    "R110": ("run --resume {}",),
}
"""Commands that take a path, by the code that they refuse it with."""

_IMAGES: Final = """specrun: 1
data: {{path: {}, format: image_folder}}
features: {{image: {{type: image, size: [4, 4]}}}}
target: label
layers: [Flatten]
"""


def _lay(folder: Path) -> None:
    data(ROWS)(folder)
    (folder / "circle").symlink_to("circle")
    (folder / "closed" / "x").mkdir(parents=True)
    (folder / "closed").chmod(0)


TAKEN: Final = tuple(
    Trap(f"`{command}` of {place}", _lay, (code,), command=command.replace("{}", path), rights=False)
    for code, commands in _COMMANDS.items()
    for command in commands
    for place, path in _PLACES.items()
)
NAMED: Final = tuple(
    Trap(f"images in {place}", both(_lay, files({"v.yaml": _IMAGES.format(path)})), ("D103",), "v.yaml:2",
         "check v.yaml", rights=False)
    for place, path in {**_PLACES, "a folder without rights": "closed"}.items()
)  # fmt: skip
NAMELESS: Final = tuple(
    Trap(f"`{command}`, which has no name of its own", data(ROWS), (code,), command=command)
    for command, code in (
        ("run spec.yaml --out .", "R101"),
        ("run spec.yaml --out ..", "R101"),
        ("run spec.yaml --out ''", "R101"),
        ("run --resume .", "R110"),
        ("run --resume ..", "R110"),
        ("run --resume /", "R110"),
        ("run --resume .unfinished", "R110"),
        ("init data.csv --target y -o .", "R102"),
    )
)
OVER: Final = (
    Trap("an example over a folder", lambda folder: (folder / "wine.yaml").mkdir(), ("R102",), command="example wine"),
)

TRAPS: Final = (*TAKEN, *NAMED, *NAMELESS, *OVER)
