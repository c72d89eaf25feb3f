"""Going on with a run that was stopped, or broken off at any moment."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from specrun.compiler.compilation import Compilation
from specrun.compiler.diagnostics import Diagnostic, Severity, Span, SpecError
from specrun.runtime.checkpoint import FILE as CHECKPOINT
from specrun.runtime.checkpoint import Checkpoint, OtherVersion, read_checkpoint
from specrun.runtime.directory import NAMELESS, cannot_resume, finished, unfinished
from specrun.runtime.disk import look_into, open_file
from specrun.runtime.identity import FILE as RECORD
from specrun.runtime.identity import as_record, identity_of, read_record
from specrun.runtime.manifest import MOST_BYTES
from specrun.runtime.records import SPEC, STOPPED

SAVED: Final = "checkpoint"
"""Where the callbacks of a spec save what they save."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that was begun: its `directory` at the end, the `folder` that it is in, and the last checkpoint, if any."""

    directory: Path
    folder: Path
    checkpoint: Checkpoint | None

    @property
    def spec(self) -> Path:
        """The spec of the run."""
        return self.folder / SPEC

    @property
    def began(self) -> str | None:
        """When it was begun."""
        began = read_record(self.folder).get("began")
        return began if isinstance(began, str) else None


def find_begun(directory: Path) -> Begun:
    """The run to go on with, by its directory or by the folder that it is in. Raises SpecError where there is none."""
    directory = finished(_named(directory))
    folder = unfinished(directory)
    _check_readable(directory, folder)
    if not os.path.isdir(folder):
        _take_up_again(directory, folder)
    for name in (SPEC, CHECKPOINT, RECORD):
        if os.path.islink(folder / name):
            hint = "a run that is not finished has files of its own: put them there in place of links"
            raise cannot_resume(directory, f"its `{name}` is a link", hint)
    if not os.path.isfile(folder / SPEC):
        hint = f"remove `{folder}`, and `specrun run` the spec again"
        raise cannot_resume(directory, "it has no `spec.yaml`", hint)
    return Begun(directory, folder, _read(directory, folder / CHECKPOINT))


def _named(directory: Path) -> Path:
    """A directory by its own name, behind which another can be put."""
    if directory.name in NAMELESS:
        with suppress(OSError):  # there is no current folder any more
            directory = Path(os.path.abspath(directory))
    if directory.name in NAMELESS:
        raise _not_begun(directory)
    return directory


def _check_readable(directory: Path, folder: Path) -> None:
    for place in (folder, directory):
        try:
            look_into(place)
        except OSError as problem:
            why = f"`{place}` cannot be read: {(problem.strerror or str(problem)).lower()}"
            raise cannot_resume(directory, why, "name a run that you may read and write") from None


def _take_up_again(directory: Path, folder: Path) -> None:
    """Make the folder of a run that was stopped what it was when it was; what the run left then stays beside it."""
    if not os.path.isfile(directory / STOPPED):
        if os.path.isfile(directory / RECORD):
            raise cannot_resume(directory, "it is finished", "`specrun reproduce` trains it once more")
        raise _not_begun(directory)
    new = folder.with_name(f".{folder.name}")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    for name in (SPEC, CHECKPOINT, RECORD):
        if (directory / name).is_file():
            shutil.copyfile(directory / name, new / name)
    if (directory / SAVED).is_dir():
        shutil.copytree(directory / SAVED, new / SAVED)
    new.rename(folder)


def _not_begun(directory: Path) -> SpecError:
    hint = "name a directory that `specrun run` was to fill, such as `runs/wine/1`; `specrun runs` lists them"
    return cannot_resume(directory, "no run was begun there", hint)


def _read(directory: Path, path: Path) -> Checkpoint | None:
    hint = f"remove `{path}`: the run then begins again, with its spec"
    try:
        return read_checkpoint(path) if os.path.lexists(path) else None
    except OtherVersion as problem:
        raise cannot_resume(directory, f"its checkpoint is none of this version: {problem}", hint) from None
    except (OSError, ValueError) as problem:
        reason = str(problem).partition("\n")[0]
        raise cannot_resume(directory, f"its checkpoint is damaged: {reason}", hint) from None


def check_unchanged(compilation: Compilation, begun: Begun) -> list[Diagnostic]:
    """What may keep a run from going on to the same bits, as warnings.

    Raises SpecError where its data or its spec are others, or where its record is damaged.
    """
    before = _record(begun).get("identity")
    identity = identity_of(compilation)
    checkpoint, plan = begun.checkpoint, compilation.plan
    if checkpoint is not None and (checkpoint.spec, checkpoint.epoch <= plan.training.epochs) != (plan.digest, True):
        raise _other_spec(begun)
    if not isinstance(before, dict) or identity is None or before == (now := asdict(identity)):
        return []
    if before.get("data") != now["data"]:
        hint = "put the data back as they were, or begin anew with `specrun run`"
        raise cannot_resume(begun.directory, "its data have changed since it was begun", hint)
    if before.get("spec") != now["spec"]:
        raise _other_spec(begun)
    message = f"`{begun.directory}` was begun with other versions of the libraries"
    hint = "the run goes on, and may end with other last digits; its `run.json` has the versions"
    return [Diagnostic("R111", message, Span("--resume", 1, 1, 2), hint, severity=Severity.WARNING)]


def changed(begun: Begun) -> SpecError:
    """What there is to say of a run whose spec has errors: it had none when it was begun."""
    hint = f"put them back as they were; or remove `{begun.folder}`, and begin anew with `specrun run`"
    return cannot_resume(begun.directory, f"its `{SPEC}` has changed since it was begun, or its data have", hint)


def _record(begun: Begun) -> Mapping[str, Any]:
    """What was written down when a run was begun, before its first checkpoint; empty where it broke off before."""
    path = begun.folder / RECORD
    try:
        with open_file(path) as file:
            return as_record(file.read(MOST_BYTES))
    except (OSError, ValueError) as problem:
        if isinstance(problem, FileNotFoundError) and begun.checkpoint is None:
            return {}
        hint = f"put it back from a copy; or remove `{begun.folder}`, and `specrun run` the spec again"
        raise cannot_resume(begun.directory, f"its `{RECORD}` is damaged: {problem}", hint) from None


def _other_spec(begun: Begun) -> SpecError:
    hint = "put `spec.yaml` in it back as it was, or begin anew with `specrun run`"
    return cannot_resume(begun.directory, "its spec has changed since it was begun", hint)
