"""Sentences that follow from the facts: the verdict on a head, and the limits of a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specrun.compiler.plan import Plan, Task
from specrun.runtime.report.columns import Target
from specrun.runtime.report.facts import OfHead
from specrun.runtime.report.resampling import Interval
from specrun.runtime.report.scores import Scores
from specrun.runtime.report.words import bounds, counted, percent, shown

_FEW_ROWS = 200
_RARE = 0.1
_CLEAR = 3.0
"""So many standard errors are a clear difference, among the many slices that are looked at."""
_OVERFIT = 1.3
_OFF = 0.1


def verdict(scores: Scores, unit: str, *, several: bool) -> str:
    """How good the network is, beside the best of the others."""
    own = scores.own
    assert own is not None
    of = f"{scores.head}: the" if several else "The"
    said = f"{of} {scores.main.name} is {bounds(own)} on {unit}."
    best = scores.best
    if best is None:
        return said
    other = f"{_the(best.name)}, which scores {shown(best.value)}"
    if not best.ahead.is_known:
        ahead = best.ahead.value
        word = "is ahead of" if ahead > 0 else "is behind" if ahead < 0 else "scores the same as"
        return f"{said} The network {word} {other}; so few rows do not tell whether that is chance."
    low, high = best.ahead.low, best.ahead.high
    assert low is not None
    assert high is not None
    if low > 0:
        return f"{said} The network beats {other}, by {bounds(best.ahead)}."
    if high < 0:
        return f"{said} The network does not beat {other}: it is behind by {bounds(_turned(best.ahead))}."
    if low == high == 0:
        return f"{said} The network answers as well as {other}, and no better."
    if best.ahead.value >= 0:
        return f"{said} The network is ahead of {other}, by {bounds(best.ahead)}: that may be chance."
    return f"{said} The network is behind {other}, by {bounds(_turned(best.ahead))}: that may be chance."


def _the(name: str) -> str:
    """Who answers, as a sentence has it."""
    return name if name.endswith(("regression", "boosting")) else f"the {name}"


def _turned(value: Interval) -> Interval:
    assert value.low is not None
    assert value.high is not None
    return Interval(-value.value, -value.high, -value.low)


def limits(
    plan: Plan,
    part: str,
    rows: int,
    heads: tuple[OfHead, ...],
    targets: tuple[Target, ...],
    measured: Mapping[str, Any],
) -> Iterator[str]:
    """What one has to know before one relies on the model."""
    unit = "windows" if plan.series is not None else "rows"
    if part == "train":
        yield f"No {unit} were kept apart: it is judged on those that it was trained on, which says nothing of others."
    elif part == "validation":
        yield f"There are no test {unit}: it is judged on the validation {unit}, which the training may have gone by."
    if heads and rows < _FEW_ROWS:
        yield f"It is judged on {counted(rows, unit.removesuffix('s'))} alone: others may well score otherwise."
    yield from _overfit(part, measured)
    for head in heads:
        where = f"{head.name}: " if len(heads) > 1 else ""
        best = head.scores.best
        if best is not None and (best.ahead.value <= 0 or (best.ahead.low is not None and best.ahead.low <= 0)):
            yield f"{where}It does not clearly beat {_the(best.name)}."
        yield from (f"{where}{each}" for each in _of_head(head))
    for target in targets:
        yield from _imbalance(target)


def _overfit(part: str, measured: Mapping[str, Any]) -> Iterator[str]:
    train, other = (measured.get(each, {}).get("loss") for each in ("train", part))
    if part != "train" and train is not None and other is not None and 0 < train * _OVERFIT < other:
        yield (
            f"The loss of the {part} rows is {other / train:.1f} times that of the training rows, {shown(other)} "
            f"against {shown(train)}: the network knows the training rows better than others."
        )


def _of_head(head: OfHead) -> Iterator[str]:
    if head.calibration is not None and head.calibration.error > _OFF:
        off = percent(head.calibration.error)
        yield f"Its probabilities are {off} away, on average, from how often it is so: do not take them as they are."
    worse = -1 if head.slices.mode == "max" else 1
    worst = next((each for each in head.slices.slices if each.away * worse > _CLEAR), None)
    if worst is not None:
        yield (
            f"Where {worst.column} is {worst.value}, the {head.slices.measure} is {bounds(worst.score)} on "
            f"{counted(worst.rows, 'row')}, against {shown(head.slices.score)} of all rows."
        )


def _imbalance(target: Target) -> Iterator[str]:
    if not target.counts:
        return
    part, counts = target.counts[0]
    total = sum(counts)
    place = min(range(len(counts)), key=lambda i: counts[i])
    if total and counts[place] < _RARE * total and target.head.task is not Task.LABELS:
        share = percent(counts[place] / total)
        yield f"The class {target.names[place]} is rare: {counts[place]:,} of {total:,} {part} rows have it ({share})."
