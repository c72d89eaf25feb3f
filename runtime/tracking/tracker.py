"""What a tracker is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from specrun.compiler.compilation import Compilation
from specrun.compiler.difference import words
from specrun.compiler.language.dump import plain
from specrun.runtime.results import FOLDS

Measures: TypeAlias = Mapping[str, Any]
"""The measures of a part of the rows by their names; those of the test rows have scores without a network in them."""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a run before it: its name, the digest of its spec, where it will be, and how it is trained."""

    name: str
    digest: str
    directory: Path
    settings: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, compilation: Compilation, directory: Path) -> About:
        """What a compiled spec says of its run."""
        training = plain(compilation.spec)["training"]
        settings = tuple((key, words(value)) for key, value in training.items() if key != "track")
        return cls(compilation.plan.name, compilation.plan.digest, directory, settings)


class Tracker(Protocol):
    """Notes down how a training goes; whatever one raises ends its part in it."""

    def epoch(self, epoch: int, measures: Mapping[str, float]) -> None:
        """An epoch, counted from 1, is at its end; measures of the validation rows have `val_` before their names."""

    def judged(self, epoch: int, metrics: Mapping[str, Measures], folder: Path) -> None:
        """The model is judged, after so many epochs; `folder` holds the spec and the script of the run."""

    def close(self, *, done: bool) -> None:
        """No more is to come: the training is `done`, or broke off."""


def scores(metrics: Mapping[str, Measures]) -> Iterator[tuple[str, str, float]]:
    """The measures of the test rows, and what scores without a network: the part, the measure and its value.

    Of folds, it is the mean of the measure.
    """
    yield from ((FOLDS, measure, each["mean"]) for measure, each in metrics.get(FOLDS, {}).items())
    for name, value in metrics.get("test", {}).items():
        if isinstance(value, Mapping):
            yield from ((name, measure, score) for measure, score in value.items())
        else:
            yield "test", name, value
