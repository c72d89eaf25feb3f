"""What an engine is given: one training, with everything about it decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from specrun.runtime.engines.samples import Samples

KERAS_ROWS = 32
"""The rows of a batch that Keras measures, left to itself."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Where a training begins: before the step `done` of an `epoch`, both from 0, or with no step to come at all."""

    epoch: int = 0
    done: int = 0
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """The training of a compiled Keras `model`.

    `train` has features, labels and, if given, the weights of rows; `validation` features and labels, if any.
    `batch_size` counts rows, as does `measured_batch_size`, that of what is measured; the row order of an epoch is a
    function of `seed` and the number of the epoch. `class_weight` is as Keras has it. A training that was broken off
    begins where it was, and one of the callbacks brings back what it was. Engines that take many steps at a time pause
    behind each `pause` of them, if that is given.
    """

    model: Any
    train: Samples
    validation: Samples | None
    batch_size: int
    epochs: int
    seed: int
    class_weight: dict[int, float] | None
    callbacks: list[Any]
    measured_batch_size: int = KERAS_ROWS
    begin: Begin = Begin()
    pause: int | None = None

    @property
    def steps(self) -> int:
        """The steps of an epoch; the last has the rows that are left."""
        return -(-self.train.rows // self.batch_size)

    @property
    def to_train(self) -> range:
        """The epochs of which there are steps to take, from 0."""
        return range(self.epochs if self.begin.is_over else self.begin.epoch, self.epochs)


class Engine(Protocol):
    """A way of training and of measuring. Each begins from the same seeds, which `keras.utils.set_random_seed` set.

    `each_step` says that a training may begin within an epoch.
    """

    each_step: bool

    def fit(self, job: Job) -> dict[str, list[float]]:
        """Train; the values of each measure, epoch by epoch."""
        ...

    def evaluate(self, model: Any, samples: Samples, batch_size: int = KERAS_ROWS) -> dict[str, float]:
        """The measures of a model on samples, taken in batches of so many rows."""
        ...
