"""Tries mutants with tests: those in functions on what is imported and collected already, the others on a fresh import.

Each is tried in a process of its own. Tests whose examples are drawn have no part: who is killed is no matter of luck.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import inspect
import json
import os
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from mmap import mmap
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType
from typing import Any

from tests.proof.mutating import ROOT, Mutant

_LIBRARIES = ("click.testing", "hypothesis", "jinja2", "jsonschema", "markdown_it", "numpy", "pytest", "rich", "yaml")
_OPTIONS = ("-s", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not slow and not hypothesis")
_MEMORY_BYTES = 4 * 2**30
_SLOW = 3.0
"""Tests that take more seconds of a processor than these are left out, which can only let more survive."""
_SECONDS = 4
"""So many seconds of a processor each test may take, and ten times what it takes without a mutant."""
_EVERY_SECONDS = 60

SURVIVED, KILLED, TIMEOUT = "survived", "killed", "timeout"
_PASSED, _FAILED, _ANOTHER_CLOSURE = 0, 1, 77


class Failing(Exception):
    """Tests that fail without any mutant, so that they can kill none."""


def outcomes(mutants: Sequence[Mutant], tests: Sequence[str]) -> list[str]:
    """What some files of tests say of each mutant. Raises Failing."""
    for library in _LIBRARIES:
        importlib.import_module(library)
    with TemporaryDirectory() as folder:
        found = Path(folder) / "found"
        status = _forked(partial(_session, _Collected(mutants, found), tests, folder), 24 * 3600)
        if status != _PASSED:
            raise Failing(f"these fail without a mutant, or are not found: {' '.join(tests)}")
        seconds, statuses = json.loads(found.read_text())
        for n, mutant in enumerate(mutants):
            if statuses[n] is None:
                statuses[n] = _forked(partial(_imported, mutant, seconds, tests, folder), _limit(seconds))
    return [{_PASSED: SURVIVED, -signal.SIGALRM: TIMEOUT, -signal.SIGPROF: TIMEOUT}.get(s, KILLED) for s in statuses]


def _imported(mutant: Mutant, seconds: dict[str, float], tests: Sequence[str], folder: str) -> int:
    sys.meta_path.insert(0, _Finder(mutant))
    return _session(_Once(seconds), tests, folder)


def _session(plugin: object, tests: Sequence[str], folder: str) -> int:
    import pytest

    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    for name in [name for name in sys.modules if name.partition(".")[0] in ("specrun", "tests")]:
        del sys.modules[name]
    return int(pytest.main([*_OPTIONS, f"--basetemp={folder}/tests", *tests], plugins=[plugin]))


def _forked(action: Callable[[], int], seconds: int) -> int:
    """The status of a process that does something, or less than 0 if a signal ended it."""
    process = os.fork()
    if process:
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        with suppress(ProcessLookupError):
            os.killpg(process, signal.SIGKILL)  # what it started
        return status
    try:
        os.setsid()
        signal.alarm(seconds)
        os._exit(action())
    except BaseException:
        os._exit(_FAILED)


def _spent() -> float:
    """The seconds of a processor that this process took, and those that it waited for."""
    return sum(os.times()[:4])


def _limit(seconds: dict[str, float]) -> int:
    return 60 + round(20 * sum(seconds.values()))


class _Once:
    """Has pytest run first what fails most often, then what takes least, and end at the first failure."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds, self._measured = seconds, dict[str, float]()
        self._failed = False
        self._failures: Counter[int] = Counter()
        self._last = mmap(-1, 8)  # the test that is run, as a process tells the one that forked it

    def pytest_runtestloop(self, session: Any) -> bool:
        """Run the tests that were collected, if all could be."""
        if not session.testsfailed:
            self._run(session)
            session.testsfailed = int(self._failed)
        return True

    def _run(self, session: Any) -> int:
        os.dup2(os.open(os.devnull, os.O_RDWR), 2)
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY_BYTES, _MEMORY_BYTES))
        known = self.seconds or {item.nodeid: 0.0 for item in session.items}
        items = [(-self._failures[n], known[item.nodeid], n) for n, item in enumerate(session.items)]
        for _, seconds, n in sorted(item for item in items if item[1] < _SLOW):
            item, began = session.items[n], _spent()
            self._last[:] = n.to_bytes(8)
            signal.setitimer(signal.ITIMER_PROF, (_SECONDS + 10 * seconds) if self.seconds else 0)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            self._measured[item.nodeid] = _spent() - began
            if self._failed:
                return _FAILED
        return _PASSED

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note what came of a part of a test."""
        self._failed |= report.failed


class _Collected(_Once):
    """Collects the tests once, and runs them on one mutant after the other, each in a process of its own."""

    def __init__(self, mutants: Sequence[Mutant], found: Path) -> None:
        super().__init__({})
        self._mutants, self._found = mutants, found

    def pytest_runtestloop(self, session: Any) -> bool:
        """Try the mutants, and write down the seconds of each test and the status of each mutant."""
        if session.testsfailed or not session.items or _forked(partial(self._measure, session), 600) != _PASSED:
            session.testsfailed = 1
            return True
        self.seconds = json.loads(self._found.read_text())
        gc.freeze()
        statuses: list[int | None] = []
        told = time.monotonic()
        for mutant in self._mutants:
            status = _ANOTHER_CLOSURE
            if mutant.function:
                status = _forked(partial(self._swapped, mutant, session), _limit(self.seconds))
            if status != _PASSED:
                self._failures[int.from_bytes(self._last)] += 1
            statuses.append(None if status == _ANOTHER_CLOSURE else status)
            if time.monotonic() > told + _EVERY_SECONDS:
                told = time.monotonic()
                passed = statuses.count(_PASSED)
                print(f"{len(statuses)} of {len(self._mutants)} mutants, {passed} survive", file=sys.stderr, flush=True)
        self._found.write_text(json.dumps([self.seconds, statuses]))
        return True

    def _measure(self, session: Any) -> int:
        status = self._run(session)
        self._found.write_text(json.dumps(self._measured))
        return status

    def _swapped(self, mutant: Mutant, session: Any) -> int:
        try:
            _swap(mutant)
        except ValueError:
            return _ANOTHER_CLOSURE
        return self._run(session)


def _swap(mutant: Mutant) -> None:
    """Put the code of the mutant in the place of its function's. Raises ValueError where it cannot stand there."""
    code: Any = compile(mutant.source, str(ROOT / mutant.file), "exec", dont_inherit=True)
    owner: Any = sys.modules.get(_module(mutant)) or importlib.import_module(_module(mutant))
    for part in mutant.function.split("."):
        code = next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == part)
        owner = vars(owner)[part]
    if hasattr(owner, "cache_clear"):
        owner.cache_clear()
    owner = getattr(owner, "fget", None) or getattr(owner, "__func__", owner)
    inspect.unwrap(owner).__code__ = code


def _module(mutant: Mutant) -> str:
    parts = Path(mutant.file).with_suffix("").parts
    return ".".join(parts if parts[0] == "tests" else ("specrun", *parts))


class _Finder(MetaPathFinder):
    """Gives the source of a mutant where its module is imported."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant, self._name = mutant, _module(mutant)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:  # noqa: ARG002
        """The module if it is the one that the mutant changes."""
        if name != self._name:
            return None
        file = str(ROOT / self._mutant.file)
        return importlib.util.spec_from_file_location(name, file, loader=_Loader(name, file, self._mutant.source))


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        """The code of the mutant, which no cache holds."""
        return compile(self._source, self.path, "exec", dont_inherit=True)
