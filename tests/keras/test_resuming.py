"""A run that was stopped or broken off goes on, and ends as one that never was."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from click.testing import CliRunner, Result
from filelock import FileLock

import specrun
from specrun.api import compiled_again
from specrun.cli import main
from specrun.compiler.catalogue import FAMILIES
from specrun.compiler.compilation import compile_spec, load
from specrun.runtime import checkpointing
from specrun.runtime.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from specrun.runtime.checkpointing import CALLBACKS, Unfit, restore
from specrun.runtime.engines.variables import variables_of
from specrun.runtime.run import Run, run
from specrun.runtime.sealed import sealed, unsealed
from specrun.runtime.stopping import stopping
from tests.resume.cases import CASES, write_rows

SPEC = """specrun: 1
name: wine
data: {{dataset: wine, split: {{test: 0.2, validation: 0.2}}}}
features: {{"*": {{type: number, normalize: zscore}}}}
target: target
layers: [{{Dense: 8}}, {{Dropout: 0.3}}]
training:
  epochs: 8
  batch_size: 8
  engine: {engine}
  checkpoint: {{steps: 3}}
  callbacks: [{{EarlyStopping: {{monitor: loss, patience: 20, restore_best_weights: true}}}}]
"""
SAME = ("history.csv", "metrics.json", "spec.yaml", "script.py", "fitted.json")


class At(keras.callbacks.Callback):  # type: ignore[misc]
    """Calls `act` at the end of a batch of an epoch, both from 0, and keeps the variables at the end."""

    def __init__(self, act: Callable[[], None] = lambda: None, epoch: int = 2, batch: int = 4) -> None:
        super().__init__()
        self.act, self.place, self.epoch = act, (epoch, batch), 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        if self.epoch == self.place[0] and batch >= self.place[1]:
            self.act()
            self.act = lambda: None

    def on_train_end(self, logs: Any = None) -> None:  # noqa: ARG002
        self.variables = [np.asarray(v.value) for v in (*self.model.variables, *self.model.optimizer.variables)]


def interrupt(times: int = 1) -> Callable[[], None]:
    def act() -> None:
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGINT)

    return act


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def trained(engine: str, out: str, at: At) -> Run:
    Path("spec.yaml").write_text(SPEC.format(engine=engine))
    with stopping(lambda: None) as stop:
        return run(compile_spec(load(Path("spec.yaml"))), Path(out), lambda: at, stop)


def resumed(out: str, at: At) -> Run:
    begun, compilation, warnings = compiled_again(Path(out))
    assert not warnings
    with stopping(lambda: None) as stop:
        return run(compilation, None, lambda: at, stop, begun)


def assert_equal(one: Path, other: Path) -> None:
    for name in SAME:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    with np.load(one / "weights.npz") as a, np.load(other / "weights.npz") as b:
        assert a.files == b.files
        assert all(a[name].tobytes() == b[name].tobytes() for name in a.files)
    left = [{path.name for path in run.iterdir()} for run in (one, other)]
    assert left[0] == left[1]


@pytest.mark.parametrize("name", sorted(FAMILIES["callbacks"]))
def test_each_callback_says_what_it_has_learnt(name: str) -> None:
    made = getattr(keras.callbacks, name)(**({"filepath": "x.keras"} if name == "ModelCheckpoint" else {}))
    made.on_train_begin()
    assert all(hasattr(made, attribute) for attribute in CALLBACKS[name])


@pytest.mark.parametrize("engine", ["fit", "graph", "xla"])
def test_a_stopped_run_goes_on_to_the_same_bits(here: Path, engine: str) -> None:
    whole, again = At(), At()
    trained(engine, "whole", whole)
    stopped = trained(engine, "stopped", At(interrupt()))
    assert stopped.stopped is not None
    assert (here / "stopped" / "checkpoint.bin").exists()
    twice = resumed("stopped", At(interrupt(), epoch=5))
    assert twice.stopped is not None
    assert twice.stopped[0] == 6
    done = resumed("stopped", again)
    assert done.stopped is None
    assert_equal(here / "whole", here / "stopped")
    assert all(a.tobytes() == b.tobytes() for a, b in zip(whole.variables, again.variables, strict=True))
    assert sorted(path.name for path in here.iterdir()) == ["spec.yaml", "stopped", "whole"]


def test_what_ends_at_once_goes_on_too(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trained("graph", "whole", At())
    with pytest.raises(KeyboardInterrupt):
        trained("graph", "broken", At(interrupt(2)))
    assert "what was trained is kept: `specrun run --resume broken` goes on" in capsys.readouterr().err
    assert not (here / "broken").exists()
    done = specrun.resume("broken.unfinished")
    assert done.directory == Path("broken")
    assert_equal(here / "whole", here / "broken")


def cli(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def broken_off(folder: str = "runs/shop") -> Path:
    """A run of the command that was broken off; the current folder has its rows."""
    write_rows(Path())
    Path("spec.yaml").write_text(CASES["dropout"].replace("name: dropout", "name: shop"))
    code = "import tests.keras.test_resuming as t; t.break_off()"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, "-c", code], env=environment, check=False, capture_output=True)
    return Path(folder) / "1.unfinished"


def break_off() -> None:
    """Train `spec.yaml`, and die of it."""
    run(specrun.load("spec.yaml").compilation, None, lambda: At(lambda: os.kill(os.getpid(), signal.SIGKILL)))


def test_the_command_says_what_is_not_finished_and_goes_on(here: Path) -> None:
    folder = broken_off()
    assert sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) == [
        "checkpoint", "checkpoint.bin", "lock", "run.json", "spec.yaml"
    ]  # fmt: skip
    assert "runs/shop/1 is not finished; `specrun run --resume runs/shop/1` goes on" in cli("runs").output
    assert cli("run", "spec.yaml", "--out", "runs/shop/1").exit_code == 1
    other = cli("run", "spec.yaml")
    assert "runs/shop/1 is this very run, and not finished" in other.output
    assert "the run is in runs/shop/2" in other.output

    (folder / ".fold-x").mkdir()
    for words in (["spec.yaml"], ["--again"], ["--out", "x"], ["--set", "name=x"]):
        assert cli("run", "--resume", "runs/shop/1", *words).exit_code == 2
    assert cli("run").exit_code == 2
    done = cli("run", "--resume", "runs/shop/1")
    assert done.exit_code == 0, done.output
    assert "going on from epoch 3 of 60, step" in done.output
    assert_equal(here / "runs/shop/2", here / "runs/shop/1")  # nothing that the killed process left is in it
    assert not folder.exists()
    again = cli("run", "--resume", "runs/shop/1")
    assert again.exit_code == 1
    assert "error[R110]: `runs/shop/1` cannot be resumed: it is finished" in again.output
    assert "this very run" in cli("run", "spec.yaml").output


def refusal(directory: str = "runs/shop/1") -> str:
    found = cli("run", "--resume", directory)
    assert found.exit_code == 1, found.output
    assert "error[R110]" in found.output
    return found.output


def test_what_cannot_be_resumed(here: Path) -> None:
    assert "no run was begun there" in refusal()
    folder = broken_off()
    (folder / ".rows-x").mkdir()
    with FileLock(folder / "lock"):
        assert "it is being trained by another process" in refusal()
    assert (folder / ".rows-x").exists()  # that process has its rows there
    checkpoint = folder / "checkpoint.bin"
    content = checkpoint.read_bytes()
    checkpoint.write_bytes(content[:-100])
    assert "its checkpoint is damaged" in refusal()
    checkpoint.write_bytes(content)

    rows = (here / "rows.csv").read_text()
    (here / "rows.csv").write_text(rows.replace("yes", "no", 1))
    assert "its data have changed since it was begun" in refusal()
    (here / "rows.csv").write_text(rows)
    spec = (folder / "spec.yaml").read_text()
    (folder / "spec.yaml").write_text(spec.replace("batch_size: 7", "batch_size: 8"))
    assert "its spec has changed since it was begun" in refusal()
    (folder / "spec.yaml").write_text(re.sub(r"separator: \S+", 'separator: ";"', spec))
    assert "error[D113]" in (said := refusal())  # which is about the data, and does not say whose spec is meant
    assert "its `spec.yaml` has changed since it was begun, or its data have" in said
    (folder / "spec.yaml").write_text(spec)

    written = (folder / "run.json").read_text()
    (folder / "run.json").write_text(written.replace('"rows"', '"Rows"'))
    assert "its `run.json` is damaged" in refusal()
    record = unsealed(written.encode())
    record["identity"]["environment"] = "tensorflow==2.20.0"
    (folder / "run.json").write_text(sealed(record))
    checkpoint.unlink()
    begun, _, warnings = compiled_again(Path("runs/shop/1"))
    assert begun.checkpoint is None
    assert [d.code for d in warnings] == ["R111"]
    (folder / "spec.yaml").unlink()
    assert "it has no `spec.yaml`" in refusal()


def test_a_checkpoint_that_cannot_be_written_is_told(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(checkpointing, "write_checkpoint", refused)
    done = trained("graph", "out", At())
    assert done.stopped is None
    assert "no checkpoint can be written, and the training goes on: No space left on device" in capsys.readouterr().err
    assert here.exists()


@pytest.mark.parametrize("learnt", [{"on_train_end": 1.0}, {}, {"wait": 1, "best": None, "__class__": 1}])
def test_a_checkpoint_sets_nothing_else(learnt: dict[str, Any]) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mean_squared_error")
    callback = keras.callbacks.ReduceLROnPlateau()
    before = dict(vars(callback))
    variables = tuple(np.asarray(v.value) for v in variables_of(model, with_metrics=False))
    with pytest.raises(ValueError, match="other things"):
        restore(model, [callback], Checkpoint(0, 0, False, variables, (learnt,), {}, 0.0))
    assert vars(callback) == before
    with pytest.raises(ValueError, match="variables"):
        restore(model, [callback], Checkpoint(0, 0, False, variables[1:], (learnt,), {}, 0.0))


GOOD = {"wait": 1, "best": 0.5, "cooldown_counter": 0}


def test_a_checkpoint_of_another_model_changes_nothing() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mean_squared_error")
    callback, early = keras.callbacks.ReduceLROnPlateau(), keras.callbacks.EarlyStopping()
    early.on_train_begin()
    known = {name: getattr(early, name) for name in CALLBACKS["EarlyStopping"]}
    variables = tuple(np.asarray(v.value) for v in variables_of(model, with_metrics=False))
    before, had = [value.tobytes() for value in variables], dict(vars(callback))
    others = (
        (variables[0].T, *variables[1:]),
        (variables[0].astype("float64"), *variables[1:]),
        (variables[0].view("int32"), *variables[1:]),
        (*variables, variables[0]),
    )
    cases: list[Any] = [(each, (GOOD, known)) for each in others]
    cases.append((variables, (GOOD,)))
    cases += [(variables, ({**GOOD, "wait": wrong}, known)) for wrong in (0.5, True, None)]
    cases += [(variables, (GOOD, {**known, "best_weights": wrong})) for wrong in ([], [variables[0]] * 2, 1.0)]
    for values, learnt in cases:
        found = [value + 1 if index == 1 else value for index, value in enumerate(values)]
        with pytest.raises(Unfit):
            restore(model, [callback, early], Checkpoint(0, 0, False, tuple(found), learnt, {}, 0.0))
        assert [np.asarray(v.value).tobytes() for v in variables_of(model, with_metrics=False)] == before
        assert vars(callback) == had
    best = [np.asarray(weight.value) for weight in model.weights]
    learnt = (GOOD, {**known, "best_weights": best})
    restore(model, [callback, early], Checkpoint(0, 0, False, variables, learnt, {}, 0.0))
    assert (callback.wait, callback.best, early.best_weights) == (1, 0.5, best)


def test_a_checkpoint_of_another_run_is_told(here: Path) -> None:
    folder = broken_off()
    checkpoint = read_checkpoint(folder / "checkpoint.bin")
    write_checkpoint(folder / "checkpoint.bin", replace(checkpoint, spec="0" * 64))
    assert "its spec has changed since it was begun" in refusal()
    write_checkpoint(folder / "checkpoint.bin", replace(checkpoint, epoch=61, history={}))
    assert "its spec has changed since it was begun" in refusal()
    write_checkpoint(folder / "checkpoint.bin", replace(checkpoint, variables=checkpoint.variables[::-1]))
    assert "its checkpoint is of another run: " in refusal()
    write_checkpoint(folder / "checkpoint.bin", checkpoint)
    (folder / "run.json").rename(here / "run.json")
    assert "its `run.json` is damaged" in refusal()
    (folder / "run.json").symlink_to(here / "run.json")
    assert "its `run.json` is a link" in refusal()
    (folder / "run.json").unlink()
    (here / "run.json").rename(folder / "run.json")
    assert cli("run", "--resume", "runs/shop/1").exit_code == 0


def test_six_killed_runs_are_equal() -> None:
    """`make resume` kills 200."""
    command = [sys.executable, "-m", "tests.resume", "6", "--seed", "1"]
    found = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "6 of 6 killed runs" in found.stdout
