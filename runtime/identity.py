"""Which run this is: the spec, the bytes of its data and the versions of the libraries, which make the model."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import NoneType
from typing import Any

from specrun.compiler.compilation import Compilation
from specrun.compiler.features import Image
from specrun.compiler.matching import TooManyError
from specrun.compiler.survey import data_files
from specrun.runtime.directory import finished, is_unfinished
from specrun.runtime.disk import write_at_once
from specrun.runtime.records import STOPPED, environment
from specrun.runtime.sealed import sealed, unsealed

FILE = "run.json"
_KINDS: Mapping[str, tuple[type, ...]] = {
    "began": (str,),
    "seconds": (int, float),
    "rows": (dict,),
    "identity": (dict, NoneType),
}
"""What a record has."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a model is made of: `spec` and `data` are digests; the same of all of them makes the same model."""

    spec: str
    data: str
    environment: str


def identity_of(compilation: Compilation) -> Identity | None:
    """The identity of what would be trained; None where the data are images, or cannot be read."""
    spec = compilation.spec
    if spec.data.format == "image_folder" or any(isinstance(f.feature, Image) for f in spec.features):
        return None
    digest = hashlib.sha256()
    try:
        for path in data_files(spec.data, compilation.folder)[0]:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    except (OSError, TooManyError):
        return None
    return Identity(compilation.plan.digest, digest.hexdigest(), environment())


def find_finished(identity: Identity, folder: Path) -> Path | None:
    """The first directory in a folder of a run with this identity that was trained to its end."""
    return next((path for path in _alike(identity, folder) if not is_unfinished(path) and not _is_stopped(path)), None)


def find_unfinished(identity: Identity, folder: Path) -> Path | None:
    """The first directory in a folder to be that of a run with this identity, which was stopped or broken off."""
    return next((finished(path) for path in _alike(identity, folder) if is_unfinished(path) or _is_stopped(path)), None)


def _alike(identity: Identity, folder: Path) -> Iterator[Path]:
    paths = sorted(folder.glob("*"), key=_by_number)
    return (path for path in paths if read_record(path).get("identity") == asdict(identity))


def _is_stopped(path: Path) -> bool:
    return os.path.exists(path / STOPPED)


def write_record(folder: Path, identity: Identity | None, rows: Mapping[str, int], began: str, seconds: float) -> None:
    """Write down which run this is, how many rows each part had, and when and how long it was trained."""
    record = {
        "began": began,
        "seconds": round(seconds, 1),
        "rows": dict(rows),
        "identity": None if identity is None else asdict(identity),
    }
    write_at_once(folder / FILE, sealed(record))


def read_record(directory: Path) -> dict[str, Any]:
    """What `write_record` wrote; empty where that is not there, or is something else."""
    path = directory / FILE
    try:
        return as_record(path.read_bytes()) if os.path.isfile(path) else {}
    except (OSError, ValueError):
        return {}


def as_record(content: bytes) -> dict[str, Any]:
    """What `write_record` wrote. Raises ValueError where that is something else."""
    found = unsealed(content)
    if found.keys() != _KINDS.keys():
        raise ValueError(f"it has other keys than {', '.join(_KINDS)}")
    for key, kinds in _KINDS.items():
        if type(found[key]) not in kinds:
            raise ValueError(f"its `{key}` is something else")
    if not all(type(count) is int and 0 <= count < 1 << 63 for count in found["rows"].values()):
        raise ValueError("its `rows` are no numbers of rows")
    return found


def _by_number(path: Path) -> tuple[int, str]:
    return (int(path.name) if path.name.isdecimal() else 1 << 62, path.name)
