"""How the time of `specrun check` grows with the number of layers: a Markdown table, of medians of fresh processes.

    python tests/benchmarks/growth.py [REPEATS]

The specs of all sizes and forms take turns, so that a busy moment hits them alike.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

SIZES = (100, 1_000, 10_000)
HEAD = """specrun: 1
name: growth
data: {dataset: wine}
features: {"*": number}
target: target
classes: [0, 1, 2]
"""


def chain(layers: int) -> str:
    """Layers one after the other, written out."""
    pair = "  - Dense: {{units: {}, activation: relu}}\n  - Dropout: 0.{}\n"
    return "layers:\n" + "".join(pair.format(8 + i % 7, 1 + i % 8) for i in range(layers // 2))


def graph(layers: int) -> str:
    """Layers that name what they take, written out, each pair with a skip."""
    pair = "  - Dense: {{units: 8, name: d{0}, inputs: a{1}}}\n  - Add: {{name: a{0}, inputs: [d{0}, a{1}]}}\n"
    first = "layers:\n  - Dense: {units: 8, name: a0}\n"
    return first + "".join(pair.format(i, i - 1) for i in range(1, layers // 2))


def block(layers: int) -> str:
    """A block of two layers, repeated."""
    body = "      - Dense: {units: $units, name: inner}\n      - Add: {inputs: [input, inner]}\n"
    use = f"layers:\n  - Dense: 8\n  - residual: {{repeat: {layers // 2}}}\n"
    return f"blocks:\n  residual:\n    parameters: {{units: 8}}\n    layers:\n{body}{use}"


FORMS: Mapping[str, Callable[[int], str]] = {"chain": chain, "graph": graph, "block": block}


def check(path: Path) -> float:
    """The seconds that `specrun check` of a spec takes, its start included."""
    before = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "specrun", "check", str(path)], capture_output=True, text=True)
    after = time.perf_counter()
    if done.returncode:
        raise SystemExit(done.stderr)
    return after - before


def main() -> None:
    """Measure, and print the table."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        specs = {(form, size): Path(folder) / f"{form}-{size}.yaml" for form in FORMS for size in SIZES}
        for (form, size), path in specs.items():
            path.write_text(HEAD + FORMS[form](size), encoding="utf-8")
        seconds: dict[tuple[str, int], list[float]] = {key: [] for key in specs}
        for _ in range(repeats):
            for key, path in specs.items():
                seconds[key].append(check(path))
    print(f"| form | {' | '.join(f'{size:,} layers' for size in SIZES)} | a layer more costs |")
    print(f"|---|{'---:|' * (len(SIZES) + 1)}")
    for form in FORMS:
        medians = [statistics.median(seconds[form, size]) for size in SIZES]
        slope = (medians[-1] - medians[0]) / (SIZES[-1] - SIZES[0])
        print(f"| {form} | {' | '.join(f'{median:.2f} s' for median in medians)} | {slope * 1e6:.0f} µs |")


if __name__ == "__main__":
    main()
