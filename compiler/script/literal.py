"""The one way for a value into a script."""

from __future__ import annotations

import math
import re

from specrun.compiler.expressions import Scalar


def literal(value: Scalar) -> str:
    """A value as a Python literal that reads back as the same value.

    `repr` survives every code point beside hostile neighbours; nothing is escaped by hand. Raises ValueError for a
    number that is not finite: no plan holds one.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("not a finite number")
    return repr(value)


def prose(text: str) -> str:
    """A text made safe to stand in a docstring: no quote, backslash, line break or control character is left in it.

    Nor is a `%(`, which `argparse` would fill in where it shows the docstring.
    """
    flat = " ".join(text.split()).replace("\\", "/").replace('"', "'").replace("%(", "% (")
    return "".join(c if c.isprintable() else "?" for c in flat)


def markdown(text: str) -> str:
    """A text made safe to stand in Markdown, and to be shown there as it is but for backslashes, which begin TeX."""
    flat = "".join(c if c.isprintable() else "?" for c in " ".join(text.split())).replace("\\", "/")
    # At the start of a line, a dash begins a list, and so does a number with a point.
    flat = re.sub(r"^([0-9]+)([.)])", r"\1\\\2", flat)
    return re.sub(r"([`*_\[\]<>#|$~&]|^[-+])", r"\\\1", flat)


def code_span(text: str) -> str:
    """A text as code in a line of Markdown."""
    return f"`{prose(text).replace('`', chr(39))}`"
