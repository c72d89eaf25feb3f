"""Which texts are numbers: those that pandas' reader takes for a floating-point number, with no blank inside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from specrun.compiler.data.table import Cell, Table

_DECIMAL_ROWS = 10_000


def _pattern(mark: str) -> re.Pattern[str]:
    digits = rf"(?:[0-9]+(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:e[+-]?[0-9]+)?"
    return re.compile(rf"\s*[+-]?(?:{digits}|inf(?:inity)?)\s*", re.ASCII | re.IGNORECASE)


_PATTERNS = {".": _pattern(r"\."), ",": _pattern(",")}


def read_number(text: str, decimal: str = ".") -> float | None:
    """The number that a text is, infinite where it is too large for a float; None where it is no number."""
    return float(text.replace(",", ".")) if _PATTERNS[decimal].fullmatch(text) else None


def number_of(cell: Cell, decimal: str) -> float | None:
    """The number that a cell holds; a boolean or a list is none."""
    if isinstance(cell, str):
        return read_number(cell, decimal)
    if cell is None or isinstance(cell, bool | tuple):
        return None
    try:
        return float(cell)
    except OverflowError:
        return float("inf") if cell > 0 else float("-inf")


def find_decimal(table: Table, number_columns: Iterable[str]) -> str:
    """The decimal mark of the numbers in the first 10,000 rows.

    It is "," where some value reads as a number only with a decimal comma and none only with a decimal point.
    """
    indices = [i for i in map(table.index, number_columns) if i is not None]
    texts: set[Cell] = set()
    for row in islice(table.rows(), _DECIMAL_ROWS):
        texts.update(row.cells[i] for i in indices)
    commas = False
    for text in texts:
        if not isinstance(text, str):
            continue
        with_comma, with_point = read_number(text, ",") is not None, read_number(text) is not None
        if with_point and not with_comma:
            return "."
        commas |= with_comma and not with_point
    return "," if commas else "."
