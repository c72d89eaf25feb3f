"""What an engine is given: one training, with everything about it decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Job:
    """The training of a compiled Keras `model`.

    `train` are features, labels and, if given, the weights of rows, as tensors of all rows; `validation` the pair of
    features and labels, or None. `batch_size` and `rows` (how many there are to train on) count rows; the row order of
    an epoch is a function of `seed` and the number of the epoch. `class_weight` is as Keras has it.
    """

    model: Any
    train: tuple[Any, ...]
    validation: tuple[Any, Any] | None
    rows: int
    batch_size: int
    epochs: int
    seed: int
    class_weight: dict[int, float] | None
    callbacks: list[Any]

    @property
    def steps(self) -> int:
        """The steps of an epoch; the last has the rows that are left."""
        return -(-self.rows // self.batch_size)


class Engine(Protocol):
    """A way of training and of measuring. Each begins from the same seeds, which `keras.utils.set_random_seed` set."""

    def fit(self, job: Job) -> dict[str, list[float]]:
        """Train; the values of each measure, epoch by epoch."""
        ...

    def evaluate(self, model: Any, features: Any, labels: Any) -> dict[str, float]:
        """The measures of a model on these rows."""
        ...
