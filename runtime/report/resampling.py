"""Confidence intervals by the percentile bootstrap: the rows are drawn anew, with replacement (Efron 1979)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from specrun.runtime.report.measures import Weighted

RESAMPLES = 1000
LEVEL = 0.95
LEAST_ROWS = 5
"""Of fewer rows, drawing them anew tells nothing."""
_MOSTLY = 0.9
_SEED = 0
_COUNTS = 2**21
"""About so many counts are held at a time."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the bounds that hold it in 95% of the resamples; these are None where they cannot be told."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether there are bounds."""
        return self.low is not None


def resampled(measures: Sequence[Weighted | None], rows: int) -> list[Any]:
    """Each measure of the same resamples, `(RESAMPLES,)`; None for one that there is not, or where rows are few."""
    import numpy as np

    if rows < LEAST_ROWS:
        return [None for _ in measures]
    found: list[list[Any]] = [[] for _ in measures]
    for counts in _counts(rows):
        for values, measure in zip(found, measures, strict=True):
            if measure is not None:
                values.append(measure(counts))
    return [np.concatenate(values) if values else None for values in found]


def _counts(rows: int) -> Iterator[Any]:
    """How often each row is drawn in the resamples, `(some resamples, rows)` at a time."""
    import numpy as np

    generator = np.random.default_rng(_SEED)
    size = min(max(_COUNTS // rows, 1), RESAMPLES)
    for first in range(0, RESAMPLES, size):
        counts = np.empty((min(size, RESAMPLES - first), rows))
        for row in counts:
            row[:] = np.bincount(generator.integers(rows, size=rows), minlength=rows)
        yield counts


def whole(measure: Weighted, rows: int) -> float:
    """A measure of the rows as they are."""
    import numpy as np

    return float(measure(np.ones((1, rows)))[0])


def interval(value: float, values: Any) -> Interval:
    """The interval of a value, by those of the resamples; in most of them, it has to be a number."""
    import numpy as np

    known = [] if values is None else values[np.isfinite(values)]
    if len(known) < _MOSTLY * RESAMPLES or not np.isfinite(value):
        return Interval(value)
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(value, float(low), float(high))


def interval_of_mean(values: Any) -> Interval:
    """The mean of values, `(rows,)`, and its interval."""
    (means,) = resampled([lambda counts: counts @ values / counts.sum(axis=1)], len(values))
    return interval(float(values.mean()), means)
