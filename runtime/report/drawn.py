"""Figures of matplotlib as SVG that stands in a page: its texts are texts, its colours those of the page."""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree

from specrun.compiler.render.printable import printable

COLOURS: Mapping[str, str] = {
    "ink": "#010101",
    "muted": "#020202",
    "line": "#030303",
    "series-1": "#050505",
    "series-2": "#060606",
    "series-3": "#070707",
    "series-4": "#080808",
    "series-5": "#090909",
    "series-6": "#0a0a0a",
}
"""The colours of the page by their names, and what stands for each while a figure is drawn."""
INK, MUTED, LINE = (COLOURS[name] for name in ("ink", "muted", "line"))
SERIES = tuple(colour for name, colour in COLOURS.items() if name.startswith("series"))
DASHES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 2)))
"""Lines differ in these, too: not everybody tells colours apart."""

WIDE, HIGH = 3.4, 2.5
"""Inches, of 72 units: a page on a phone has a figure about 1.3 times as large."""
_STYLE: Mapping[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "specrun",
    "text.parse_math": False,  # a `$` in a name is a `$`
    "font.size": 8.5,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.handlelength": 2.4,
    "legend.borderaxespad": 0.2,
    "lines.linewidth": 1.6,
    "lines.markersize": 4,
    "text.color": INK,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
}
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_LEFT, _BELOW, _ABOVE, _LETTER, _LINE = 0.17, 0.48, 0.32, 0.075, 0.17
"""What a figure keeps free: at the left as a share; below, above, for a letter and a line of names in inches."""
_SHORT = 8
_LARGE, _SMALL = 1e4, 1e-3
"""Where numbers at an axis begin to be shortened."""


@contextmanager
def styled() -> Iterator[None]:
    """Figures look the same for everybody, whatever a user's own settings of matplotlib are, and make no noise."""
    logger = logging.getLogger("matplotlib")
    level = logger.level
    logger.setLevel(logging.ERROR)  # it speaks of caches
    try:
        with _settings():
            yield
    finally:
        logger.setLevel(level)


@contextmanager
def _settings() -> Iterator[None]:
    import matplotlib

    settings: dict[Any, Any] = {k: v for k, v in matplotlib.rcParamsDefault.items() if "backend" not in k}
    settings |= _STYLE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the page has the fonts that this machine lacks
        with matplotlib.rc_context(settings):
            yield


def axes(*, names: Sequence[str] = (), legend: Sequence[str] = (), high: float = HIGH) -> tuple[Any, Any]:
    """A figure and its axes, of so many inches; with room at the left for `names`, or above for a `legend`."""
    from matplotlib.figure import Figure

    above = _ABOVE if not names else _LINE / 2
    more = _LINE * (-(-len(legend) // columns_of(legend)) - 1) if legend else 0.0
    high, above = high + more, above + more
    figure = Figure((WIDE, high))
    longest = max((len(line) for name in names for line in name.splitlines()), default=0)
    left = 0.05 + _LETTER / WIDE * longest if names else _LEFT
    bottom, top = _BELOW / high, 1 - above / high
    drawn = figure.add_axes((left, bottom, 0.96 - left, top - bottom))
    drawn.tick_params(length=0)
    drawn.locator_params(nbins=3 if names else 5)
    return figure, drawn


def explain(drawn: Any, legend: Sequence[str]) -> None:
    """Say above the axes which line is which."""
    drawn.legend(loc="lower left", bbox_to_anchor=(-0.14, 1.0), ncols=columns_of(legend), columnspacing=1.2)


def columns_of(legend: Sequence[str]) -> int:
    """How many lines are named beside each other."""
    return min(len(legend), 3 if max(map(len, legend)) <= _SHORT else 2)


def as_svg(figure: Any, key: str) -> str:
    """A figure as an SVG element that the element with the id `<key>-words` describes; `key` is no other's."""
    file = io.BytesIO()
    _shorten_numbers(figure)
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    root = ElementTree.fromstring(file.getvalue())
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)
    for element in root.iter():
        if "style" in element.attrib:
            element.set("style", _coloured(element.attrib["style"]))
    _rename(root, key)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{key}-words")
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    return ElementTree.tostring(root, encoding="unicode")


def _shorten_numbers(figure: Any) -> None:
    """Have large numbers at an axis end in `k`, `M` or `G`: there is no room for more, nor for a factor beside them."""
    from matplotlib.ticker import EngFormatter, ScalarFormatter, StrMethodFormatter

    for axis in (axis for drawn in figure.axes for axis in (drawn.xaxis, drawn.yaxis)):
        largest = max(map(abs, axis.get_view_interval()))
        if isinstance(axis.get_major_formatter(), ScalarFormatter) and largest >= _LARGE:
            axis.set_major_formatter(EngFormatter(sep=""))
        elif isinstance(axis.get_major_formatter(), ScalarFormatter) and largest < _SMALL:
            axis.set_major_formatter(StrMethodFormatter("{x:.1g}"))


def _rename(root: Any, key: str) -> None:
    """Give the ids that something refers to names that no other figure has; others are of no use."""
    text = ElementTree.tostring(root, encoding="unicode")
    taken = set(re.findall(r"(?:url\(#|href=\"#)([^\")]+)", text))
    for element in root.iter():
        if element.attrib.get("id") in taken:
            element.set("id", f"{key}-{element.attrib['id']}")
        else:
            element.attrib.pop("id", None)
        for name, value in element.attrib.items():
            if name == f"{{{_XLINK}}}href":
                element.set(name, f"#{key}-{value.removeprefix('#')}")
            elif "url(#" in value:
                element.set(name, value.replace("url(#", f"url(#{key}-"))


_PLACED = {colour: f"var(--{name})" for name, colour in COLOURS.items()}


def _coloured(style: str) -> str:
    """A style with the page's own colours and font."""
    style = re.sub(r"#0[0-9a]0[0-9a]0[0-9a]", lambda found: _PLACED.get(found[0], found[0]), style)
    return re.sub(r"font-family: [^;]*;? ?", "", style)


def named(text: str, limit: int) -> str:
    """A text of a user as a figure shows it."""
    shown = printable(text)
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"
