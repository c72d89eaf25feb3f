"""The wheel, installed in an environment of its own, works from any folder, and writes nothing into its own files.

`python -m tests.proof.wheel` builds it, installs it with the pinned dependencies and nothing else, takes the right to
write away, and goes through the commands in a folder elsewhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.proof.result import Result

ROOT = Path(__file__).resolve().parents[2]
_KEPT = shutil.ignore_patterns(".*", "runs", "build", "dist", "*.egg-info", "__pycache__", "tests", "docs")
_PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check")
_NOBODY = 65534


def prove(count: int = 1) -> Result:  # noqa: ARG001 - as every proof
    """Build, install and use the wheel once."""
    with tempfile.TemporaryDirectory(prefix="wheel-") as scratch:
        top = Path(scratch)
        top.chmod(0o755)
        python = _installed(_built(top), top / "environment")
        before = _state(python.parents[1])
        faults = [*_foreign(python, top), *_used(python, top)]
        faults += [
            f"{path} has changed" for path, digest in _state(python.parents[1]).items() if before.get(path) != digest
        ]
    return Result(
        f"{len(before):,} files of the environment, {len(_COMMANDS)} commands, {len(faults)} faults", tuple(faults)
    )


def _built(top: Path) -> Path:
    """The wheel, built of a copy: a build leaves folders behind."""
    source = top / "source"
    shutil.copytree(ROOT, source, ignore=_KEPT, symlinks=True)
    options = ("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(top), str(source))
    subprocess.run([sys.executable, *_PIP, *options], check=True, capture_output=True)
    (wheel,) = top.glob("*.whl")
    return wheel


def _installed(wheel: Path, folder: Path) -> Path:
    """The Python of an environment with the wheel and what it asks for, none of which may be written any more."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    for options in (("--requirement", str(ROOT / "requirements.txt")), ("--no-deps", str(wheel))):
        subprocess.run([python, *_PIP, "install", "--no-compile", *options], check=True, capture_output=True)
    subprocess.run([python, *_PIP, "check"], check=True, capture_output=True)
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
    return python


def _foreign(python: Path, top: Path) -> list[str]:
    """What of the repository is imported in place of the wheel."""
    program = "import specrun, specrun.compiler, specrun.runtime; print(specrun.__file__, specrun.compiler.__file__)"
    shown = _run((str(python), "-c", program), top).stdout.split()
    return [f"{path} is imported" for path in shown if not path.startswith(str(python.parents[1]))]


_COMMANDS: Sequence[tuple[str, ...]] = (
    ("--version",),
    ("schema",),
    ("explain", "S204"),
    ("example",),
    ("example", "hotel_reviews"),
    ("check", "hotel_reviews.yaml"),
    ("explain", "hotel_reviews.yaml"),
    ("fmt", "--check", "hotel_reviews.yaml"),
    ("compile", "--all", "-o", "scripts", "hotel_reviews.yaml"),
    ("run", "hotel_reviews.yaml", "--set", "training.epochs=1", "--out", "run"),
    ("evaluate", "run", "data/hotel_reviews.csv"),
    ("predict", "run", "data/hotel_reviews.csv", "-o", "predictions.csv"),
    ("init", "data/hotel_reviews.csv", "--target", "Score", "-o", "drafted.yaml"),
    ("runs", "."),
)


def _used(python: Path, top: Path) -> list[str]:
    """What goes wrong in a folder elsewhere, as a user who may write there alone."""
    folder = top / "elsewhere"
    folder.mkdir()
    if os.getuid() == 0:  # who may write everywhere, whatever the rights of a file are
        os.chown(folder, _NOBODY, _NOBODY)
    found = []
    for command in _COMMANDS:
        done = _run((str(python.with_name("specrun")), *command), folder)
        if done.returncode:
            found.append(f"specrun {' '.join(command)}: {done.stderr[-1000:]}")
    return found


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    user = _NOBODY if os.getuid() == 0 else None
    # Python's own bytecode lies elsewhere: to compile all that is installed takes half a minute.
    kept = {"TMPDIR": str(folder), "PYTHONPYCACHEPREFIX": str(folder / ".bytecode")}
    environment: Mapping[str, str] = {"PATH": os.defpath, "HOME": "/nowhere", **kept}
    return subprocess.run(
        command, cwd=folder, env=environment, user=user, group=user, capture_output=True, text=True, check=False
    )


def _state(folder: Path) -> dict[Path, tuple[int, int]]:
    """The size of each file, and when it was written last."""
    found = ((path, path.lstat()) for path in folder.rglob("*"))
    return {path: (state.st_size, state.st_mtime_ns) for path, state in found}


def main() -> None:
    """Try, and say what went wrong."""
    result = prove()
    print(*result.faults, result.seen, sep="\n")
    sys.exit(0 if result.holds else 1)


if __name__ == "__main__":
    main()
