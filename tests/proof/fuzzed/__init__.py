"""Fuzzed specs: each is a plan, or diagnostics with a place, and takes neither long nor much memory.

They come from shipped specs and those of tests, changed as texts and as trees; from the JSON Schema; from YAML drawn at
random; and from bytes. What is held for each stands in `holding`. `python -m tests.proof.fuzzed 100000` tries as many.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import sys
import time
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.proof.fuzzed.seeds import make_workplace
from tests.proof.fuzzed.trial import Tally, prepare, trials
from tests.proof.result import Result

__all__ = ["prove", "summary", "tried"]

_ROUND = 50
"""So many specs are one task."""
_EVERY_SECONDS = 60


def prove(count: int, seed: int | None = None, workers: int | None = None) -> Result:
    """Try as many specs, in processes of their own; the same seed tries the same."""
    before = time.monotonic()
    seed = secrets.randbelow(10**6) if seed is None else seed
    print(f"fuzzed specs: seed {seed}", file=sys.stderr, flush=True)
    tally = tried(count, seed, workers or os.cpu_count() or 1)
    return Result(f"{summary(tally)}; seed {seed}, {time.monotonic() - before:,.0f} s", (*tally.faults, *tally.late))


def tried(count: int, seed: int, workers: int) -> Tally:
    """What came of as many specs."""
    tally, told = Tally(), time.monotonic()
    # A process that is spawned has nothing of this one's memory, which may be large.
    context = multiprocessing.get_context("spawn")
    with TemporaryDirectory() as folder:
        make_workplace(Path(folder))
        with ProcessPoolExecutor(workers, mp_context=context, initializer=prepare, initargs=(Path(folder),)) as pool:
            starts = iter(range(0, count, _ROUND))
            waiting: deque[tuple[int, Future[Tally]]] = deque()
            while True:
                while len(waiting) < 2 * workers and (start := next(starts, None)) is not None:
                    numbers = range(start, min(start + _ROUND, count))
                    waiting.append((start, pool.submit(trials, seed, numbers, Path(folder))))
                if not waiting:
                    return tally
                start, future = waiting.popleft()
                try:
                    found = future.result()
                    tally.add(found)
                except BrokenProcessPool:
                    many = f"--only {start} to {start + (len(waiting) + 1) * _ROUND - 1}"
                    tally.faults.append(f"--seed {seed} {many}: one of these ended its process")
                    return tally
                for fault in (*found.faults, *found.late):
                    print(fault, file=sys.stderr, flush=True)
                if time.monotonic() > told + _EVERY_SECONDS:
                    told = time.monotonic()
                    print(f"{tally.specs.total():,} specs, {len(tally.faults)} faults", file=sys.stderr, flush=True)


def summary(tally: Tally) -> str:
    """The figures in one line."""
    (slowest, late), (largest, big) = tally.slowest, tally.largest
    plans = ", ".join(f"{tally.plans[source] / count:.0%} of {source}" for source, count in tally.specs.items())
    total = tally.specs.total()
    return (
        f"{total:,} specs: {tally.plans.total():,} plans ({plans}), {total - tally.plans.total():,} refused with"
        f" {len(tally.codes)} codes; at most {slowest:.2f} s (number {late}) and {largest / 1e6:.0f} MB (number {big})"
    )
