"""The specs of a seed, tried one after the other in processes of their own."""

from __future__ import annotations

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
from tests.proof.fuzzed.seeds import Case, Seed, seeds
from tests.proof.fuzzed.trees import changed_tree
from tests.proof.fuzzed.writing import Writer

MOST_SECONDS = 1.0
MOST_BYTES = 200 * 10**6
_HANGS_AFTER = 30
"""Seconds of CPU time, after which a spec is given up."""
_THOROUGH = 11
"""Of so many specs, one goes through the formatter and to the scripts, which takes longer than all the rest."""


class Hung(BaseException):
    """A spec that comes to no end."""


@dataclass(slots=True)
class Tally:
    """What was tried, and what came of it; each of `slowest` and `largest` with the number of its spec."""

    specs: Counter[str] = field(default_factory=Counter)
    plans: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, -1)
    largest: tuple[int, int] = (0, -1)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count what another one counted."""
        self.specs += other.specs
        self.plans += other.plans
        self.codes += other.codes
        self.slowest = max(self.slowest, other.slowest)
        self.largest = max(self.largest, other.largest)
        self.faults += other.faults


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


SOURCES: Mapping[str, tuple[int, Callable[[Random, tuple[Seed, ...]], Case]]] = {
    "changed texts": (4, _text),
    "changed trees": (4, _tree),
    "bytes": (1, _bytes),
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
        before = _peak_bytes()
        try:
            with _given_up():
                outcome = hold(case, every_row=number % 5 == 0, thorough=number % _THOROUGH == 0)
        except (Exception, Hung):
            tally.faults.append(f"{_again(seed, number)} ({source}):\n{traceback.format_exc(limit=-6)}")
            continue
        tally.plans[source] += outcome.is_plan
        tally.codes.update(outcome.codes)
        tally.slowest = max(tally.slowest, (outcome.seconds, number))
        tally.largest = max(tally.largest, (_peak_bytes() - _usual_bytes, number))
        if outcome.seconds > MOST_SECONDS:
            outcome.faults.append(f"takes {outcome.seconds:.2f} s")
        if _peak_bytes() > max(before, _usual_bytes + MOST_BYTES):
            outcome.faults.append(f"takes {(_peak_bytes() - _usual_bytes) / 1e6:.0f} MB")
        tally.faults += (f"{_again(seed, number)} ({source}): {fault}" for fault in outcome.faults[:3])
    return tally


_usual_bytes = 0


def prepare(workplace: Path) -> None:
    """Do once what each process does once, and bound what a process may take."""
    global _usual_bytes
    trials(0, range(2 * len(_TURNS)), workplace)
    _usual_bytes = _peak_bytes()
    most = 8 * 2**30
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _again(seed: int, number: int) -> str:
    return f"--seed {seed} --only {number}"


def _peak_bytes() -> int:
    """The most memory that this process ever had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


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
