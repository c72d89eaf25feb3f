"""What a command of specrun may do beyond computing, in terms of Python's audit events; all else is a fault.

https://docs.python.org/3/library/audit_events.html lists the events.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import CodeType
from typing import Any

CANARY = "specrun_canary"
"""Stands in every text of a hostile spec that would do something: code which names it came from one."""

_HARMLESS = """
    array.__new__ builtins.id compile gc.get_objects gc.get_referents gc.get_referrers marshal.load marshal.loads
    object.__delattr__ object.__getattr__ object.__setattr__ os.putenv os.unsetenv signal.pthread_kill sys._getframe
    sys._getframemodulename sys.setswitchinterval time.sleep
""".split()  # noqa: SIM905 - a list of words
"""They look at the process itself, or change its own memory; to run what was compiled is an event of its own."""

_SYSTEM = (
    *(os.devnull, "/dev/urandom", "/usr/share/zoneinfo/"),
    *("/proc/self/", f"/proc/{os.getpid()}/", "/proc/meminfo", "/proc/stat", "/proc/vmstat", "/sys/fs/cgroup/"),
)
"""Chance, the zones of time, and what the system says of the process and of the memory that it may have."""


_PASSING = (".specrun.", ".run.unfinished.")
"""How files and folders are called that take their names when they are whole."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a command names: files and folders to read, and those to write, with all that is in them."""

    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    scratch: str = ""
    """A folder for what is passing, such as functions that TensorFlow writes anew."""


@dataclass(slots=True)
class Policy:
    """Judges audit events while it looks; a process has one of it, since a hook stays.

    `packages` are the folders that Python imports from, `imports` the packages beside the standard library.
    """

    packages: tuple[str, ...]
    imports: frozenset[str]
    named: Named = Named()
    faults: Counter[str] = field(default_factory=Counter)
    events: int = 0
    _is_looking: bool = False
    _is_judging: bool = False

    def __post_init__(self) -> None:
        sys.addaudithook(self._see)

    @contextmanager
    def looking(self, named: Named) -> Iterator[None]:
        """Judge what the block does, which names these files."""
        self.named, self._is_looking = named, True
        try:
            yield
        finally:
            self._is_looking = False

    def _see(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._is_looking or self._is_judging or event in _HARMLESS:
            return
        self._is_judging = True
        try:
            self.events += 1
            judge = _JUDGES.get(event)
            if judge is None or not judge(self, *arguments):
                self.faults[f"{event} {arguments!r:.300}"] += 1
        finally:
            self._is_judging = False

    def may_read(self, path: Any) -> bool:
        """Whether a file is part of Python, its packages or the system, or is named."""
        if isinstance(path, int) or path in sys.path:  # it was opened before; all of what is imported from may be one
            return True
        real = _real(path)
        return (
            _is_within(real, (*self.packages, *self.named.reads, *self.named.writes))
            or real.startswith(_SYSTEM)
            or self._is_scratch(real)
            or self._is_passing(real)
        )

    def may_write(self, path: Any) -> bool:
        """Whether a file is named, or lies beside one that is and will be renamed to it."""
        if isinstance(path, int):
            return True
        real = _real(path)
        if _is_within(real, self.named.writes) or real == os.devnull or self._is_scratch(real):
            return True
        return self._is_passing(real)

    def may_list(self, path: Any) -> bool:
        """Whether the names in a folder may be looked at: those beside a named file, for one that was misspelt."""
        if path is None or isinstance(path, int):
            return path is not None or self.may_list(os.getcwd())
        beside = tuple(map(os.path.dirname, (*self.named.reads, *self.named.writes)))
        return self.may_read(path) or _real(path) in beside

    def may_open(self, path: Any, mode: Any, flags: int) -> bool:
        """Whether a file may be opened so."""
        if _writes(mode, flags):
            return self.may_write(path)
        return self.may_read(path) or (os.path.dirname(path) == "" and _is_removing())

    def may_import(self, module: str, *_: object) -> bool:
        """Whether a module is of the standard library, of specrun or of a package that it asks for."""
        top = module.partition(".")[0]
        return top in self.imports or top in sys.stdlib_module_names or top.startswith("_")

    def may_run(self, code: Any) -> bool:
        """Whether code is that of a package, and nothing in it is from a spec."""
        if not isinstance(code, CodeType) or _has_canary(code):
            return False
        file = code.co_filename
        return file.startswith("<") or _is_within(_real(file), self.packages) or self._is_scratch(file)

    def may_load(self, library: Any) -> bool:
        """Whether a library of the system or of a package may be loaded."""
        return library is None or os.sep not in str(library) or _is_within(_real(library), self.packages)

    def _is_passing(self, path: str) -> bool:
        folder, name = os.path.split(path)
        return name.startswith(_PASSING) and any(os.path.dirname(to) == folder for to in self.named.writes)

    def _is_scratch(self, path: str) -> bool:
        return bool(self.named.scratch) and _is_within(path, (self.named.scratch,))

    def may_make(self, _: bytes, file: str, *__: object) -> bool:
        """Whether code may be made of the code of a function, as `types.coroutine` does."""
        return file.startswith("<") or _is_within(_real(file), self.packages)


Judge = Callable[..., bool]


def _written(policy: Policy, path: Any, *more: Any) -> bool:
    """Whether a path may be changed, which may be relative to an open folder: its descriptor then comes last."""
    folder = more[-1] if more else None
    if isinstance(folder, int) and folder > 0 and not os.path.isabs(path):
        path = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), path)
    return policy.may_write(path)


