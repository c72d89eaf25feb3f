"""How the rows of a file differ from those of the training, by what was learnt of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from specrun.compiler.data import short
from specrun.compiler.plan import Plan

_FAR = 0.5
"""So many standard deviations between two means are worth a word."""
_MANY = 0.01
"""So large a share of the rows with texts that were never seen is, too."""


@dataclass(slots=True)
class _Numbers:
    """A column of numbers, of which the training rows had this `mean` and standard `deviation`."""

    mean: float
    deviation: float
    total: float = 0.0
    count: int = 0

    def add(self, values: Any) -> None:
        self.total += float(values.sum())
        self.count += int(values.count())

    def says(self, column: str) -> Iterator[str]:
        here = self.total / self.count if self.count else self.mean
        far = abs(here - self.mean) / self.deviation
        if far >= _FAR:
            yield (
                f"`{column}` is {here:.4g} in the mean, and was {self.mean:.4g} in training: "
                f"{far:.1f} standard deviations away"
            )


@dataclass(slots=True)
class _Texts:
    """A column of categories, of which the training rows had the `known` ones."""

    known: frozenset[str]
    rows: int = 0
    strange: dict[str, int] = field(default_factory=dict)

    def add(self, values: Any) -> None:
        self.rows += len(values)
        for text, count in values.fillna("").value_counts().items():
            if text not in self.known:
                self.strange[text] = self.strange.get(text, 0) + int(count)

    def says(self, column: str) -> Iterator[str]:
        strange = sum(self.strange.values())
        if strange > _MANY * self.rows:
            most = max(self.strange, key=lambda text: self.strange[text])
            example = f"such as `{short(most, 30)}`" if most else "none at all"
            yield f"`{column}`: {strange / self.rows:.1%} of the rows have what no training row has, {example}"


class Drift:
    """Looks at the data frames that are predicted; `learnt` is what was learnt in training, by kind and column."""

    def __init__(self, plan: Plan, learnt: Mapping[tuple[str, str], Any]) -> None:
        self._columns: dict[str, _Numbers | _Texts] = {}
        for group in plan.features:
            for name, source in zip(group.columns, group.sources, strict=True):
                mean, variance = learnt.get(("mean", name)), learnt.get(("variance", name))
                vocabulary = learnt.get(("vocabulary", name))
                if group.kind in ("number", "timeseries") and mean is not None and variance:
                    self._columns[source] = _Numbers(mean, sqrt(variance))
                elif group.kind == "category" and isinstance(vocabulary, list):
                    self._columns[source] = _Texts(frozenset(vocabulary))

    def watched(self, frames: Iterable[Any]) -> Iterator[Any]:
        """The frames, each looked at before it is given on."""
        for frame in frames:
            for column, found in self._columns.items():
                found.add(frame[column])
            yield frame

    def lines(self) -> list[str]:
        """What is to be said of the frames that were given on."""
        return [line for column, found in self._columns.items() for line in found.says(column)]
