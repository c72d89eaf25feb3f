"""The one way for a value into a script."""

from __future__ import annotations

import math

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
