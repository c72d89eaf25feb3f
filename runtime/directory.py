"""The directory that a run leaves: filled beside its final place, then moved there in one step.

Until then it is called as it will be with `.unfinished` behind. Where a run is broken off, that stays if it holds a
checkpoint to go on from.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from specrun.compiler.diagnostics import Diagnostic, Span, SpecError
from specrun.runtime.checkpoint import FILE as CHECKPOINT
from specrun.runtime.disk import FULL, flush, flush_folder

if TYPE_CHECKING:
    from filelock import FileLock

SUFFIX: Final = ".unfinished"
NAMELESS: Final = ("", "..")
"""The last parts of paths to folders that are not called by their own names."""
_REPLACED: Final = ".stopped"
_LOCK: Final = "lock"
_SCRATCH: Final = (".rows-*", ".fold-*")
"""What a process that was killed leaves of its own; that of one which lives is locked."""


class Taken(SpecError):
    """A directory that a run is to fill is there, or another run fills it."""

    def __init__(self, why: SpecError) -> None:
        super().__init__(why.diagnostics)


def unfinished(directory: Path) -> Path:
    """Where a run is until its end."""
    return directory.with_name(directory.name + SUFFIX)


def is_unfinished(folder: Path) -> bool:
    """Whether a folder is that of a run which has not come to its end."""
    return len(folder.name) > len(SUFFIX) and folder.name.endswith(SUFFIX)


def finished(folder: Path) -> Path:
    """Where a run will be at its end."""
    return folder.with_name(folder.name.removesuffix(SUFFIX)) if is_unfinished(folder) else folder


def next_directory(name: str, root: Path = Path("runs")) -> Path:
    """The first of `runs/<name>/1`, `runs/<name>/2`, … that is not there yet, nor on its way."""
    places = (root / name / str(number) for number in count(1))
    return next(path for path in places if not os.path.lexists(path) and not os.path.lexists(unfinished(path)))


def check_free(directory: Path) -> None:
    """Raise SpecError where a run would overwrite what is there, or the directory has no name of its own."""
    if directory.name in NAMELESS:
        raise _refused(directory, "is a folder that is in use", "name a new one in it with `--out`, such as `1`")
    try:
        taken = _is_taken(directory)
        begun = unfinished(directory).exists()
    except OSError as problem:
        raise _refused(directory, f"cannot be read: {problem.strerror}", "name another with `--out`") from None
    if taken:
        raise _there(directory)
    if begun:
        raise _begun(directory)


def _is_taken(directory: Path) -> bool:
    return os.path.lexists(directory) and (not _is_plain(directory) or any(directory.iterdir()))


def _there(directory: Path) -> Taken:
    return Taken(_refused(directory, "is there already", "name a new one with `--out`, or remove it first"))


def _begun(directory: Path) -> Taken:
    hint = f"`specrun run --resume {directory}` goes on with it; or name another with `--out`"
    return Taken(_refused(directory, "is that of a run that is not finished", hint))


def _is_plain(directory: Path) -> bool:
    """Whether it is a folder that another can take the place of: no link to one, and not the root of a disk."""
    return directory.is_dir() and not directory.is_symlink() and not os.path.ismount(directory)


@contextmanager
def written_at_once(
    directory: Path, begin: Callable[[Path, Path], None] = lambda *_: None, *, resumed: bool = False
) -> Iterator[Path]:
    """A folder to fill; it becomes `directory` when the block ends.

    What `begin` writes, told of the folder and of the directory, is in it from the moment on at which it is there. When
    the block fails, the folder stays if it holds a checkpoint, and else leaves nothing behind. With `resumed` it is
    there already, and takes the place of what may be in `directory`. Raises SpecError where the folder cannot be made
    or is in use, or `directory` has come to be in the meantime.
    """
    if not resumed:
        check_free(directory)
    folder = unfinished(directory)
    made = [parent for parent in directory.parents if not parent.exists()]
    try:
        if not resumed:
            _begin(folder, directory, begin)
        lock = _locked(folder, directory)
        for left in (path for pattern in _SCRATCH for path in folder.glob(pattern)):
            shutil.rmtree(left, ignore_errors=True)
    except OSError as problem:
        _remove_empty(made)
        hint = "name a folder that you may write to with `--out`"
        raise _refused(directory, f"cannot be made: {problem.strerror}", hint) from None
    try:
        yield folder
        (folder / _LOCK).unlink(missing_ok=True)
        flush(folder)
        _put_in_place(folder, directory, replacing=resumed)
    except OSError as problem:
        raise _unwritten(directory, problem) from problem
    finally:
        lock.release()
        if not (folder / CHECKPOINT).exists():
            shutil.rmtree(folder, ignore_errors=True)
        _remove_empty(made)


@contextmanager
def written_next(name: str, begin: Callable[[Path, Path], None]) -> Iterator[Path]:
    """As `written_at_once`, a folder that becomes the next directory of a name which no other run takes before."""
    with ExitStack() as stack:
        while True:
            with suppress(Taken):
                folder = stack.enter_context(written_at_once(next_directory(name), begin))
                break
        yield folder


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        with suppress(OSError):  # it holds a run
            folder.rmdir()


def _begin(folder: Path, directory: Path, begin: Callable[[Path, Path], None]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        begin(new, directory)
        new.chmod(0o755)
        _put(new, folder, directory)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _put(new: Path, folder: Path, directory: Path) -> None:
    """Give a new folder the name that keeps others from the directory. Raises Taken where one was faster."""
    try:
        new.rename(folder)
    except OSError:
        if os.path.lexists(folder):
            raise _begun(directory) from None
        raise
    if _is_taken(directory):  # by a run that has come to its end since we looked
        shutil.rmtree(folder)
        raise _there(directory)


def _locked(folder: Path, directory: Path) -> FileLock:
    """The lock of a run, which the system takes back when its process ends. Raises SpecError where another has it."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        hint = "wait for it, or stop it with Ctrl-C in its terminal"
        raise cannot_resume(directory, "it is being trained by another process", hint) from None
    return lock


def _put_in_place(folder: Path, directory: Path, *, replacing: bool) -> None:
    """Give a folder its final name; a run that was stopped, and is there, makes room for the one that went on."""
    replaced = directory.with_name(directory.name + _REPLACED)
    if replacing and directory.exists():
        shutil.rmtree(replaced, ignore_errors=True)
        directory.rename(replaced)
    try:
        folder.rename(directory)
    except OSError:
        raise _refused(directory, "has come to be while the run went on", "run again") from None
    flush_folder(directory.parent)
    shutil.rmtree(replaced, ignore_errors=True)


def cannot_resume(directory: Path, why: str, hint: str) -> SpecError:
    """The diagnostic for a run that cannot be gone on with."""
    message = f"`{directory}` cannot be resumed: {why}"
    return SpecError([Diagnostic("R110", message, Span("--resume", 1, 1, 2), hint)])


def _unwritten(directory: Path, problem: OSError) -> SpecError:
    """The diagnostic for a run that is trained and cannot be written down."""
    if problem.errno not in FULL:
        hint = "see that the folder is there and that you may write to it, or name another with `--out`"
        return _refused(directory, f"cannot be written: {problem.strerror or problem}", hint)
    hint = "make room there, or name a directory on another disk with `--out`"
    return SpecError([Diagnostic("R203", f"the disk of `{directory.parent}` is full", Span("--out", 1, 1, 2), hint)])


def _refused(directory: Path, why: str, hint: str) -> SpecError:
    return SpecError([Diagnostic("R101", f"the run directory `{directory}` {why}", Span("--out", 1, 1, 2), hint)])
