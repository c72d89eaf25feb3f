"""The page of a report: one file of HTML that needs no other, and no network."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

from specrun.compiler.render.printable import printable
from specrun.compiler.script.literal import literal
from specrun.runtime.report import judged, measures, models, resampling, slices, words
from specrun.runtime.report.facts import Report
from specrun.runtime.report.layout import HEIGHT, WIDTH, Point

_SHADES = 4


def as_page(report: Report) -> str:
    """The page of a report."""
    text: str = _environment().get_template("report/page.html.jinja").render(report=report)
    return text


@cache
def _environment() -> Any:
    """A Jinja environment that escapes all but SVG of our own, and shows what can hide or turn other text."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    templates = resources.files("specrun.templates")
    environment = Environment(
        loader=FunctionLoader(lambda path: templates.joinpath(path).read_text("utf-8")),
        undefined=StrictUndefined,
        finalize=lambda value: value if isinstance(value, Markup) or not isinstance(value, str) else printable(value),
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    environment.globals |= {
        "box": (WIDTH, HEIGHT),
        "most_rows": judged.MOST_ROWS,
        "most_training": models.MOST_ROWS,
        "resamples": resampling.RESAMPLES,
        "least_slice": slices.LEAST_ROWS,
        "least_share": measures.LEAST_SHARE,
    }
    environment.filters |= {
        "svg": Markup,
        "shown": words.shown,
        "percent": words.percent,
        "bounds": words.bounds,
        "counted": words.counted,
        "joined": lambda texts: words.joined(list(texts)),
        "marked": _marked,
        "measures": lambda heads: {m.name: m.doc for head in heads for m in head.scores.measures}.items(),
        "literal": literal,
        "path": _path,
        "shade": _shade,
        "lines": lambda text: Markup("\n").join(map(printable, text.splitlines())),
    }
    return environment


def _marked(text: str) -> Any:
    """A message with what stands between backticks as code."""
    from markupsafe import Markup, escape

    parts = re.split(r"`([^`]*)`", text)
    shown = (escape(printable(part)) for part in parts)
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else p for i, p in enumerate(shown))


def _path(points: tuple[Point, ...]) -> str:
    """A line through points as an SVG path, bent where it goes to the side."""
    (x, y), *others = points
    steps = [f"M{x:.1f} {y:.1f}"]
    for to_x, to_y in others:
        middle = (y + to_y) / 2
        steps.append(f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}")
        x, y = to_x, to_y
    return " ".join(steps)


def _shade(count: int, total: int) -> int:
    """How dark a cell is, from 0 to 4, by its share of a row."""
    return 0 if not count or not total else 1 + min(int(count / total * _SHADES), _SHADES - 1)
