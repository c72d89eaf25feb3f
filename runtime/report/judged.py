"""The rows that a report is about: what is true of them, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from specrun.compiler.plan import Head, Plan, Task
from specrun.runtime.answers import HALF, chosen_of, places_of, shares_of
from specrun.runtime.network import Network
from specrun.runtime.prediction import Predictor

MOST_ROWS = 20_000
"""More rows than these say little more; a sample of so many stands for them."""
_MOST_IMAGES = 2_000
_BATCH_ROWS, _BATCH_IMAGES = 4096, 64
_SEED = 0

CLASSES, LABELS, NUMBERS = "classes", "labels", "numbers"


@dataclass(frozen=True, slots=True)
class Answers:
    """What is said of the rows of a head beside what is true of them.

    Of `CLASSES` there is one in each row: `truth` and `predicted` are places among the `names`, `(rows,)`, and
    `shares` the probability of each, `(rows, classes)`. Of `LABELS`, any number: `truth` and `predicted` are true and
    false and `shares` the probability of each, `(rows, labels)`. Of `NUMBERS`, `truth` and `predicted` are these,
    `(rows, numbers)`. There are no `shares` where nobody says how sure the answer is.
    """

    head: Head
    kind: str
    names: tuple[str, ...]
    truth: Any
    predicted: Any
    shares: Any = None

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def is_binary(self) -> bool:
        """Whether there are two classes, so that the probability of the second says all."""
        return self.kind == CLASSES and len(self.names) == 2


@dataclass(frozen=True, slots=True)
class Judged:
    """The rows of a part that a report looks at: `frame` has them, of a series the rows that the windows are of.

    The report may look at a sample of those that it could; `places` are those of its rows, or windows, among them.
    """

    part: str
    places: Any
    frame: Any
    answers: tuple[Answers, ...]

    @property
    def rows(self) -> int:
        """How many rows, or windows, the report looks at."""
        return len(self.places)


def judged(plan: Plan, network: Network, predictor: Predictor, part: str, frame: Any, labels: Any) -> Judged:
    """What the network says of the rows of a part, or of a sample of these, beside their labels."""
    import numpy as np
    import tensorflow as tf

    of = len(tf.nest.flatten(labels)[0])
    has_images = any(group.kind == "image" for group in plan.features)
    most = _MOST_IMAGES if has_images else MOST_ROWS
    if plan.series is not None:
        places = np.arange(min(of, most))
        looked_at = frame.iloc[: len(places) + plan.series.length - 1]
        outputs = predictor(network.raw(looked_at))
    else:
        places = sample(of, most)
        looked_at = frame.iloc[places]
        size = _BATCH_IMAGES if has_images else _BATCH_ROWS
        starts = range(0, len(places), size)
        batches = [predictor(network.raw(looked_at.iloc[first : first + size])) for first in starts]
        outputs = tf.nest.map_structure(lambda *each: np.concatenate(each), *batches)
    answers = tuple(
        answers_of(head, of_head(plan, head, labels)[places], of_head(plan, head, outputs)) for head in plan.heads
    )
    return Judged(part, places, looked_at, answers)


def sample(rows: int, most: int) -> Any:
    """The places of at most so many rows, in their order: the same ones each time."""
    import numpy as np

    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng(_SEED).choice(rows, most, replace=False))


def of_head(plan: Plan, head: Head, values: Any) -> Any:
    """What labels or outputs have for a head: of several heads, they are dictionaries."""
    return values[head.name] if len(plan.heads) > 1 else values


def answers_of(head: Head, labels: Any, output: Any) -> Answers:
    """What an output of the network says, beside the labels that the loss compares it with."""
    truth = truth_of(head, labels)
    return answered(Answers(head, kind_of(head), names_of(head, labels), truth, truth), output)


def answered(known: Answers, output: Any) -> Answers:
    """What an output of the network says of the same rows."""
    import numpy as np

    if known.kind == NUMBERS:
        return replace(known, predicted=np.asarray(output, "float64").reshape(known.truth.shape))
    if known.kind == LABELS:
        return replace(known, predicted=output > HALF, shares=_probabilities(output))
    shares = _probabilities(shares_of(known.head, np.asarray(output, "float64")))
    return replace(known, predicted=chosen_of(known.head, output), shares=shares)


def at(answers: Answers, places: Any) -> Answers:
    """The answers on some of the rows."""
    shares = None if answers.shares is None else answers.shares[places]
    return replace(answers, truth=answers.truth[places], predicted=answers.predicted[places], shares=shares)


def kind_of(head: Head) -> str:
    """What the answers of a head are."""
    if head.task in (Task.NUMBER, Task.NUMBERS):
        return NUMBERS
    return LABELS if head.task is Task.LABELS else CLASSES


def truth_of(head: Head, labels: Any) -> Any:
    """What labels, as the loss takes them, say of the rows: see `Answers`."""
    import numpy as np

    kind = kind_of(head)
    if kind == NUMBERS:
        return np.asarray(labels, "float64").reshape(len(labels), -1)
    return labels > HALF if kind == LABELS else places_of(head, labels)


def names_of(head: Head, labels: Any) -> tuple[str, ...]:
    """What the classes, labels or numbers of a head are called."""
    if kind_of(head) != NUMBERS:
        return tuple(map(str, head.classes))
    width = labels.reshape(len(labels), -1).shape[1]
    if width == len(head.columns):
        return head.columns
    return tuple(f"{head.columns[0]} +{step}" for step in range(1, width + 1))


def _probabilities(shares: Any) -> Any:
    """The shares, where they are probabilities: an output layer of one's own may give anything."""
    import numpy as np

    return shares if np.isfinite(shares).all() and shares.min() >= 0 and shares.max() <= 1 + 1e-5 else None
