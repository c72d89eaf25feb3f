"""The colours of a report: enough contrast for texts and for figures, in the light and in the dark."""

from __future__ import annotations

import re
from importlib import resources

import pytest

CSS = (resources.files("specrun.templates") / "report" / "style.css.jinja").read_text("utf-8")
SCHEMES = dict(zip(("light", "dark"), re.findall(r":root \{(.*?)\}", CSS, re.DOTALL), strict=True))


def colours(scheme: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", SCHEMES[scheme]))


def luminance(colour: str) -> float:
    """Of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_texts_stand_out(scheme: str) -> None:
    found = colours(scheme)
    for text in ("ink", "muted", "accent"):
        assert min(contrast(found[text], found[ground]) for ground in ("paper", "raised")) >= 4.5
    assert min(contrast(found["ink"], found[f"shade-{i}"]) for i in range(1, 5)) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_lines_of_figures_stand_out(scheme: str) -> None:
    found = colours(scheme)
    assert min(contrast(found[f"series-{i}"], found["paper"]) for i in range(1, 7)) >= 3


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
