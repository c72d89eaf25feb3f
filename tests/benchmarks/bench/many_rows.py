"""Many rows, which are streamed: `python -m tests.benchmarks.bench.many_rows SPEC` trains, and prints what it took."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PEERS = ROOT / ".venv-backends" / "bin" / "python"
TEXTS = (5, 12, 20, 50)
"""How many different texts the columns of texts have."""
CLASSES = 6
_WRITTEN = 500_000


@dataclass(frozen=True, slots=True)
class Cost:
    """The seconds of the check of every row, of statistics, encoding and one epoch, and of the whole process.

    `peak_mb` is the most memory that was held.
    """

    check_s: float
    work_s: float
    process_s: float
    peak_mb: float


def write_rows(path: Path, rows: int, columns: int = 20) -> None:
    """A Parquet file: numbers, four columns of texts, and classes that two of the numbers tell about."""
    import numpy as np
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    chance = np.random.default_rng(5)
    writer = None
    for first in range(0, rows, _WRITTEN):
        count = min(_WRITTEN, rows - first)
        values = {f"n{i}": chance.normal(i, 1 + i / 3, count) for i in range(columns - len(TEXTS))}
        labels = np.clip((values["n0"] + values["n1"] / 2 + chance.normal(size=count) + 3).astype(int), 0, CLASSES - 1)
        for i, different in enumerate(TEXTS):
            words = np.array([f"v{word:02}" for word in range(different)])
            values[f"c{i}"] = pa.array(words[chance.integers(0, different, count)])
        table = pa.table(values | {"target": labels})
        writer = writer or ParquetWriter(path, table.schema)
        writer.write_table(table)
    assert writer is not None
    writer.close()


def write_spec(path: Path, data: Path, engine: str, columns: int = 20) -> None:
    """The spec of a network of as many inputs as columns, then 64, 32 and the classes."""
    features = {f"n{i}": "number" for i in range(columns - len(TEXTS))}
    features |= {f"c{i}": "{type: category, encoding: embedding, dim: 1}" for i in range(len(TEXTS))}
    lines = "\n".join(f"  {name}: {kind}" for name, kind in features.items())
    path.write_text(
        f"""specrun: 1
name: many
data: {{path: {data.name}, memory: streamed, split: {{test: 0.1, shuffle: false}}}}
features:
{lines}
target: target
classes: {list(range(CLASSES))}
layers:
  - Dense: {{units: 64, activation: relu}}
  - Dense: {{units: 32, activation: relu}}
training: {{epochs: 1, batch_size: 256, engine: {engine}}}
""",
        "utf-8",
    )


def by_specrun(spec: Path) -> Cost:
    """What a run takes."""
    return _cost([sys.executable, "-m", "tests.benchmarks.bench.many_rows", str(spec)])


def by_hand(data: Path) -> Cost:
    """What the program by hand takes: DuckDB, pyarrow, and an epoch that XLA compiles."""
    return _cost([str(PEERS), str(Path(__file__).with_name("many_rows_by_hand.py")), str(data)])


def _cost(command: list[str]) -> Cost:
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    process_s = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(done.stderr)
    return Cost(**json.loads(done.stdout.splitlines()[-1]), process_s=process_s)


def main() -> None:
    from resource import RUSAGE_SELF, getrusage

    import keras

    from specrun.compiler.compilation import compile_spec, load
    from specrun.runtime.profile import choose_training
    from specrun.runtime.run import run

    class Clock(keras.callbacks.Callback):  # type: ignore[misc]
        """When the epochs were over."""

        def on_train_end(self, logs: object = None) -> None:  # noqa: ARG002
            self.ended = time.perf_counter()

    spec, clock = Path(sys.argv[1]), Clock()
    began = time.perf_counter()
    compilation = compile_spec(load(spec), limit=None, choose_training=choose_training)
    checked = time.perf_counter()
    run(compilation, spec.with_suffix(f".{time.time_ns()}"), lambda: clock, report=False)
    peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"check_s": checked - began, "work_s": clock.ended - checked, "peak_mb": peak}))


if __name__ == "__main__":
    main()
