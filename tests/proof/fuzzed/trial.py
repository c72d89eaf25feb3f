"""The specs of a seed, tried one after the other in processes of their own."""

from __future__ import annotations

import re
import resource
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

from tests.proof.fuzzed.holding import hold
from tests.proof.fuzzed.lines import changed_text
from tests.proof.fuzzed.noise import noise
from tests.proof.fuzzed.odd import odd_tree
from tests.proof.fuzzed.schemas import Drawing
from tests.proof.fuzzed.seeds import Case, Seed, seeds
from tests.proof.fuzzed.trees import changed_tree
from tests.proof.fuzzed.writing import Writer

MOST_SECONDS = 1.0
MOST_BYTES = 200 * 10**6
_MOST_OF_A_PROCESS = 4 * 2**30
"""What a process may map, so that one that runs away ends."""
_HANGS_AFTER = 30
"""Seconds of CPU time, after which a spec is given up."""
_THOROUGH = 11
"""Of so many specs, one goes through the formatter and to the scripts, which takes longer than all the rest."""


class Hung(BaseException):
    """A spec that comes to no end."""


@dataclass(slots=True)
class Tally:
    """What was tried, and what came of it; each of `slowest` and `largest` with the number of its spec.

    `late` are the specs that took too long; on a machine that is busy with other things, these are no faults.
    """

    specs: Counter[str] = field(default_factory=Counter)
    plans: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, -1)
    largest: tuple[int, int] = (0, -1)
    faults: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count what another one counted."""
        self.specs += other.specs
        self.plans += other.plans
        self.codes += other.codes
        self.slowest = max(self.slowest, other.slowest)
        self.largest = max(self.largest, other.largest)
        self.faults += other.faults
        self.late += other.late


_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_PLAIN = frozenset(("extends", "parameters", "blocks"))
"""The keys that specs drawn from the schema cannot have: they are written out before it is asked."""


def _text(chance: Random, known: tuple[Seed, ...]) -> Case:
    seed, other = _good(chance, known), chance.choice(known)
    text = changed_text(chance, seed.text, other.text)
    as_text = chance.random() < 0.3
    return Case(text if as_text else text.encode("utf-8", "surrogatepass"), "spec.yaml", seed.folder)


def _tree(chance: Random, known: tuple[Seed, ...]) -> Case:
    read = [seed for seed in known if isinstance(seed.tree, dict)]
    seed, other = _good(chance, known), chance.choice(read)
    tree = changed_tree(chance, seed.tree, other.tree)
    return Case(Writer(chance, tidy=chance.random() < 0.7).document(tree), "spec.yaml", seed.folder)


def _good(chance: Random, known: tuple[Seed, ...]) -> Seed:
    """More often than not a spec that is right."""
    right = [seed for seed in known if seed.is_right]
    return chance.choice(right if chance.random() < 0.8 else [seed for seed in known if isinstance(seed.tree, dict)])


def _bytes(chance: Random, known: tuple[Seed, ...]) -> Case:
    seed = chance.choice(known)
    return Case(noise(chance, seed.text), "spec.yaml", seed.folder)


def _schema(chance: Random, known: tuple[Seed, ...]) -> Case:
    right = chance.choice([seed for seed in known if seed.is_right and not _PLAIN & seed.tree.keys()])
    spec = Drawing(chance, right.columns).spec(right.tree)
    return Case(Writer(chance, tidy=True).document(spec), "spec.yaml", right.folder)


def _yaml(chance: Random, known: tuple[Seed, ...]) -> Case:
    seed, other = chance.choice(known), chance.choice(known)
    words = [*_WORD.findall(seed.text), *_WORD.findall(other.text), "a"]
    text = Writer(chance, tidy=False).document(odd_tree(chance, words))
    return Case(text.encode("utf-8", "surrogatepass"), "spec.yaml", seed.folder)


SOURCES: Mapping[str, tuple[int, Callable[[Random, tuple[Seed, ...]], Case]]] = {
    "changed texts": (4, _text),
    "changed trees": (4, _tree),
    "specs of the schema": (4, _schema),
    "random YAML": (2, _yaml),
    "bytes": (2, _bytes),
}
"""Where specs come from, and how often."""
_TURNS = tuple(name for name, (often, _) in SOURCES.items() for _ in range(often))


def case_of(seed: int, number: int, workplace: Path) -> tuple[str, Case]:
    """The spec of a number, and the name of its source."""
    source = _TURNS[number % len(_TURNS)]
    return source, SOURCES[source][1](Random(f"{seed} {number}"), seeds(workplace))


def trials(seed: int, numbers: Iterable[int], workplace: Path) -> Tally:
    """Try the specs of some numbers in this process."""
    tally = Tally()
    for number in numbers:
        source, case = case_of(seed, number, workplace)
        tally.specs[source] += 1
        peak, usual = _peak_bytes(), _bytes_now()
        try:
            with _given_up():
                outcome = hold(case, every_row=number % 5 == 0, thorough=number % _THOROUGH == 0)
        except (Exception, Hung):
            tally.faults.append(f"{_again(seed, number)} ({source}):\n{traceback.format_exc(limit=-6)}")
            continue
        tally.plans[source] += outcome.is_plan
        tally.codes.update(outcome.codes)
        tally.slowest = max(tally.slowest, (outcome.seconds, number))
        taken = _peak_bytes() - usual if _peak_bytes() > peak else 0  # else it took less than one before it
        tally.largest = max(tally.largest, (taken, number))
        if outcome.seconds > MOST_SECONDS:
            tally.late.append(f"{_again(seed, number)} ({source}): takes {outcome.seconds:.2f} s")
        if taken > MOST_BYTES:
            outcome.faults.append(f"takes {taken / 1e6:.0f} MB")
        tally.faults += (f"{_again(seed, number)} ({source}): {fault}" for fault in outcome.faults[:3])
    return tally


def prepare(workplace: Path) -> None:
    """Do once what each process does once, and bound what a process may take."""
    trials(0, range(2 * len(_TURNS)), workplace)
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_OF_A_PROCESS, _MOST_OF_A_PROCESS))


def _again(seed: int, number: int) -> str:
    return f"--seed {seed} --only {number}"


def _peak_bytes() -> int:
    """The most memory that this process ever had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _bytes_now() -> int:
    """The memory that this process has, or at most had where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return _peak_bytes()


@contextmanager
def _given_up() -> Iterator[None]:
    def stop(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
        raise Hung(f"no end after {_HANGS_AFTER} s")

    old = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, _HANGS_AFTER)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)
