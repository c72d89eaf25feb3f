"""Changes four modules in thousands of small ways, and has their tests notice each: `python -m tests.proof.mutants`.

The modules are those that promises stand on: what makes a text of a spec a literal, what checks scripts, what reads a
checkpoint, and what reads YAML. A mutant is killed where a test fails or does not end.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.proof.mutating import ROOT, Mutant, mutants_of
from tests.proof.result import Result
from tests.proof.trying import KILLED, SURVIVED, TIMEOUT, Failing, outcomes

LEAST_SHARE = 0.95
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
"""Mutants that no input tells from what was, each with the reason; they are counted on their own."""


@dataclass(frozen=True, slots=True)
class Part:
    """Files of a module, and the tests that kill their mutants; `only` names what is mutated of a file."""

    files: Mapping[str, tuple[str, ...]]
    tests: tuple[str, ...]


def _all(folder: str, *files: str) -> dict[str, tuple[str, ...]]:
    return {f"{folder}/{file}.py": () for file in files}


_SCRIPT = "compiler/script"
MODULES: Mapping[str, tuple[Part, ...]] = {
    "literals": (
        Part(_all(_SCRIPT, "literal"), ("unit/test_literal.py",)),
        Part(_all("compiler", "expressions"), ("unit/test_expressions.py", "unit/test_quoting.py")),
    ),
    "script check": (
        Part(
            {**_all(_SCRIPT, "environment", "layout"), f"{_SCRIPT}/rendering.py": ("checked",)},
            ("unit/test_templates.py",),
        ),
        Part(_all("compiler", "allowed"), ("unit/test_allowed.py", "unit/test_expressions.py")),
        Part(_all("tests/hostile", "trees", "comparing"), ("unit/test_hostile_trees.py",)),
    ),
    "checkpoint": (Part(_all("runtime", "checkpoint"), ("unit/test_checkpoint_state.py",)),),
    "reader": (
        Part(
            _all("compiler/reader", "compose", "documents", "frames", "limits", "nodes", "scalars", "source", "syntax"),
            ("unit/test_reader.py", "unit/test_reader_syntax.py", "unit/test_reader_exactly.py"),
        ),
    ),
}


@dataclass(slots=True)
class Count:
    """What came of the mutants of a module."""

    outcomes: Counter[str] = field(default_factory=Counter)
    equivalent: list[Mutant] = field(default_factory=list)
    survivors: list[Mutant] = field(default_factory=list)

    @property
    def killed(self) -> int:
        """How many the tests noticed."""
        return self.outcomes[KILLED] + self.outcomes[TIMEOUT]

    @property
    def share(self) -> float:
        """How many of those that can be noticed are."""
        return self.killed / max(self.outcomes.total() - len(self.equivalent), 1)

    def __str__(self) -> str:
        total = self.outcomes.total()
        return (
            f"{self.killed:,} of {total:,} killed, {self.killed / max(total, 1):.1%} "
            f"({self.outcomes[TIMEOUT]} by the clock), {self.share:.1%} without {len(self.equivalent)} equivalent ones"
        )


def prove(count: int = 0, seed: int | None = None, modules: Iterable[str] = MODULES) -> Result:
    """Try so many mutants drawn at random, or all of them, and hold each module against `LEAST_SHARE`."""
    seed = secrets.randbelow(10**6) if seed is None else seed
    parts = [(name, part, _mutants(part)) for name in modules for part in MODULES[name]]
    chosen = _drawn([mutant for _, _, mutants in parts for mutant in mutants], count, seed)
    known = equivalent()
    counts = {name: Count() for name in modules}
    faults: list[str] = []
    for name, part, mutants in parts:
        asked = [mutant for mutant in mutants if mutant in chosen]
        print(f"{name}: {len(asked):,} mutants of {', '.join(part.files)}", file=sys.stderr, flush=True)
        try:
            _add(counts[name], asked, outcomes(asked, _tests(part)), known)
        except Failing as failing:
            faults.append(f"{name}: {failing}")
    for name, found in counts.items():
        print(f"{name}: {found}", *found.survivors, sep="\n  ", flush=True)
    if not count:
        faults += [f"no such mutant survives: {change}" for change in _stale(known, counts, parts)]
    again = f"python -m tests.proof.mutants {count} --seed {seed}"
    faults += [
        f"{name}: {found.share:.1%} killed, fewer than {LEAST_SHARE:.0%}; {again} --only {name!r}"
        for name, found in counts.items()
        if found.share < LEAST_SHARE
    ]
    return Result("; ".join(f"{name}: {found}" for name, found in counts.items()), tuple(faults))


def equivalent() -> dict[tuple[str, str, str], str]:
    """The mutants that cannot be told from what was, each with the reason."""
    listed = tomllib.loads(EQUIVALENT.read_text("utf-8"))["mutant"]
    return {(each["file"], each["was"], each["becomes"]): each["reason"] for each in listed}


def _tests(part: Part) -> list[str]:
    return [str(ROOT / "tests" / test) for test in part.tests]


def _mutants(part: Part) -> list[Mutant]:
    return [mutant for file, only in part.files.items() for mutant in mutants_of(file, only)]


def _drawn(mutants: Sequence[Mutant], count: int, seed: int) -> set[Mutant]:
    return set(Random(seed).sample(mutants, min(count, len(mutants))) if count else mutants)


def _add(count: Count, mutants: Sequence[Mutant], found: Sequence[str], known: Iterable[tuple[str, str, str]]) -> None:
    count.outcomes.update(found)
    for mutant, outcome in zip(mutants, found, strict=True):
        if outcome == SURVIVED:
            (count.equivalent if mutant.change in known else count.survivors).append(mutant)


def _stale(
    known: Iterable[tuple[str, str, str]],
    counts: Mapping[str, Count],
    parts: Iterable[tuple[str, Part, Sequence[Mutant]]],
) -> list[tuple[str, str, str]]:
    """What is said of files that were mutated, and is no survivor."""
    files = {file for _, part, _ in parts for file in part.files}
    survivors = {mutant.change for found in counts.values() for mutant in found.equivalent}
    return [change for change in known if change[0] in files and change not in survivors]


def main() -> None:
    """Try, and say what came of it; ends with status 1 where too few are killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.mutants", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=0, help="how many, by default all")
    parser.add_argument("--seed", type=int, help="by default another one each time")
    parser.add_argument("--only", choices=MODULES, action="append", help="a module; may be given again")
    args = parser.parse_args()
    result = prove(args.count, args.seed, args.only or MODULES)
    print(*result.faults, sep="\n")
    sys.exit(0 if result.holds else 1)


if __name__ == "__main__":
    main()
