"""The measures of the network and of others on the same rows, with their intervals, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    there = [(Guess(NETWORK, "the network of this run", answers), answers)]
    there += [(guess, guess.answers) for guess in others if guess.answers is not None]
    functions = [measure.of(given) for _, given in there for measure in measures]
    rows = len(answers)
    drawn = resampled(functions, rows)
    values = [None if function is None else whole(function, rows) for function in functions]
    count = len(measures)
    scored = tuple(
        Scored(
            guess.name,
            guess.doc,
            tuple(
                None if value is None else interval(value, many)
                for value, many in zip(values[i * count :][:count], drawn[i * count :][:count], strict=True)
            ),
        )
        for i, (guess, _) in enumerate(there)
    )
    failed = tuple(guess for guess in others if guess.answers is None)
    best = _best(measures[0], [guess.name for guess, _ in there], values[::count], drawn[::count])
    return Scores(answers.head.name, measures, scored, best, failed)


def _best(
    main: Measure, names: Sequence[str], values: Sequence[float | None], drawn: Sequence[object]
) -> Beside | None:
    """The best of the others, and how far the network is ahead, by the differences in the same resamples."""
    known = [i for i, value in enumerate(values) if value is not None and value == value]
    others = [i for i in known if i > 0]
    if 0 not in known or not others:
        return None
    sign = 1 if main.mode == "max" else -1
    place = max(others, key=lambda i: sign * (values[i] or 0.0))
    one, other = values[0], values[place]
    assert one is not None
    assert other is not None
    ahead = None if drawn[0] is None else sign * (drawn[0] - drawn[place])  # type: ignore[operator]
    return Beside(names[place], other, interval(sign * (one - other), ahead))
