"""Comparing what takes time: in turns, round by round, since machines are noisy."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """What something took, round by round, in the unit that the measurement has."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as much one took as another: of each round one ratio."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)

    def __str__(self) -> str:
        return f"{short(self.median)}x ({short(min(self.values))} to {short(max(self.values))})"


def short(value: float) -> str:
    """A number with as many digits as a person compares."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def ratio(slow: Taken, fast: Taken) -> Ratio:
    """How many times as much the first took."""
    return Ratio(tuple(a / b for a, b in zip(slow.values, fast.values, strict=True)))


def in_turns(what: str, contestants: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, Taken]:
    """What each contestant takes, each once a round."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds):
        for name, measure in contestants.items():
            taken[name].append(measure())
            print(f"{what}, round {number + 1}: {name} {taken[name][-1]:.6g}", file=sys.stderr, flush=True)
    return {name: Taken(tuple(values)) for name, values in taken.items()}
