"""The estimate of memory against Keras: what it counts exactly, and that a training takes no less than it says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import pytest

from specrun.api import check, load
from specrun.compiler.catalogue import family
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.estimate import NUMBER_BYTES, slots
from specrun.runtime import failing
from specrun.runtime.encoding import Encoder
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.network import build_network
from specrun.runtime.rows import read_parts

ROOT = Path(__file__).parents[2]
SPECS = sorted(path.name for path in (ROOT / "specs").glob("*.yaml"))
OPTIONS: tuple[Mapping[str, Any], ...] = (
    {},
    {"momentum": 0.9},
    {"centered": True},
    {"momentum": 0.9, "centered": True},
    {"amsgrad": True},
    {"use_ema": True},
    {"gradient_accumulation_steps": 2},
    {"use_ema": True, "gradient_accumulation_steps": 2},
    {"clipnorm": 1.0},
)
MORE = {"Adafactor": 7 + 5, "Muon": 5}
"""What is kept beside the whole slots, of a matrix of 7 by 5 and a vector of 5."""


@pytest.mark.parametrize("name", family("optimizers"))
def test_an_optimizer_keeps_as_much_as_the_catalogue_says(name: str) -> None:
    entry = family("optimizers")[name]
    for options in OPTIONS:
        if not set(options) <= entry.by_name.keys():
            continue
        model = keras.Sequential([keras.Input((7,)), keras.layers.Dense(5)])
        optimizer = getattr(keras.optimizers, name)(**options)
        optimizer.build(model.trainable_variables)
        kept = sum(int(variable.value.numpy().size) for variable in optimizer.variables if len(variable.shape) > 0)
        assert kept == slots(entry, options) * (7 * 5 + 5) + MORE.get(name, 0), options


@pytest.mark.parametrize("name", SPECS)
def test_the_weights_and_rows_of_a_spec_that_ships_are_what_keras_counts(name: str) -> None:
    compilation = load_counted(ROOT / "specs" / name)
    plan, memory = compilation.plan, compilation.memory
    keras.utils.set_random_seed(0)
    evaluator = Evaluator(compilation.folder)
    evaluator.variables |= plan.constants
    frames = read_parts(plan, evaluator)
    network = build_network(plan, evaluator)
    assert isinstance(network.features, Encoder)
    parts = {part: network.features(rows) for part, rows in frames.items()}
    network.model(keras.tree.map_structure(lambda values: values[:2], parts["train"]))
    optimizer = evaluator(plan.training.optimizer)
    if isinstance(optimizer, str):
        optimizer = keras.optimizers.get(optimizer)
    optimizer.build(network.model.trainable_variables)
    assert memory.weights == NUMBER_BYTES * network.model.count_params()
    kept = sum(int(variable.value.numpy().size) for variable in optimizer.variables if len(variable.shape) > 0)
    assert memory.optimizer == NUMBER_BYTES * kept
    encoded = sum(int(tensor.numpy().nbytes) for part in parts.values() for tensor in keras.tree.flatten(part))
    assert memory.rows == encoded


def load_counted(path: Path) -> Any:
    """A spec compiled as `specrun explain` does, with the texts of its columns counted."""
    from specrun.api import compiled

    return compiled(path, count_values=True)


def test_what_a_run_knows_is_no_more_than_what_explain_counts() -> None:
    for name in SPECS:
        known, counted = load(ROOT / "specs" / name).compilation.memory, load_counted(ROOT / "specs" / name).memory
        assert all(known.parts[part] <= counted.parts[part] for part in known.parts)


def test_a_width_that_the_rows_tell_is_counted_before_the_network_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"n{number},{number % 7},{number % 2}\n" for number in range(2000))
    (tmp_path / "rows.csv").write_text(f"name,size,bought\n{rows}", "utf-8")
    head = "specrun: 1\nname: names\ndata: {path: rows.csv}\nfeatures: {name: category, size: number}\n"
    spec = check(f"{head}target: bought\nlayers: [Dense: 1000]\ntraining: {{epochs: 1}}\n", tmp_path)
    assert spec.compilation.memory.together < 2**20
    monkeypatch.setattr(failing, "available_bytes", lambda: 2**20)
    with pytest.raises(SpecError) as raised:
        spec.run(tmp_path / "out")
    (diagnostic,) = raised.value.diagnostics
    assert (diagnostic.code, diagnostic.span.line) == ("R206", 4)
    # Of 1,600 names in training rows 6.4 MB of weights, their gradients, two averages of each, and all 2,000 rows.
    parts = "38.6 MB (12.8 MB for the optimizer, 12.8 MB for rows, 6.4 MB for weights, 6.4 MB for gradients)"
    assert f"does not fit into memory: it needs at least {parts}; this process may use 1.0 MB" in diagnostic.message
    assert diagnostic.hint.startswith("take `encoding: embedding`")
    assert not (tmp_path / "out").exists()


PROGRAM = """
import sys, threading, time
from pathlib import Path
import psutil
from specrun.api import check
from specrun.runtime import failing

process, seen = psutil.Process(), {"peak": 0}
train = failing.train


def measured(*arguments, **options):
    before = process.memory_info().rss
    done = threading.Event()

    def watch():
        while not done.wait(0.002):
            seen["peak"] = max(seen["peak"], process.memory_info().rss)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        return train(*arguments, **options)
    finally:
        done.set()
        thread.join()
        seen["grown"] = seen["peak"] - before


failing.train = measured
spec = check(Path("spec.yaml").read_text(), ".")
spec.run("out", report=False)
print(spec.compilation.memory.together, seen["grown"])
"""


@pytest.mark.slow
@pytest.mark.parametrize("training", ["optimizer: Adam", "optimizer: SGD, engine: fit", "optimizer: SGD, engine: xla"])
def test_a_training_takes_at_least_what_is_estimated(training: str, tmp_path: Path) -> None:
    layers = "layers: [Dense: {units: 4000, activation: relu, repeat: 4}]\n"
    head = 'specrun: 1\nname: wine\ndata: {dataset: wine}\nfeatures: {"*": number}\ntarget: target\nclasses: auto\n'
    (tmp_path / "spec.yaml").write_text(f"{head}{layers}training: {{epochs: 2, {training}}}\n", "utf-8")
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    estimated, grown = map(int, done.stdout.split())
    print(f"{training}: estimated {estimated / 1e6:.0f} MB, grown by {grown / 1e6:.0f} MB")
    assert 192_000_000 < estimated <= grown
