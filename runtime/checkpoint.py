"""A checkpoint: one file with all that the next step of a training depends on, which is put in place at once."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from specrun.runtime.disk import flush_folder

FILE: Final = "checkpoint.npz"
_TEXT: Final = "state"
_VARIABLE: Final = "variable"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A training before its step `done` of its `epoch`, both from 0; with `is_over`, no step is to come.

    `variables` are arrays, those of the network and of its optimizer, in the midst of an epoch also those of the
    metrics; `callbacks` have what each has to know, numbers or lists of arrays by their names; `history` has the values
    of each measure; `seconds` were spent so far.
    """

    epoch: int
    done: int
    is_over: bool
    variables: tuple[Any, ...]
    callbacks: tuple[Mapping[str, Any], ...]
    history: Mapping[str, list[float]]
    seconds: float


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Put a checkpoint in the place of the one that may be there: at any moment, one of the two is there, and whole.

    Raises OSError where it cannot be written; then it is the one that was there, or if the very last step failed the
    new one.
    """
    import numpy as np

    new = path.with_name(f".{path.name}")
    try:
        with open(new, "wb") as file:
            np.savez(file, **dict(_arrays(checkpoint)))
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def read_checkpoint(path: Path) -> Checkpoint:
    """The checkpoint of a file. Raises OSError, or ValueError where the file is damaged or is none."""
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}  # each is held against its checksum
        state = json.loads(arrays[_TEXT].tobytes())
        count = int(state.pop("variables"))
        variables = tuple(arrays[f"{_VARIABLE}.{i}"] for i in range(count))
        callbacks = tuple(
            {name: _value(value, f"{i}.{name}", arrays) for name, value in known.items()}
            for i, known in enumerate(state.pop("callbacks"))
        )
        return Checkpoint(variables=variables, callbacks=callbacks, **state)
    except (AttributeError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as problem:
        raise ValueError(str(problem)) from problem


def _arrays(checkpoint: Checkpoint) -> Iterator[tuple[str, Any]]:
    """All of a checkpoint as arrays by their names: a text as its bytes, which has the number of each list's arrays."""
    import numpy as np

    callbacks: list[dict[str, Any]] = []
    for i, known in enumerate(checkpoint.callbacks):
        callbacks.append({})
        for name, value in known.items():
            is_list = isinstance(value, list)
            callbacks[-1][name] = {"arrays": len(value)} if is_list else value
            yield from ((f"{i}.{name}.{j}", array) for j, array in enumerate(value if is_list else ()))
    state = {
        "epoch": checkpoint.epoch,
        "done": checkpoint.done,
        "is_over": checkpoint.is_over,
        "history": dict(checkpoint.history),
        "seconds": checkpoint.seconds,
        "variables": len(checkpoint.variables),
        "callbacks": callbacks,
    }
    yield _TEXT, np.frombuffer(json.dumps(state).encode(), np.uint8)
    yield from ((f"{_VARIABLE}.{i}", array) for i, array in enumerate(checkpoint.variables))


def _value(value: Any, name: str, arrays: Mapping[str, Any]) -> Any:
    return [arrays[f"{name}.{j}"] for j in range(value["arrays"])] if isinstance(value, dict) else value
