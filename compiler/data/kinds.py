"""What kind of values a column holds, judged by its different values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import isfinite

from specrun.compiler.data.moments import read_moment
from specrun.compiler.data.numbers import number_of
from specrun.compiler.data.table import Cell

PAIRS = (("no", "yes"), ("false", "true"), ("0", "1"), ("n", "y"), ("f", "t"), ("off", "on"))
"""Known pairs of a false and a true text, in lower case."""

_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_LEADING_ZERO = re.compile(r"[+-]?0[0-9]+", re.ASCII)


def find_boolean(texts: Iterable[Cell]) -> tuple[str, str] | None:
    """The false and the true text of a column, in its own letters: ("NO", "YES") for `YES` and `NO`.

    A column of one value gets the other one in the same letter case. None where the values are no known pair.
    """
    found = {as_text(text) for text in texts if text is not None}
    for pair in PAIRS:
        if found and {text.lower() for text in found} <= set(pair):
            false, true = ([text for text in found if text.lower() == word] for word in pair)
            if len(false) > 1 or len(true) > 1:
                return None
            return (false[0] if false else _like(true[0], pair[0]), true[0] if true else _like(false[0], pair[1]))
    return None


def infer_kind(texts: Iterable[Cell], decimal: str = ".") -> str:
    """ "boolean", "number", "datetime" or "category", from values that are not missing.

    A known pair of two texts is a boolean, and ISO dates are datetimes. Integers of which some have a leading zero
    (`007`) are names, not numbers.
    """
    found = {text for text in texts if text is not None}
    if found and all(isinstance(text, bool) for text in found):
        return "boolean"
    if len({as_text(text) for text in found}) == 2 and find_boolean(found):
        return "boolean"
    numbers = [number_of(text, decimal) for text in found]
    if not found or any(number is None or not isfinite(number) for number in numbers):
        is_date = found and all(isinstance(text, str) and read_moment(text) for text in found)
        return "datetime" if is_date else "category"
    plain = [text.strip() for text in found if isinstance(text, str)]
    codes = all(map(_INTEGER.fullmatch, plain)) and any(map(_LEADING_ZERO.fullmatch, plain))
    return "category" if codes else "number"


def as_text(cell: Cell) -> str:
    """A cell as the text that it would be in a CSV file; a whole float has no decimals (`1`)."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _like(model: str, word: str) -> str:
    """`word` in the letter case of `model`."""
    if model.isupper():
        return word.upper()
    return word.capitalize() if model[:1].isupper() else word
