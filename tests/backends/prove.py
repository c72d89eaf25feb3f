"""Every shipped spec on the other backends of Keras: how far each script is from the run, as a Markdown table.

    python tests/backends/prove.py [SPEC...]

Of the run, trained with TensorFlow, a script is given the weights: its outputs, and those after one step of the
optimizer with nothing left to chance, may differ from the run's by 1e-5 (relatively, for values beyond 1). Of the
weights after that step, the largest difference is shown alone: where a gradient is nothing but rounding, an optimizer
such as Adam, which scales each gradient by its own size, makes a step of it. Left alone, the script trains to a loss
within the spread of the run's over several seeds: the median of its own is at most three standard deviations above
their mean.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specrun.compiler.compilation import compile_spec, load
from specrun.compiler.script import write_script
from specrun.compiler.script.target import BACKENDS

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 1e-5
SEEDS = 10
"""How many seeds tell the spread of a loss."""
SEEDS_OF_SCRIPT = 3
DEVIATIONS = 3.0
HEAD = """\
| spec | backend | outputs | after a step | its weights | saved model | loss | of the run | deviations |
|---|---|---:|---:|---:|---:|---:|---:|---:|"""


@dataclass(frozen=True, slots=True)
class Reference:
    """What the run of a spec gave: a file of arrays, and the losses of its seeds."""

    arrays: Path
    losses: tuple[float, ...]

    def deviations(self, loss: float) -> float:
        """How many standard deviations a loss is above the mean."""
        return (loss - statistics.mean(self.losses)) / statistics.stdev(self.losses)


def main() -> None:
    """Prove all, print the table, and exit with 1 if a limit is broken."""
    specs = [Path(argument) for argument in sys.argv[1:]] or sorted((ROOT / "specs").glob("*.yaml"))
    print(HEAD, flush=True)
    held = [_holds(spec, backend, reference) for spec, reference in map(_reference, specs) for backend in BACKENDS[1:]]
    print(f"\n{held.count(True)} passed, {held.count(False)} failed")
    sys.exit(0 if all(held) else 1)


def _reference(spec: Path) -> tuple[Path, Reference]:
    folder = Path(tempfile.mkdtemp(prefix="specrun-"))
    seed = compile_spec(load(spec)).plan.training.seed
    _run("reference", folder, str(spec.resolve()), str(folder), *(str(seed + i) for i in range(SEEDS)))
    losses = json.loads((folder / "losses.json").read_text("utf-8"))
    return spec, Reference(folder / "reference.npz", tuple(losses))


def _holds(spec: Path, backend: str, reference: Reference) -> bool:
    """Whether a script is as near as it must be; a line of the table is printed."""
    folder = reference.arrays.parent / backend
    folder.mkdir()
    seed = compile_spec(load(spec)).plan.training.seed
    found = _measured(spec, backend, seed, folder, str(reference.arrays))
    others = (_measured(spec, backend, seed + i, folder) for i in range(1, SEEDS_OF_SCRIPT))
    loss = statistics.median([found["loss"], *(other["loss"] for other in others)])
    away = reference.deviations(loss)
    distances = [found[what] for what in ("outputs", "step", "weights", "saved")]
    print(
        f"| {spec.stem} | {backend} | {' | '.join(f'{d:.1e}' for d in distances)} | {loss:.4f}"
        f" | {min(reference.losses):.4f} to {max(reference.losses):.4f} | {away:.1f} |",
        flush=True,
    )
    return (
        found["backend"] == backend
        and max(found["outputs"], found["step"], found["saved"]) <= LIMIT
        and away <= DEVIATIONS
    )


def _measured(spec: Path, backend: str, seed: int, folder: Path, *reference: str) -> dict[str, Any]:
    """What the script of a seed prints of itself."""
    compilation = compile_spec(load(spec, (f"training.seed={seed}",)))
    text = write_script(compilation.plan, compilation.folder.resolve(), folder, backend=backend)
    (folder / "script.py").write_text(text, "utf-8")
    found: dict[str, Any] = json.loads(_run("script", folder, "script.py", *reference).splitlines()[-1])
    return found


def _run(module: str, folder: Path, *arguments: str) -> str:
    """What a module beside this one prints, run alone in a folder."""
    command = [sys.executable, "-W", "error::UserWarning", "-m", f"tests.backends.{module}", *arguments]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment.pop("KERAS_BACKEND", None)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr[-4000:]}")
    return done.stdout


if __name__ == "__main__":
    main()
