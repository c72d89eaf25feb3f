"""What `specrun compile` of the largest spec that ships takes, beside `import tensorflow`: a table of medians.

    python tests/benchmarks/compile.py [REPEATS]

The targets and the import take turns, each in a fresh process, so that a busy moment hits them alike.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from specrun.compiler.compilation import compile_spec, load
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.script import TARGETS, write_script

SPECS = Path(__file__).parents[2] / "specs"

# An installation holds the bytecode of its modules; a shell that forbids writing it would have every process compile
# specrun anew, and TensorFlow, which was installed with its own, not.
_AS_INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def largest(target: str) -> Path | None:
    """The spec with the longest script of a target; None where the target can hold no spec."""
    lines = {}
    for path in sorted(SPECS.glob("*.yaml")):
        plan = compile_spec(load(path)).plan
        try:
            lines[path] = write_script(plan, SPECS, SPECS, target).count("\n")
        except SpecError:
            continue
    return max(lines, key=lambda path: lines[path], default=None)


def seconds(command: Sequence[str]) -> float:
    """What a Python process takes, its start and end included."""
    before = time.perf_counter()
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, env=_AS_INSTALLED, check=False)
    after = time.perf_counter()
    if done.returncode:
        raise SystemExit(done.stderr)
    return after - before


def table(medians: Mapping[str, float], imported: float) -> str:
    """The table, in Markdown."""
    rows = [f"| {what} | {median:.2f} s | 1/{imported / median:.1f} |" for what, median in medians.items()]
    return "\n".join(["| what | median | of the import |", "|---|---:|---:|", *rows])


def main() -> None:
    """Measure, and print the table."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    commands: dict[str, list[str]] = {"import tensorflow": ["-c", "import tensorflow"]}
    for target in TARGETS:
        path = largest(target)
        if path is not None:
            what = f"compile {path.name} --target {target}"
            commands[what] = ["-m", "specrun", "compile", str(path), "--target", target]
    times: dict[str, list[float]] = {what: [] for what in commands}
    for command in commands.values():  # what Python compiles and the system reads for the first time
        seconds(command)
    for _ in range(repeats):
        for what, command in commands.items():
            times[what].append(seconds(command))
    medians = {what: statistics.median(taken) for what, taken in times.items()}
    print(table(medians, medians["import tensorflow"]))


if __name__ == "__main__":
    main()
