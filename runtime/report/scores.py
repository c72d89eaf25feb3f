"""The measures of the network and of others on the same rows, with their intervals, and what follows from them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from specrun.runtime.report.judged import Answers
from specrun.runtime.report.measures import Measure, measures_of
from specrun.runtime.report.models import Guess
from specrun.runtime.report.resampling import Interval, interval, resampled, whole

NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Scored:
    """What one of those who answer scores: in each measure, or None where that cannot be told."""

    name: str
    doc: str
    values: tuple[Interval | None, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """By how much the network is ahead of the best of the others in the main measure; above 0 is better."""

    name: str
    value: float
    ahead: Interval


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a head: the network's first."""

    head: str
    measures: tuple[Measure, ...]
    scored: tuple[Scored, ...]
    best: Beside | None
    failed: tuple[Guess, ...]

    @property
    def main(self) -> Measure:
        """The measure that all is told by."""
        return self.measures[0]

    @property
    def own(self) -> Interval | None:
        """The network's value of the main measure."""
        return self.scored[0].values[0]


def scores_of(answers: Answers, others: Sequence[Guess]) -> Scores:
    """The scores of a head and of those who answer in its stead, each on the same resamples of the rows."""
    measures = measures_of(answers)
    rows, count = len(answers), len(measures)
    there = (Guess(NETWORK, "the network of this run", answers), *(each for each in others if each.answers is not None))
    functions = [None if g.answers is None else measure.of(g.answers) for g in there for measure in measures]
    drawn = resampled(functions, rows)
    values = [None if f is None else interval(whole(f, rows), d) for f, d in zip(functions, drawn, strict=True)]
    scored = tuple(Scored(g.name, g.doc, tuple(values[i * count :][:count])) for i, g in enumerate(there))
    failed = tuple(guess for guess in others if guess.answers is None)
    return Scores(answers.head.name, measures, scored, _best(measures[0], scored, drawn[::count]), failed)


def _best(main: Measure, scored: Sequence[Scored], drawn: Sequence[Any]) -> Beside | None:
    """The best of the others, and how far the network is ahead, by the differences in the same resamples."""
    values = [math.nan if one.values[0] is None else one.values[0].value for one in scored]
    others = [i for i, value in enumerate(values) if i > 0 and not math.isnan(value)]
    if math.isnan(values[0]) or not others:
        return None
    sign = 1 if main.mode == "max" else -1
    place = max(others, key=lambda i: sign * values[i])
    ahead = None if drawn[0] is None else sign * (drawn[0] - drawn[place])
    return Beside(scored[place].name, values[place], interval(sign * (values[0] - values[place]), ahead))
