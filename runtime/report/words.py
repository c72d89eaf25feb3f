"""Numbers and values as a report writes them."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any

from specrun.compiler.data import short
from specrun.runtime.report.resampling import Interval

NOTHING = "-"
_EXACT = 1e15


def shown(value: float | None) -> str:
    """A number with as many digits as a person compares."""
    if value is None:
        return NOTHING
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    size = abs(value)
    if size < 1e-12:
        return "0"
    if size >= 1000:
        return f"{value:,.0f}" if size < 1e12 else f"{value:.2e}"
    if size < 1e-3:
        return f"{value:.1e}"
    return f"{value:.0f}" if size >= 100 else f"{value:.2f}" if size >= 10 else f"{value:.3f}"


def bounds(value: Interval) -> str:
    """A value with its interval."""
    return f"{shown(value.value)} ({shown(value.low)} to {shown(value.high)})" if value.is_known else shown(value.value)


def percent(share: float) -> str:
    """A share in percent; one that is not quite nothing, or all, is not shown as that."""
    if 0 < share < 0.001:
        return "< 0.1%"
    if 0.999 < share < 1:
        return "> 99.9%"
    return f"{share * 100:.1f}%".replace(".0%", "%")


def cell(value: Any, limit: int = 60) -> str:
    """A value of a data frame as a table shows it."""
    import pandas as pd

    if isinstance(value, Real) and not isinstance(value, Integral):
        number = float(value)
        if math.isnan(number):
            return "(missing)"
        return f"{number:.0f}" if number.is_integer() and abs(number) < _EXACT else f"{number:.6g}"
    if isinstance(value, list | tuple | set):
        return short(", ".join(map(str, value)), limit)
    if value is None or value is pd.NaT or value is pd.NA:
        return "(missing)"
    if isinstance(value, pd.Timestamp):
        return str(value).removesuffix("+00:00").removesuffix(" 00:00:00")
    return short(str(value), limit) or "(empty)"


def counted(number: int, what: str) -> str:
    """So many of something: `1 row`, `1,000 rows`; a word of several kinds is given as "one/several"."""
    one, _, several = what.partition("/")
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def joined(words: list[str]) -> str:
    """Words as a sentence has them: a, b and c."""
    *first, end = words or [""]
    return f"{', '.join(first)} and {end}" if first else end
