"""Which columns the network goes by: how much worse it is where one of them is shuffled (Breiman 2001)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from specrun.compiler.plan import Plan
from specrun.runtime.network import Network
from specrun.runtime.prediction import Predictor
from specrun.runtime.report.judged import NUMBERS, Answers, Judged, answered, at, of_head, sample
from specrun.runtime.report.measures import losses

MOST_ROWS, MOST_REPEATS = 2_000, 5
_PREDICTIONS = 200_000
"""So many rows are predicted at most, over all columns and repeats."""
_GIVEN = 20_000_000
"""So many raw values are given to the network for that at most, as far as there are rows enough then."""
_MULTIPLY_ADDS = 20_000_000_000
"""And so many multiplications are spent on them at most, as far as they are known."""
_VALUES = 50_000_000
"""So many raw values of rows are held at most."""
_LEAST_ROWS = 100
_TOGETHER = 4096
"""About so many rows are predicted at a time, of as many columns as that gives."""
_SEED = 0


@dataclass(frozen=True, slots=True)
class Column:
    """How much the loss grows where a column is shuffled: the mean of the repeats, and their standard deviation."""

    name: str
    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Importance:
    """The columns of a head by their importance, the largest first, told by so many `rows` and `repeats`.

    `loss` is what grows, and `base` what it is of the rows as they are.
    """

    head: str
    loss: str
    base: float
    rows: int
    repeats: int
    columns: tuple[Column, ...]


def importance(plan: Plan, network: Network, predictor: Predictor, judged: Judged) -> tuple[Importance, ...]:
    """The importance of each column for each head; none where there is one column alone, or too few rows."""
    import numpy as np

    sources = {n: s for g in plan.features if g.input is not None for n, s in zip(g.columns, g.sources, strict=True)}
    rows, repeats = _extent(plan, network, len(sources), judged.rows)
    if len(sources) < 2 or rows < 2:
        return ()
    frame, places = judged.frame, np.arange(rows)
    if plan.series is not None:
        frame = frame.iloc[: rows + plan.series.length - 1]
    else:
        places = sample(judged.rows, rows)
        frame = frame.iloc[places]
    raw = network.raw(frame)
    known = [at(answers, places) for answers in judged.answers]
    grown = np.zeros((len(known), len(sources), repeats))
    for repeat in range(repeats):
        order = np.random.default_rng((_SEED, repeat)).permutation(rows)
        for place, outputs in _shuffled(raw, tuple(sources), order, predictor):
            for values, answers in zip(grown, known, strict=True):
                said = answered(answers, of_head(plan, answers.head, outputs))
                values[place, repeat] = losses(said).mean()
    names = tuple(sources.values())
    return tuple(_importance(answers, values, names) for answers, values in zip(known, grown, strict=True))


def _extent(plan: Plan, network: Network, columns: int, rows: int) -> tuple[int, int]:
    """How many rows are shuffled, and how often: the fewer, the more columns there are, and the larger the network."""
    costs = [node.multiply_adds or 0 for node in plan.network.nodes]
    cost = max(sum(costs), network.model.count_params(), 1)
    values = sum(math.prod(axis or 1 for axis in given.shape[1:]) for given in network.inputs.values())
    predictions = min(_PREDICTIONS, _GIVEN // max(columns, 1), _MULTIPLY_ADDS // cost)
    most = max(predictions // max(columns, 1), _LEAST_ROWS)
    rows = min(rows, MOST_ROWS, most, max(_VALUES // max(values, 1), 1))
    return rows, max(min(MOST_REPEATS, most // max(rows, 1)), 1)


def _shuffled(
    raw: Mapping[str, Any], names: Sequence[str], order: Any, predictor: Predictor
) -> Iterator[tuple[int, Any]]:
    """The place of each column, and what the network says of the rows with that one shuffled; some at a time."""
    import tensorflow as tf

    rows = len(order)
    together = max(_TOGETHER // rows, 1)
    for first in range(0, len(names), together):
        some = names[first : first + together]
        tiled = {name: tf.concat([values] * len(some), 0) for name, values in raw.items()}
        for i, name in enumerate(some):
            shuffled = tf.gather(raw[name], order)
            tiled[name] = tf.concat([*[raw[name]] * i, shuffled, *[raw[name]] * (len(some) - i - 1)], 0)
        outputs = predictor(tiled)
        for i in range(len(some)):
            part = slice(i * rows, (i + 1) * rows)
            yield first + i, tf.nest.map_structure(lambda output, part=part: output[part], outputs)


def _importance(answers: Answers, values: Any, names: Sequence[str]) -> Importance:
    import numpy as np

    base = float(losses(answers).mean())
    grown = values - base
    columns = [Column(name, float(each.mean()), float(each.std())) for name, each in zip(names, grown, strict=True)]
    order = np.argsort([-column.mean for column in columns], kind="stable")
    ranked = tuple(columns[place] for place in order)
    return Importance(answers.head.name, name_of_loss(answers), base, len(answers), values.shape[1], ranked)


def name_of_loss(answers: Answers) -> str:
    """What `losses` are the mean of."""
    if answers.kind == NUMBERS:
        return "mean absolute error"
    return "share of wrong answers" if answers.shares is None else "log loss"
