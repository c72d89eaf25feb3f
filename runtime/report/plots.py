"""The pictures of a report, each with words that say what is to be seen in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from specrun.compiler.catalogue import mode_of
from specrun.compiler.plan import Task
from specrun.runtime.report.columns import Target
from specrun.runtime.report.drawn import DASHES, INK, MUTED, SERIES, as_svg, axes, explain, named
from specrun.runtime.report.importance import Importance
from specrun.runtime.report.scores import Scores
from specrun.runtime.report.slices import Slices
from specrun.runtime.report.words import bounds, counted, joined, percent, shown

_BARS = 15
_BAR_HIGH, _EDGES_HIGH = 0.19, 0.75
_NAME = 20
_LOGARITHMIC = 30
"""Where the largest value is so many times the smallest, a logarithmic scale shows more."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure: its id, a title, words for those who cannot see it, and itself, as SVG."""

    key: str
    title: str
    words: str
    svg: str


def learning(history: dict[str, list[float]]) -> list[Picture]:
    """A picture for each measure, of the training rows and where there are some of the validation rows."""
    names = [n for n, values in history.items() if values and not n.startswith("val_") and n != "learning_rate"]
    names.sort(key=lambda name: name != "loss")
    return [_curve(f"curve-{i}", name, history[name], history.get(f"val_{name}")) for i, name in enumerate(names)]


def _curve(key: str, name: str, train: Sequence[float], validation: Sequence[float] | None) -> Picture:
    figure, drawn = axes()
    lines = [("training", train)] + ([] if validation is None else [("validation", validation)])
    for i, (label, values) in enumerate(lines):
        marker = "o" if len(values) == 1 else None
        drawn.plot(range(1, len(values) + 1), values, color=SERIES[i], linestyle=DASHES[i], label=label, marker=marker)
    positive = [value for _, values in lines for value in values if value > 0]
    if len(positive) == sum(len(values) for _, values in lines) and max(positive) > _LOGARITHMIC * min(positive):
        drawn.set_yscale("log")
        drawn.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        drawn.yaxis.set_minor_formatter(lambda *_: "")
    drawn.set_xlabel("epoch")
    drawn.xaxis.get_major_locator().set_params(integer=True)
    explain(drawn, [label for label, _ in lines])
    return Picture(key, named(name, 40), _words_of_curve(name, train, validation), as_svg(figure, key))


def _words_of_curve(name: str, train: Sequence[float], validation: Sequence[float] | None) -> str:
    first, last = train[0], train[-1]
    goes = "falls" if last < first else "rises" if last > first else "stays"
    said = f"On the training rows, {name} {goes} from {shown(first)} to {shown(last)} in {counted(len(train), 'epoch')}"
    known = [value for value in validation or () if value == value]
    if not known or validation is None:
        return f"{said}."
    mode = mode_of(name) or "min"
    best = max(known) if mode == "max" else min(known)
    place = list(validation).index(best) + 1
    what = "largest" if mode == "max" else "least"
    end = shown(validation[-1])
    return f"{said}; on the validation rows it is {what}, {shown(best)}, in epoch {place:,}, and {end} at the end."


def target(key: str, found: Target, where: str) -> Picture:
    """How often each class or label is there in the rows that `where` names, or how the numbers lie."""
    title = f"{joined([named(column, 30) for column in found.head.columns[:3]])}, in the {where}"
    if found.numbers is not None:
        return histogram(key, title, found.numbers, "value")
    counts = dict(zip(found.names, found.counts[0][1], strict=True))
    total = max(sum(counts.values()), 1) if found.head.task is not Task.LABELS else 0
    most = sorted(counts.items(), key=lambda pair: -pair[1])[:_BARS]
    shares = [f"{name}: {count:,}{f' ({percent(count / total)})' if total else ''}" for name, count in most]
    more = f", and {len(counts) - len(most):,} more" if len(counts) > len(most) else ""
    svg = _bars(key, most, "rows")
    return Picture(key, title, f"Rows of each: {', '.join(shares)}{more}.", svg)


