"""A run as a notebook shows it: its measures as a table, where it is, and the curve of its loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import isfinite
from typing import TYPE_CHECKING, Any

from specrun.compiler.render.printable import printable
from specrun.runtime.curves import means
from specrun.runtime.results import JUDGING, results

if TYPE_CHECKING:
    from specrun.runtime.run import Run

_WIDTH, _HEIGHT = 320, 90
"""The size of the curve, in the units of its points."""
_POINTS = 160
"""How many points a line has at most."""
_PARTS = {"loss": ("training", "#1f77b4"), "val_loss": ("validation", "#d95f02")}
"""What is drawn of a history: whose loss it is, and in which colour."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the curve: what it is called, its colour, and its `points` as SVG has them."""

    title: str
    colour: str
    points: str


def as_html(run: Run) -> str:
    """A run as HTML that needs nothing else."""
    shown = results(run.plan, run.metrics, run.rows)
    epochs = len(next(iter(run.history.values()), ()))
    text: str = _template().render(
        name=printable(run.plan.name),
        directory=printable(str(run.directory)),
        titles=tuple(map(printable, shown.titles)),
        rows=[tuple(map(printable, row)) for row in shown.rows],
        judging=JUDGING,
        epochs=f"{epochs:,} epoch{'s' * (epochs != 1)}",
        stopped=run.stopped,
        width=_WIDTH,
        height=_HEIGHT,
        lines=tuple(_lines(run.history)),
    )
    return text


def _lines(history: Mapping[str, Sequence[float]]) -> Iterator[Line]:
    """The losses on one scale; what is not finite is left out."""
    drawn = {name: means(history[name], _POINTS) for name in _PARTS if name in history}
    finite = [value for values in drawn.values() for value in values if isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    for name, values in drawn.items():
        across, down = _WIDTH / max(len(values) - 1, 1), _HEIGHT / ((high - low) or 1)
        places = ((i * across, (high - value) * down) for i, value in enumerate(values) if isfinite(value))
        yield Line(*_PARTS[name], " ".join(f"{x:.1f},{y:.1f}" for x, y in places))


@cache
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    text = resources.files("specrun.templates").joinpath("run.html.jinja").read_text("utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
        text
    )
