"""Bombs and traps: whatever a spec, its data or the places that it names are, a command ends soon, small, with a code.

`python -m tests.proof.traps 0` springs all of them; a number springs no more than the first so many.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tests.proof.result import Result
from tests.proof.traps import of_data, of_outputs, of_places, of_sizes, of_specs
from tests.proof.traps.trap import CPU_S, Outcome, Trap, Unable, a_folder, run, spring

TRAPS: Final[Sequence[Trap]] = (*of_specs.TRAPS, *of_data.TRAPS, *of_outputs.TRAPS, *of_places.TRAPS)
"""Those that the tests spring in processes of their own, too."""
_ALL: Final[Sequence[Trap]] = (*TRAPS, *of_sizes.TRAPS)
_AT_ONCE: Final = 2


def sprung(traps: Sequence[Trap]) -> Iterator[tuple[Trap, Outcome | None]]:
    """What each trap comes to, in their order; None of one that cannot be laid here."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        yield from zip(traps, threads.map(_sprung, traps), strict=True)


def prove(count: int = 0) -> Result:
    """Spring all traps, or the first `count` of them; what a command computes is counted without Python's start."""
    start_s = _start_s()
    light: list[tuple[float, int]] = []
    faults, unable, done, told_s = [], 0, 0, time.monotonic()
    for trap, outcome in sprung(_ALL[: count or None]):
        done += 1
        if outcome is None:
            unable += 1
            continue
        seconds = outcome.cpu_s - start_s
        found = [*outcome.faults]
        if not trap.heavy:
            light.append((seconds, outcome.memory))
            found += [f"computed for {seconds:.1f} s"] if seconds > CPU_S else []
        faults += [f"{trap.name}: `specrun {trap.command[:80]}` {'; '.join(found)}"] if found else []
        if time.monotonic() - told_s > 60:
            told_s = time.monotonic()
            print(f"{done} traps, {len(faults)} faults", file=sys.stderr, flush=True)
    slowest, largest = (max(each, default=0) for each in zip(*light, strict=True)) if light else (0, 0)
    seen = (
        f"{done - unable} traps, {done - unable - len(faults)} held, at most {slowest:.1f} s"
        f" beside {start_s:.1f} s of Python's start, and {largest / 1e6:.0f} MB"
    )
    return Result(f"{seen}; {unable} cannot be laid here" if unable else seen, tuple(faults))


def _sprung(trap: Trap) -> Outcome | None:
    try:
        return spring(trap)
    except Unable:
        return None


def _start_s() -> float:
    """How long a command computes that is refused at once."""
    with a_folder() as folder:
        return min(run(Trap("", lambda _: None), folder).cpu_s for _ in range(3))
