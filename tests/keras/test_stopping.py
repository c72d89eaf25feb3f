"""Ctrl-C, or SIGTERM, ends a training after the step that it is at, and what was trained is kept."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from specrun.compiler.compilation import Source, compile_spec
from specrun.runtime.run import Run, run
from specrun.runtime.stopping import Stop, stopping
from specrun.summary import remarks, to_json

SPEC = """specrun: 1
name: wine
data: {{dataset: wine, split: {{test: 0.2, validation: 0.2}}}}
features: {{"*": number}}
target: target
layers: [{{Dense: 8}}]
training: {{epochs: {epochs}, batch_size: 8, engine: {engine}}}
"""
EPOCHS = 6


def trained(folder: Path, engine: str, stop: Stop | None = None, act: Callable[[], None] = lambda: None) -> Run:
    """A run; `act` is called at the end of its second epoch."""

    class Act(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
            if epoch == 1:
                act()

    compilation = compile_spec(Source(SPEC.format(epochs=EPOCHS, engine=engine), "spec.yaml", Path()))
    return run(compilation, folder, Act, stop)


@pytest.mark.parametrize("engine", ["fit", "graph", "xla"])
def test_what_was_trained_is_kept(engine: str, tmp_path: Path) -> None:
    told: list[int] = []
    whole = trained(tmp_path / "whole", engine)
    before = signal.getsignal(signal.SIGINT)
    with stopping(lambda: told.append(1)) as stop:
        done = trained(tmp_path / "stopped", engine, stop, lambda: os.kill(os.getpid(), signal.SIGINT))
    assert signal.getsignal(signal.SIGINT) is before
    assert told == [1]
    assert done.stopped is not None
    epoch, step = done.stopped
    assert (epoch, len(done.history["loss"])) == (3, 3)
    assert {name: values[:2] for name, values in done.history.items()} == {
        name: values[:2] for name, values in whole.history.items()
    }
    assert f"stopped in epoch 3 of {EPOCHS}, after step {step} of it" in remarks(done)
    assert json.loads(to_json(done))["stopped"] == {"epoch": 3, "step": step}
    assert (
        (done.directory / "stopped.txt")
        .read_text("utf-8")
        .startswith(f"The training was stopped in epoch 3 of {EPOCHS}")
    )
    assert len(list(csv.reader((done.directory / "history.csv").open()))) == 4
    saved = keras.models.load_model(done.directory / "model.keras")
    assert all(np.isfinite(np.asarray(weight)).all() for weight in saved.weights)
    assert not (whole.directory / "stopped.txt").exists()
    assert whole.stopped is None


def test_the_second_time_nothing_is_kept(tmp_path: Path) -> None:
    def twice() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    with stopping(lambda: None) as stop, pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "runs" / "1", "graph", stop, twice)
    assert not list(tmp_path.iterdir())


def test_before_the_training_nothing_is_wished() -> None:
    with stopping(lambda: None) as stop, pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)
    assert not stop.is_wished


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_ends_with_its_own_status(number: signal.Signals, tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC.format(epochs=200_000, engine="graph"))
    command = [sys.executable, "-m", "specrun", "run", "spec.yaml", "--out", "out"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        while not process.stderr.readline().startswith("epoch 2/"):
            pass
        process.send_signal(number)
        said, table = process.stderr.read(), process.stdout.read()
    assert process.returncode == 130, said
    assert "stopping after this step, with what was trained kept; Ctrl-C again ends at once" in said
    assert "stopped in epoch" in table
    assert "Traceback" not in said
    assert (tmp_path / "out" / "model.keras").exists()
