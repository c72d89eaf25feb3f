"""What `auto` trains with: told by the plan, and by about how many rows the data have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from specrun.compiler import catalogue
from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.data import Dialect, open_table
from specrun.compiler.diagnostics import Span
from specrun.compiler.language.dump import to_yaml
from specrun.compiler.lower.engine import LOOPED_LAYERS, LOOPED_OPTIMIZERS, RECURRENT, UNCOMPILED
from specrun.compiler.plan import Plan
from specrun.compiler.script import write_script

WINE = """specrun: 1
name: wine
data: {{dataset: wine, split: {{test: 0.2}}}}
features: {{"*": number}}
target: target
layers: {layers}
training: {training}
"""


def plan_of(training: str, layers: str = "[Dense: 8]") -> Plan:
    text = WINE.format(layers=layers, training=training)
    return compile_spec(Source(text, "spec.yaml", Path())).plan


@pytest.mark.parametrize(
    ("training", "layers", "engine"),
    [
        ("{epochs: 10}", "[Dense: 8]", "graph"),
        ("{epochs: 1999}", "[Dense: 8]", "graph"),  # 142 rows are 5 batches
        ("{epochs: 2000}", "[Dense: 8]", "xla"),
        ("{epochs: 100, batch_size: 1}", "[Dense: 8]", "xla"),
        ("{epochs: 100, batch_size: 1, optimizer: Adadelta}", "[Dense: 8]", "graph"),
        ("{epochs: 100, batch_size: 1, optimizer: RMSprop}", "[Dense: 8]", "xla"),
        ("{epochs: 100, batch_size: 1, optimizer: {RMSprop: {momentum: 0.5}}}", "[Dense: 8]", "graph"),
        ("{epochs: 100, batch_size: 1, callbacks: [TerminateOnNaN]}", "[Dense: 8]", "fit"),
        ("{epochs: 7, batch_size: 1}", "[Reshape: [13, 1], LSTM: 4]", "graph"),
        ("{epochs: 8, batch_size: 1}", "[Reshape: [13, 1], LSTM: 4]", "xla"),
        ("{epochs: 8, batch_size: 1}", "[Reshape: [13, 1], Bidirectional: {layer: {LSTM: 4}}]", "xla"),
        ("{epochs: 8, batch_size: 1}", "[Reshape: [13, 1], TimeDistributed: {layer: {Dense: 4}}, Flatten]", "graph"),
        ("{epochs: 8, batch_size: 1}", "[Dense: 1000, Dense: 480]", "graph"),
        ("{epochs: 8, batch_size: 1}", "[Dense: 1000, Dense: 490]", "xla"),
        ("{epochs: 100, batch_size: 1}", "[Reshape: [13, 1], Conv1D: {filters: 2, kernel_size: 3}, Flatten]", "graph"),
    ],
)
def test_auto_chooses(training: str, layers: str, engine: str) -> None:
    chosen = plan_of(training, layers).training.engine
    assert chosen.name == engine
    assert chosen.jit_compile == (engine == "xla")


def test_what_a_loop_does_not_hold_is_compiled_step_by_step() -> None:
    chosen = plan_of("{engine: xla, optimizer: Adadelta}").training.engine
    assert (chosen.name, chosen.jit_compile) == ("graph", True)
    assert "`Adadelta`" in chosen.reason


@pytest.mark.parametrize(("engine", "compiled"), [("fit", False), ("graph", False), ("xla", True)])
def test_a_script_compiles_its_steps_as_the_run_does(engine: str, compiled: bool) -> None:
    plan = plan_of(f"{{engine: {engine}}}")
    assert ("jit_compile=True" in write_script(plan, Path(), Path())) == compiled


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_scripts_of_other_backends_leave_that_to_keras(backend: str) -> None:
    script = write_script(plan_of("{engine: xla}"), Path(), Path(), backend=backend)
    assert "jit_compile" not in script


@pytest.mark.parametrize(
    ("predicted", "engine", "as_written"),
    [
        ("target: target", "auto", False),
        ("targets: {hue: number, ash: number}", "auto", True),
        ("targets: {hue: number, ash: number}", "xla", False),
    ],
)
def test_several_losses_are_added_as_they_are_written(predicted: str, engine: str, *, as_written: bool) -> None:
    text = WINE.format(layers="[Dense: 8]", training=f"{{engine: {engine}}}").replace("target: target", predicted)
    plan = compile_spec(Source(text, "spec.yaml", Path())).plan
    assert plan.training.as_written == as_written
    scripts = (write_script(plan, Path(), Path(), backend=backend) for backend in ("tensorflow", "jax"))
    assert ["arithmetic_optimization" in script for script in scripts] == [as_written, False]


def test_the_lists_are_of_the_catalogue() -> None:
    assert set(catalogue.family("layers")) >= LOOPED_LAYERS | UNCOMPILED
    assert set(catalogue.family("optimizers")) >= LOOPED_OPTIMIZERS
    assert LOOPED_LAYERS >= RECURRENT
    assert not LOOPED_LAYERS & UNCOMPILED


ROWS = [{"number": i / 7, "text": f"row {i:04}", "more": i % 3 == 0} for i in range(3000)]


@pytest.mark.parametrize("format_", ["csv", "jsonl", "parquet"])
def test_the_rows_are_told_without_reading_them(format_: str, tmp_path: Path) -> None:
    import pandas as pd

    path = tmp_path / f"rows.{format_}"
    frame = pd.DataFrame(ROWS)
    writers: Mapping[str, Any] = {
        "csv": lambda: frame.to_csv(path, index=False),
        "jsonl": lambda: frame.to_json(path, orient="records", lines=True),
        "parquet": lambda: frame.to_parquet(path),
    }
    writers[format_]()
    table, problems = open_table(Dialect(format_), (path,), (path.name,), Span("spec.yaml", 1, 1, 2))
    assert table is not None, problems
    assert table.about() == pytest.approx(len(ROWS), rel=0.001)


def test_a_large_file_is_told_by_its_first_lines(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n" + "".join(f"{i % 1000:05},{i % 7}\n" for i in range(400_000)))
    table, _ = open_table(Dialect("csv"), (path,), (path.name,), Span("spec.yaml", 1, 1, 2))
    assert table is not None
    assert table.about() == pytest.approx(400_000, rel=0.001)


@pytest.mark.parametrize(
    ("rows", "layers", "features", "size"),
    [
        (99_000, "[Dense: 2]", "{a: number, b: number}", None),
        (101_000, "[Dense: 2]", "{a: number, b: number}", 4096),
        (101_000, "[Embedding: {output_dim: 2}, LSTM: 2]", "{b: text}", None),
    ],
)
def test_many_rows_are_measured_in_large_batches(
    tmp_path: Path, rows: int, layers: str, features: str, size: int | None
) -> None:
    (tmp_path / "rows.csv").write_text("a,b,c\n" + "".join(f"{i % 1000:03},{i % 7},{i % 2}\n" for i in range(rows)))
    text = f"""specrun: 1
name: many
data: {{path: rows.csv, split: {{test: 0.2, validation: 0.2}}}}
features: {features}
target: c
classes: [0, 1]
layers: {layers}
"""
    plan = compile_spec(Source(text, "spec.yaml", tmp_path)).plan
    assert plan.training.measured_batch_size == size
    assert write_script(plan, tmp_path, tmp_path).count("batch_size=4096") == (2 if size else 0)


def test_the_filled_in_spec_takes_the_same_way() -> None:
    first = compile_spec(Source(WINE.format(layers="[Dense: 8]", training="{epochs: 2000}"), "spec.yaml", Path()))
    again = compile_spec(Source(to_yaml(first.spec), "spec.yaml", Path()))
    assert again.plan.training.engine == first.plan.training.engine
