"""Tries to make code of the texts of specs: `python -m tests.hostile 20000`. Ends with status 1 where that was done.

Processes of their own, each with an audit hook, try one spec after the other until that many different texts were
tried, and say what came of it. The same seed tries the same.
"""

from __future__ import annotations

import argparse
import itertools
import os
import secrets
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor

from specrun.compiler.script import TARGETS
from tests.hostile.scenes import SCENES
from tests.hostile.templates import keep_templates
from tests.hostile.trial import Tally, trial
from tests.hostile.watching import Watch

_ROUND = 2 * len(SCENES)
"""So many specs are one task."""
_REPORTED = 10
_EVERY_SECONDS = 60

_watch: Watch | None = None


def _prepare() -> None:
    global _watch
    keep_templates()
    _watch = Watch()


def _trials(seed: int, first: int, targets: tuple[str, ...]) -> Tally:
    tally = Tally()
    for number in range(first, first + _ROUND):
        tally.add(trial(seed, number, _watch, targets))
    return tally


def _run(count: int, seed: int, workers: int, targets: tuple[str, ...]) -> Tally:
    tally, rounds, told = Tally(), itertools.count(step=_ROUND), time.monotonic()
    with ProcessPoolExecutor(workers, initializer=_prepare) as pool:
        waiting: deque[Future[Tally]] = deque()
        while len(tally.texts) < count:
            while len(waiting) < 2 * workers:
                waiting.append(pool.submit(_trials, seed, next(rounds), targets))
            found = waiting.popleft().result()
            for fault in found.faults:  # at once: what comes later may break off
                print(fault, file=sys.stderr, flush=True)
            tally.add(found)
            if time.monotonic() > told + _EVERY_SECONDS:
                told = time.monotonic()
                print(f"{len(tally.texts):,} texts, {len(tally.faults)} faults", file=sys.stderr, flush=True)
        for future in waiting:
            future.cancel()
    return tally


def shown(tally: Tally) -> Iterator[str]:
    """The first faults of each kind in full, and of the others how each is made to happen again."""
    shown: Counter[str] = Counter()
    for fault in tally.faults:
        shown[fault.kind] += 1
        yield str(fault) if shown[fault.kind] <= _REPORTED else f"{fault.again}: {fault.kind}"


def _summary(tally: Tally, seed: int, seconds: float) -> str:
    kinds = Counter(fault.kind for fault in tally.faults)
    different, beyond = kinds["Different"], kinds["BeyondComputing"]
    other = kinds.total() - different - beyond
    lines = [
        f"{len(tally.texts):,} different texts in {tally.specs:,} specs, seed {seed}, in {seconds:,.0f} s",
        f"{different} differences of the tree, {beyond} audit events, {other} other faults",
        *(f"{target}: {tally.scripts[target]:,} scripts hold {tally.held[target]:,} texts" for target in tally.scripts),
    ]
    return "\n".join(lines)


def main() -> None:
    """Try, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=20_000, help="how many different texts")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="by default another one each time")
    parser.add_argument("--only", type=int, help="try the spec of this number alone")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--targets", default=",".join(TARGETS), help="separated by commas")
    args = parser.parse_args()
    targets, before = tuple(args.targets.split(",")), time.monotonic()
    print(f"seed {args.seed}", file=sys.stderr, flush=True)
    if args.only is None:
        tally = _run(args.count, args.seed, args.workers, targets)
    else:
        _prepare()
        tally = trial(args.seed, args.only, _watch, targets)
    print(*shown(tally), _summary(tally, args.seed, time.monotonic() - before), sep="\n")
    sys.exit(1 if tally.faults else 0)


if __name__ == "__main__":
    main()