def histogram(key: str, title: str, numbers: Any, label: str) -> Picture:
    """How numbers lie, `(numbers,)`; those that are not finite are left out."""
    import numpy as np

    figure, drawn = axes()
    finite = numbers[np.isfinite(numbers)]
    drawn.hist(finite, bins=min(30, max(len(np.unique(finite[:1000])), 1)), color=SERIES[0])
    drawn.set_xlabel(label)
    drawn.set_ylabel("rows")
    low, middle, high = np.quantile(finite, [0.05, 0.5, 0.95]) if len(finite) else (float("nan"),) * 3
    words = (
        f"Half of them are below {shown(middle)}, and nine of ten between {shown(low)} and {shown(high)}; "
        f"the standard deviation is {shown(float(finite.std()))}."
    )
    return Picture(key, title, words, as_svg(figure, key))


def _bars(key: str, bars: Sequence[tuple[str, float]], label: str) -> str:
    """Bars, the first on top, each with its name."""
    names = [named(name, _NAME) for name, _ in bars]
    figure, drawn = axes(names=names, high=_EDGES_HIGH + _BAR_HIGH * len(bars))
    drawn.barh(range(len(bars)), [value for _, value in bars], height=0.7, color=SERIES[0])
    _name(drawn, names, label)
    return as_svg(figure, key)


@dataclass(frozen=True, slots=True)
class _Dot:
    """A value with its bounds, by its name."""

    name: str
    value: float
    low: float | None
    high: float | None


def _dots(key: str, dots: Sequence[_Dot], label: str, *, at: float | None = None, own: bool = False) -> str:
    """Values with what they may be, the first on top; the first alone is the network's `own`, `at` is that of all."""
    lines = 1 + max(dot.name.count("\n") for dot in dots)
    figure, drawn = axes(names=[dot.name for dot in dots], high=_EDGES_HIGH + (0.08 + 0.13 * lines) * len(dots))
    if at is not None:
        drawn.axvline(at, color=INK, linestyle="--", linewidth=1)
    for place, dot in enumerate(dots):
        colour, marker = (MUTED, "o") if own and place else (SERIES[0], "D" if own else "o")
        if dot.low is not None and dot.high is not None:
            drawn.plot([dot.low, dot.high], [place, place], color=colour, linewidth=2)
        drawn.plot([dot.value], [place], color=colour, marker=marker, markersize=6 if own else 5)
    _name(drawn, [dot.name for dot in dots], label)
    return as_svg(figure, key)


def _name(drawn: Any, names: Sequence[str], label: str) -> None:
    drawn.set_yticks(range(len(names)), names)
    drawn.set_ylim(len(names) - 0.4, -0.6)
    drawn.grid(visible=False, axis="y")
    drawn.set_xlabel(label)


def beside(key: str, scores: Scores) -> Picture:
    """The main measure of the network and of the others, with their intervals."""
    there = [(one.name, one.values[0]) for one in scores.scored]
    dots = [_Dot(named(name, _NAME), value.value, value.low, value.high) for name, value in there if value is not None]
    said = "; ".join(f"{name} {bounds(value)}" for name, value in there if value is not None)
    better = "more" if scores.main.mode == "max" else "less"
    words = f"{scores.main.name.capitalize()}, of which {better} is better: {said}."
    return Picture(key, scores.main.name, words, _dots(key, dots, scores.main.name, own=True))


def ranking(key: str, found: Importance) -> Picture:
    """The columns that the network goes by most."""
    most = found.columns[:_BARS]
    dots = [_Dot(named(c.name, _NAME), c.mean, c.mean - c.deviation, c.mean + c.deviation) for c in most]
    said = [f"{column.name} {shown(column.mean)}" for column in most[:5]]
    words = f"By how much the {found.loss} grows where a column is shuffled: {', '.join(said)}"
    more = ", …" if len(found.columns) > 5 else "."
    title = f"Growth of the {found.loss}"
    return Picture(key, title, f"{words}{more}", _dots(key, dots, named(title.lower(), 40), at=0.0))


def parts(key: str, found: Slices) -> Picture:
    """The slices that differ most, with their intervals, beside the score of all rows."""
    dots = [
        _Dot(
            f"{named(each.column, _NAME)}\n{named(each.value, _NAME)}",
            each.score.value,
            each.score.low,
            each.score.high,
        )
        for each in found.slices
    ]
    first = found.slices[0]
    title = f"{found.measure.capitalize()} by slice"
    words = (
        f"{title}; the dashed line is that of all rows, {shown(found.score)}. The clearest difference: "
        f"{shown(first.score.value)} where {first.column} is {first.value}."
    )
    return Picture(key, title, words, _dots(key, dots, named(found.measure, 40), at=found.score))
