"""A checkpoint: one file with all that the next step of a training depends on, which is put in place at once.

It is a line that says so, the length of a JSON text, the text, the arrays that it describes one behind the other, and
the SHA-256 of all before: each byte counts. A digest is held against damage and is no signature, so that nothing of a
checkpoint is more than numbers, each of the kind and the size that it is to have.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from types import NoneType
from typing import Any, Final

from specrun.compiler.strict_json import parse
from specrun.runtime.disk import flush_folder, open_file

FILE: Final = "checkpoint.bin"
_KIND: Final = b"specrun checkpoint "
_TITLE: Final = _KIND + b"1\n"
_LENGTH_BYTES: Final = 8
_MOST_STATE: Final = 1 << 26
_CHUNK: Final = 1 << 20
_MOST_EPOCHS: Final = 1 << 31
_MOST_AXES: Final = 32
_WHOLE: Final = tuple(f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64))
_TYPES: Final = frozenset(["bool", *_WHOLE, "float16", "float32", "float64"])
"""Numbers, and no objects."""


class OtherVersion(ValueError):
    """A checkpoint of a version of specrun that writes them in another way."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A training before its step `done` of its `epoch`, both from 0; with `is_over`, no step is to come.

    `variables` are arrays, those of the network and of its optimizer, in the midst of an epoch also those of the
    metrics; `callbacks` have what each has to know, numbers or lists of arrays by their names; `history` has the values
    of each measure; `seconds` were spent so far. `spec` is the digest of the spec that is trained.
    """

    epoch: int
    done: int
    is_over: bool
    variables: tuple[Any, ...]
    callbacks: tuple[Mapping[str, Any], ...]
    history: Mapping[str, list[float]]
    seconds: float
    spec: str = ""


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Put a checkpoint in the place of the one that may be there: at any moment, one of the two is there, and whole.

    Raises OSError where it cannot be written; then it is the one that was there, or if the very last step failed the
    new one.
    """
    new = path.with_name(f".{path.name}")
    digest = hashlib.sha256()
    try:
        with open(new, "wb") as file:
            for part in _parts(checkpoint):
                digest.update(part)
                file.write(part)
            file.write(digest.digest())
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except OSError:
        with suppress(OSError):
            new.unlink()
        raise
    flush_folder(path.parent)


def _parts(checkpoint: Checkpoint) -> Iterator[Any]:
    """What a checkpoint is written as, but for its digest."""
    import numpy as np

    arrays = [np.asarray(array) for array in checkpoint.variables]
    callbacks: list[dict[str, Any]] = []
    for known in checkpoint.callbacks:
        callbacks.append({})
        for name, value in known.items():
            more = [np.asarray(array) for array in value] if isinstance(value, list) else []
            callbacks[-1][name] = list(map(_described, more)) if isinstance(value, list) else value
            arrays += more
    state = {
        "epoch": checkpoint.epoch,
        "done": checkpoint.done,
        "is_over": checkpoint.is_over,
        "variables": list(map(_described, arrays[: len(checkpoint.variables)])),
        "callbacks": callbacks,
        "history": dict(checkpoint.history),
        "seconds": checkpoint.seconds,
        "spec": checkpoint.spec,
    }
    text = json.dumps(state).encode()
    yield _TITLE
    yield len(text).to_bytes(_LENGTH_BYTES, "little")
    yield text
    yield from (array.ravel().view(np.uint8).data for array in arrays)


def _described(array: Any) -> list[Any]:
    return [array.dtype.name, list(array.shape)]


def read_checkpoint(path: Path) -> Checkpoint:
    """The checkpoint of a file.

    Raises OSError, or ValueError where the file is damaged or is none: before there is memory for what it describes.
    """
    with open_file(path) as file:
        rest = _checked(file)
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        if length > min(rest - _LENGTH_BYTES, _MOST_STATE):
            raise ValueError("it is shorter than it says")
        state = _state(parse(file.read(length)))
        lists = [state["variables"], *(v for known in state["callbacks"] for v in known.values() if type(v) is list)]
        if sum(map(_size, (one for described in lists for one in described))) != rest - _LENGTH_BYTES - length:
            raise ValueError("its arrays have other sizes than it says")
        state["variables"] = tuple(_array(file, one) for one in state["variables"])
        for known in state["callbacks"]:
            known |= {n: [_array(file, one) for one in v] for n, v in known.items() if isinstance(v, list)}
    return Checkpoint(**state | {"callbacks": tuple(state["callbacks"])})


def _checked(file: BufferedReader) -> int:
    """Hold a file against its digest, and read its title; how many bytes then follow before the digest."""
    digest, size = hashlib.sha256(), os.fstat(file.fileno()).st_size
    rest = size - digest.digest_size
    while rest > 0 and (chunk := file.read(min(rest, _CHUNK))):
        digest.update(chunk)
        rest -= len(chunk)
    if rest or file.read() != digest.digest():
        raise ValueError("its bytes are not those that were written")
    file.seek(0)
    title = file.readline(len(_TITLE))
    if title != _TITLE:
        raise (
            OtherVersion("another version of specrun wrote it") if title.startswith(_KIND) else ValueError("it is none")
        )
    return size - digest.digest_size - len(_TITLE)


_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "epoch": (int,),
    "done": (int,),
    "is_over": (bool,),
    "variables": (list,),
    "callbacks": (list,),
    "history": (dict,),
    "seconds": (float, int),
    "spec": (str,),
}


def _state(found: Any) -> dict[str, Any]:
    """The state in a checkpoint, each part of the kind that it is to have. Raises ValueError where one is not."""
    if not isinstance(found, dict) or found.keys() != _KINDS.keys():
        raise ValueError("it has other parts")
    strange = [key for key, kinds in _KINDS.items() if type(found[key]) not in kinds]
    strange += [key for key in ("epoch", "done") if key not in strange and not 0 <= found[key] < _MOST_EPOCHS]
    if strange or not 0 <= found["seconds"] < math.inf:
        raise ValueError(f"its `{next(iter(strange), 'seconds')}` is not what it is to be")
    for values in found["history"].values():
        if not _is_list(values, (float, int)) or len(values) != found["epoch"]:
            raise ValueError("its `history` has not a number for each epoch")
    for known in found["callbacks"]:
        if not isinstance(known, dict) or not all(map(_is_known, known.values())):
            raise ValueError("its `callbacks` know what none does")
    if not all(map(_is_described, found["variables"])):
        raise ValueError("its `variables` are no arrays")
    return found


def _is_list(value: object, kinds: Sequence[type]) -> bool:
    return isinstance(value, list) and all(type(item) in kinds for item in value)


def _is_known(value: object) -> bool:
    if isinstance(value, list):
        return all(map(_is_described, value))
    return type(value) in (NoneType, bool, int, float)


def _is_described(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[0], str) or value[0] not in _TYPES:
        return False
    return _is_list(value[1], (int,)) and all(axis >= 0 for axis in value[1]) and len(value[1]) <= _MOST_AXES


def _size(described: list[Any]) -> int:
    """How many bytes an array takes."""
    import numpy as np

    total: int = np.dtype(described[0]).itemsize
    for axis in described[1]:
        total *= axis
    return total


def _array(file: BufferedReader, described: list[Any]) -> Any:
    import numpy as np

    array = np.empty(described[1], described[0])
    view = array.ravel().view(np.uint8).data
    done = 0
    while done < array.nbytes and (read := file.readinto(view[done:])):
        done += read
    if done != array.nbytes:
        raise ValueError("it ends too early")
    return array