def _both_written(policy: Policy, path: Any, other: Any, *_: Any) -> bool:
    return policy.may_write(path) and policy.may_write(other)


_JUDGES: Mapping[str, Judge] = {
    "open": Policy.may_open,
    "import": Policy.may_import,
    "exec": Policy.may_run,
    "code.__new__": Policy.may_make,
    "ctypes.dlopen": Policy.may_load,
    "ctypes.dlsym": lambda *_: True,
    "ctypes.dlsym/handle": lambda *_: True,
    "glob.glob": lambda policy, pattern, *_: policy.may_list(os.path.dirname(pattern) or "."),
    "glob.glob/2": lambda policy, pattern, *_: policy.may_list(os.path.dirname(pattern) or "."),
    "os.listdir": Policy.may_list,
    "os.scandir": Policy.may_list,
    "os.walk": lambda policy, path, *_: policy.may_list(path),
    "pathlib.Path.glob": lambda policy, path, *_: policy.may_list(path),
    "pathlib.Path.rglob": lambda policy, path, *_: policy.may_list(path),
    **dict.fromkeys(("os.mkdir", "os.rmdir", "os.remove", "os.chmod", "os.truncate", "os.utime"), _written),
    **dict.fromkeys(("shutil.rmtree", "tempfile.mkstemp", "tempfile.mkdtemp"), _written),
    **dict.fromkeys(("os.rename", "os.link", "shutil.move"), _both_written),
    "shutil.copyfile": lambda policy, source, to: policy.may_read(source) and policy.may_write(to),
    "shutil.copymode": lambda policy, source, to: policy.may_read(source) and policy.may_write(to),
    "fcntl.flock": lambda *_: True,
}


def _writes(mode: Any, flags: int) -> bool:
    if isinstance(mode, str):
        return bool(set(mode) & set("wax+"))
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND))


def _is_removing() -> bool:
    """Whether a folder is being removed, which was judged by its path: what is in it goes by names alone."""
    frame = sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return frame.f_code.co_name == "_rmtree_safe_fd"


def _is_within(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(f"{folder}{os.sep}") for folder in folders)


@cache
def _real(path: Any) -> str:
    return os.path.realpath(os.fsdecode(path))


def _has_canary(code: CodeType) -> bool:
    words = [*code.co_names, *code.co_varnames, *(const for const in code.co_consts if isinstance(const, str | bytes))]
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    return any(CANARY in str(word) for word in words) or any(map(_has_canary, inner))
