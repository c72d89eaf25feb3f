"""Specs drawn at random from the schema: the run and the script are one model, bit for bit, and scripts are clean.

A spec grows by one drawn piece at a time, out of the schema and the registries; what the compiler refuses is drawn
again. Each is trained live and by its script in one process; at the end, the linters and the type checker read all the
scripts. `python -m tests.proof.drawn 500` draws with another seed each time; `--only N` tries one spec again.
"""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.parity.linters import complaints
from tests.proof.drawn.coverage import everything
from tests.proof.drawn.trial import SCRIPTS, Trial, prepare, trials
from tests.proof.result import Result

_BATCH = 25
"""After so many specs a process ends, since TensorFlow keeps something of each graph."""
_WORKERS = 2
_ENOUGH = 100
"""Of so many specs, what never came up is named."""


def prove(count: int, seed: int | None = None) -> Result:
    """Draw and train so many specs, in two processes."""
    seed = secrets.randbelow(10**6) if seed is None else seed
    started = time.monotonic()
    with TemporaryDirectory(prefix="drawn-") as directory:
        folder = Path(directory)
        done, faults = [], []
        for found in _all(seed, count, folder):
            if isinstance(found, str):
                faults.append(found)
            else:
                done.append(found)
                print(f"{len(done)} of {count} specs, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        faults += read(folder, seed)
    faults += [fault_of(trial, seed) for trial in done if trial.fault]
    return Result(summary(done, seed, time.monotonic() - started), tuple(faults))


def read(folder: Path, seed: int) -> list[str]:
    """What linters and the type checker find fault with in the scripts of the specs that were tried."""
    found = complaints(sorted((folder / SCRIPTS).glob("*/*.py")), folder / SCRIPTS)
    return [f"seed {seed}, scripts `drawn_N.py` of the specs N:\n{found}"] if found else []


def fault_of(trial: Trial, seed: int) -> str:
    """A fault, and how it is made to happen again."""
    return f"python -m tests.proof.drawn --seed {seed} --only {trial.number}\n{trial.fault}"


def summary(trials: Iterable[Trial], seed: int, seconds: float) -> str:
    """The figures of some specs."""
    done = list(trials)
    refused = sum(1 for trial in done if trial.refused)
    faulty = sum(1 for trial in done if trial.fault)
    tried, taken = (sum(getattr(trial, field) for trial in done) for field in ("tried", "taken"))
    known, met = everything(), {word for trial in done for word in trial.met}
    never = f", not {', '.join(sorted(known - met))}" if known - met and len(done) >= _ENOUGH else ""
    return (
        f"{len(done)} specs, of which {len(done) - refused - faulty} are one model by run and script, a run refused"
        f" {refused} with a diagnostic and {faulty} are faulty; of {tried:,} drawn pieces the compiler took"
        f" {taken / max(tried, 1):.0%}; {len(known & met)} of {len(known)} kinds, options and families came up{never};"
        f" seed {seed}, {seconds:.0f} s"
    )


def _all(seed: int, count: int, folder: Path) -> Iterator[Trial | str]:
    """The trials as they are done, and what ended a process."""
    batches = [range(first, min(first + _BATCH, count)) for first in range(0, count, _BATCH)]
    with ProcessPoolExecutor(_WORKERS, get_context("spawn"), max_tasks_per_child=1) as pool:
        pool.submit(prepare, folder).result()
        waiting: dict[Future[list[Trial]], range] = {
            pool.submit(trials, seed, batch, folder): batch for batch in batches
        }
        for future in as_completed(waiting):
            try:
                yield from future.result()
            except Exception as problem:  # a process that was ended, such as by TensorFlow
                batch = waiting[future]
                yield f"seed {seed}, one of the specs {batch.start} to {batch.stop - 1}: {problem}"
