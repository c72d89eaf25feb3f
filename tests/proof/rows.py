"""What `make proof` proves, a row for each: what is measured, how often in CI and here, and what measures it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.proof import audit, corrupted, determinism, drawn, fuzzed, mutants, traps, wheel
from tests.proof.result import Result


@dataclass(frozen=True, slots=True)
class Row:
    """A promise and its proof; a `count` of 0 stands for all that there are."""

    measure: str
    in_ci: str
    asked: str
    count: int
    prove: Callable[[int], Result]


ROWS: dict[str, Row] = {
    "fuzzed": Row(
        "fuzzed specs, each a plan or diagnostics with a place, within 1 s and 200 MB, no traceback",
        "5,000",
        "100,000",
        100_000,
        fuzzed.prove,
    ),
    "drawn": Row(
        "specs drawn at random from the schema: script = run, bit for bit; script lint-clean and typed",
        "10",
        "500",
        500,
        drawn.prove,
    ),
    "corrupted": Row(
        "corrupted checkpoints and runs: a diagnostic, no wrong load", "500", "10,000", 10_000, corrupted.prove
    ),
    "determinism": Row(
        "hash seeds, working directories, locales, fresh processes: script and weights byte-identical",
        "4",
        "20",
        20,
        determinism.prove,
    ),
    "traps": Row("bombs and traps, each refused within 1 s and 200 MB with its code", "all", "all", 0, traps.prove),
    "audit": Row("audit events outside what is allowed", "0", "0", 0, audit.prove),
    "mutants": Row("mutants killed in the four modules", "-", "at least 95 %", 0, mutants.prove),
    "wheel": Row(
        "the built wheel in an empty environment, from another folder, no write access to its own files",
        "yes",
        "yes",
        1,
        wheel.prove,
    ),
}
