"""Values as bars of a line of text: the curve of a measure through the epochs."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

CURVE = 32
"""How many bars a curve has at most."""
KEPT = 16 * CURVE
"""How many values are enough to make the bars of."""
_BARS = "▁▂▃▄▅▆▇█"


def curves(histories: Sequence[Sequence[float]], bars: int = CURVE) -> list[str]:
    """Values as bars of one scale, each the mean of as many epochs; a blank stands for what is not finite."""
    size = -(-max(map(len, histories)) // bars) or 1
    lines = [_of_each(values, size) for values in histories]
    finite = [mean for line in lines for mean in line if isfinite(mean)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    scale = (len(_BARS) - 1) / ((high - low) or 1)
    return ["".join(_BARS[round((m - low) * scale)] if isfinite(m) else " " for m in line) for line in lines]


def means(values: Sequence[float], most: int) -> list[float]:
    """The means of as many neighbours each, so many at most."""
    return _of_each(values, -(-len(values) // most) or 1)


def _of_each(values: Sequence[float], size: int) -> list[float]:
    return [_mean(values[i : i + size]) for i in range(0, len(values), size)]


class Thinned:
    """The values of a measure, however many epochs there are, as means of as many each: fewer than `KEPT` of them.

    To add one takes the same time whichever it is, and `values` may be read from another thread meanwhile.
    """

    def __init__(self) -> None:
        self._means: list[float] = []
        self._each, self._open = 1, (0.0, 0)

    def add(self, value: float) -> None:
        """Take the value of the next epoch."""
        total, count = self._open[0] + value, self._open[1] + 1
        if count < self._each:
            self._open = total, count
            return
        self._means.append(total / count)
        self._open = 0.0, 0
        if len(self._means) == KEPT:
            self._means = _of_each(self._means, 2)
            self._each *= 2

    @property
    def values(self) -> tuple[float, ...]:
        """The means, from the first epochs to the last; the last is of those that there are."""
        total, count = self._open
        return (*self._means, total / count) if count else tuple(self._means)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
