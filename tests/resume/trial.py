"""A run that is killed at a random moment and gone on with: a process of its own each time, forked from this one.

This one has imported TensorFlow and computed nothing, so that forks begin at once and as a fresh process would.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FILES: Final = ("history.csv", "metrics.json", "fitted.json", "spec.yaml", "script.py")
"""What a run leaves that is to be the same, byte for byte; a plan names its data from where its spec lay."""
_STATE: Final = "state.json"
_POLL_S: Final = 0.002


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to: digests of its files, its weights and, if its process lived on, of all its variables."""

    files: dict[str, str]
    weights: str
    variables: str | None


@dataclass(frozen=True, slots=True)
class Trial:
    """How often a run was killed, and what else it came to than the one never killed: nothing, if all is well."""

    kills: int
    places: tuple[str, ...]
    differs: tuple[str, ...]


def reference(spec: Path, directory: Path) -> tuple[Outcome, float]:
    """A run never killed, and the seconds that it took."""
    began = time.monotonic()
    status = os.waitpid(_fork(spec, directory), 0)[1]
    if status != 0:
        raise RuntimeError(f"{spec} did not train: status {status}")
    return _outcome(directory), time.monotonic() - began


def trial(spec: Path, directory: Path, expected: Outcome, seconds: float, chance: random.Random) -> Trial:
    """Kill a run within so many seconds, some a second time, and go on with it until its end."""
    places = []
    for _ in range(chance.choice((1, 1, 2))):
        if _killed(_fork(spec, directory), chance.uniform(0, seconds)):
            places.append(_place(directory))
    status = os.waitpid(_fork(spec, directory), 0)[1]
    if status != 0:
        return Trial(len(places), tuple(places), (f"status {status}",))
    found = _outcome(directory)
    differs = [name for name in FILES if found.files[name] != expected.files[name]]
    differs += ["weights"] if found.weights != expected.weights else []
    # Where the last kill came behind the end, there is nothing to go on with, and no process has the variables.
    differs += ["variables"] if found.variables not in (None, expected.variables) else []
    return Trial(len(places), tuple(places), tuple(differs))


def _killed(process: int, after_s: float) -> bool:
    """Whether a process was killed after so many seconds, and had not ended before."""
    until = time.monotonic() + after_s
    while time.monotonic() < until:
        if os.waitpid(process, os.WNOHANG)[0]:
            return False
        time.sleep(_POLL_S)
    os.kill(process, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(process, 0)[1])


def _place(directory: Path) -> str:
    """How far a run had come when it was killed."""
    from specrun.runtime.checkpoint import FILE, read_checkpoint
    from specrun.runtime.directory import unfinished

    if directory.exists():
        return "at its end"
    path = unfinished(directory) / FILE
    if not path.exists():
        return "before a checkpoint"
    found = read_checkpoint(path)
    return "within an epoch" if found.done else "between epochs"


def _fork(spec: Path, directory: Path) -> int:
    """A process that trains a spec, or goes on with what was begun of it; 0 is its status where all went well."""
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        _train(spec, directory)
        status = 0
    except BaseException as problem:
        print(f"{spec.stem}: {problem}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)


def _train(spec: Path, directory: Path) -> None:
    import keras

    import specrun
    from specrun.compiler.diagnostics import SpecError

    finished: list[Any] = []

    class Kept(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_end(self, logs: Any = None) -> None:  # noqa: ARG002
            finished.append(self.model)

    def begin() -> None:
        from specrun.runtime.run import run

        run(specrun.load(spec).compilation, directory, Kept)

    def go_on() -> None:
        from specrun.api import compiled_again
        from specrun.runtime.run import run

        begun, compilation, _ = compiled_again(directory)
        run(compilation, None, Kept, begun=begun)

    os.chdir(spec.parent)
    try:
        go_on()
    except SpecError as error:
        if any("finished" in d.message for d in error.diagnostics):
            return
        begin()
    _write_state(finished[0], directory)


def _write_state(model: Any, directory: Path) -> None:
    import numpy as np

    from specrun.runtime.engines.variables import variables_of

    digest = hashlib.sha256()
    for variable in variables_of(model, with_metrics=False):
        digest.update(np.asarray(variable.value).tobytes())
    (directory / _STATE).write_text(json.dumps(digest.hexdigest()))


def _outcome(directory: Path) -> Outcome:
    import numpy as np

    weights = hashlib.sha256()
    with np.load(directory / "weights.npz") as arrays:
        for name in arrays.files:
            weights.update(name.encode() + arrays[name].tobytes())
    files = {name: hashlib.sha256((directory / name).read_bytes()).hexdigest() for name in FILES}
    state = directory / _STATE
    return Outcome(files, weights.hexdigest(), json.loads(state.read_text()) if state.exists() else None)
