"""What `make proof` proves, a row for each, by the module of its name: what is measured, how often in CI and here."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context

from tests.proof.result import Result


@dataclass(frozen=True, slots=True)
class Row:
    """A promise, and how often it is put to the proof; a `count` of 0 stands for all that there are."""

    measure: str
    in_ci: str
    asked: str
    count: int


ROWS: dict[str, Row] = {
    "fuzzed": Row(
        "fuzzed specs, each a plan or diagnostics with a place, within 1 s and 200 MB, no traceback",
        "5,000",
        "100,000",
        100_000,
    ),
    "drawn": Row(
        "specs drawn at random from the schema: script = run, bit for bit; script lint-clean and typed",
        "10",
        "500",
        500,
    ),
    "corrupted": Row("corrupted checkpoints and runs: a diagnostic, no wrong load", "500", "10,000", 10_000),
    "determinism": Row(
        "hash seeds, working directories, locales, fresh processes: script and weights byte-identical", "4", "20", 20
    ),
    "traps": Row("bombs and traps, each refused within 1 s and 200 MB with its code", "all", "all", 0),
    "audit": Row("audit events outside what is allowed", "0", "0", 0),
    "mutants": Row("mutants killed in the four modules", "-", "at least 95 %", 0),
    "wheel": Row(
        "the built wheel in an empty environment, from another folder, no write access to its own files",
        "yes",
        "yes",
        1,
    ),
}


def proven(name: str, count: int) -> Result:
    """What a row comes to, in a process of its own: some import TensorFlow, and some start others."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_prove, name, count).result()


def _prove(name: str, count: int) -> Result:
    result: Result = import_module(f"tests.proof.{name}").prove(count)
    return result
