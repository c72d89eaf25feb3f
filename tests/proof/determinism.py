"""The same spec and data give the same bytes, whatever the process, its folder, its locale and its hashes are.

`python -m tests.proof.determinism 20` trains and compiles specs that ship in processes of their own, each in a folder
of its own and in other surroundings, and holds what they leave, and what their scripts train, against a first time.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random

import h5py

from tests.proof.result import Result

ROOT = Path(__file__).resolve().parents[2]
SPECS = ("hotel_reviews", "messages", "bakery", "bicycle_repairs", "deliveries")
"""Categories, texts, a series, several outputs, dates: all that has names, words or an order of its own."""
LEFT = ("spec.yaml", "script.py", "weights.npz", "fitted.json", "history.csv", "metrics.json", "contract.json")
"""What a run leaves that is of the spec and its data alone."""
_FOLDERS = ("a", "with a blank", "größe 📏", "x" * 120, "a'b", "-o", "$HOME", "deep/er/still")
_LOCALES = ("C", "C.UTF-8", "POSIX", "de_DE.UTF-8", "tr_TR.UTF-8", "ja_JP.SJIS", "none")
_ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia")
_PATIENCE_S = 600


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a process is: its folder, what its environment says, and the rights of the files that it makes."""

    folder: str
    environment: dict[str, str]
    umask: int


PLAIN = Surroundings("plain", {}, 0o022)


def drawn(chance: Random) -> Surroundings:
    """Surroundings by chance."""
    environment = {
        "PYTHONHASHSEED": str(chance.randrange(2**32)),
        "PYTHONUTF8": chance.choice("01"),
        "PYTHONDONTWRITEBYTECODE": chance.choice(("", "1")),
        "LC_ALL": chance.choice(_LOCALES),
        "LANG": chance.choice(_LOCALES),
        "TZ": chance.choice(_ZONES),
        "COLUMNS": chance.choice(("20", "80", "300")),
        "HOME": chance.choice(("/", "/nowhere")),
    }
    return Surroundings(chance.choice(_FOLDERS), environment, chance.choice((0o022, 0o077)))


def prove(count: int, seed: int | None = None, *, with_scripts: bool = True) -> Result:
    """Hold so many trainings and compilations against the first of their spec, in surroundings by chance.

    `with_scripts` also runs each script, which has to end with the weights of the run.
    """
    seed = secrets.randbelow(10**6) if seed is None else seed
    firsts: dict[str, dict[str, bytes]] = {}
    faults: list[str] = []
    for number in range(count):
        name = SPECS[number * len(SPECS) // max(count, len(SPECS))]
        if name not in firsts:
            firsts[name] = _left(name, PLAIN, with_scripts)
        where = drawn(Random(f"{seed} {number}"))
        found = _left(name, where, with_scripts)
        differ = [part for part in firsts[name].keys() | found.keys() if firsts[name].get(part) != found.get(part)]
        faults += [f"--seed {seed}, number {number} ({name}, {where}): {part} differs" for part in sorted(differ)]
        print(f"{number + 1} of {count}: {name}", file=sys.stderr, flush=True)
    parts = sum(map(len, firsts.values()))
    return Result(
        f"{count} times {len(firsts)} specs in other surroundings, {len(faults)} of {parts} parts differ", tuple(faults)
    )


def _left(name: str, where: Surroundings, with_scripts: bool) -> dict[str, bytes]:
    """The bytes of all that a run and a compilation of a spec leave, by their names."""
    with tempfile.TemporaryDirectory(prefix="same-") as scratch:
        folder = Path(scratch, where.folder)
        shutil.copytree(ROOT / "specs" / "data", folder / "data", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        shutil.copy(ROOT / "specs" / f"{name}.yaml", folder)
        command = (sys.executable, "-m", "specrun")
        spec, settings = f"{name}.yaml", ("--set", "training.epochs=2")
        _run((*command, "run", spec, *settings, "--no-report", "--out", "run"), folder, where)
        _run((*command, "compile", spec, *settings, "--all", "-o", "scripts"), folder, where)
        found = {f"run/{part}": (folder / "run" / part).read_bytes() for part in LEFT}
        found |= {f"scripts/{path.name}": path.read_bytes() for path in (folder / "scripts").glob(f"{name}_*")}
        live = _arrays(folder / "run" / "model.keras")
        if with_scripts:
            _run((sys.executable, f"{name}_keras.py"), folder / "scripts", where)
            (model,) = (folder / "scripts").glob("*.keras")
            if sorted(live.values()) != sorted(_arrays(model).values()):
                raise RuntimeError(f"the run and the script of {name} have other weights in {where}")
        return found | live


def _run(command: tuple[str, ...], folder: Path, where: Surroundings) -> None:
    environment = {**os.environ, **where.environment, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        command, cwd=folder, env=environment, umask=where.umask, capture_output=True, timeout=_PATIENCE_S, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} in {where}: {done.stderr.decode(errors='replace')[-2000:]}")


def _arrays(model: Path) -> dict[str, bytes]:
    """The bytes of the weights in a saved model, by their places there."""
    found: dict[str, bytes] = {}

    def take(place: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            found[f"weights: {place}"] = item[()].tobytes()

    with zipfile.ZipFile(model) as parts, h5py.File(BytesIO(parts.read("model.weights.h5"))) as weights:
        weights.visititems(take)
    return found


def main() -> None:
    """Try so many times, and say what differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.determinism", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=20, help="how many times")
    parser.add_argument("--seed", type=int, help="by default another one each time")
    args = parser.parse_args()
    result = prove(args.count, args.seed)
    print(*result.faults, result.seen, sep="\n")
    sys.exit(0 if result.holds else 1)


if __name__ == "__main__":
    main()
