"""The measures of a run as a table of texts: what the terminal, a notebook and a page show of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specrun.compiler.plan import Plan

JUDGING = "test"
"""The part of the rows by which a model is judged."""
_LARGE = 10_000_000
"""From here on the digits of a measure are too many to compare."""
FOLDS = "folds"
"""What the measures of cross-validation are called among those of the parts."""


@dataclass(frozen=True, slots=True)
class Results:
    """A table: the titles of its columns, and its rows, the first cell of which names them."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def results(plan: Plan, metrics: Mapping[str, Mapping[str, Any]], rows: Mapping[str, int]) -> Results:
    """The measures of each part of the rows, beside what one would score on the test rows without a network.

    Those of folds are the mean and the standard deviation.
    """
    scores = guesses(plan, metrics)
    columns = {part: found for part, found in metrics.items() if part != FOLDS}
    if FOLDS in metrics:
        columns[_count(metrics)] = spreads(metrics)
    columns |= {title: metrics[JUDGING][key] for key, title in scores.items()}
    table = [("windows" if plan.series else "rows", *(f"{rows[c]:,}" if c in rows else "" for c in columns))]
    for measure in next(iter(metrics.values()), {}):
        if measure not in scores:
            table.append((measure, *(_cell(column.get(measure)) for column in columns.values())))
    return Results(("", *columns), tuple(table))


def spreads(metrics: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """What each measure is in the folds: its mean ± its standard deviation."""
    found = ((name, each.get("mean"), each.get("std")) for name, each in metrics.get(FOLDS, {}).items())
    return {name: f"{rounded(mean)} ± {rounded(std)}" for name, mean, std in found if mean is not None}


def _count(metrics: Mapping[str, Mapping[str, Any]]) -> str:
    each: Mapping[str, Any] = next(iter(metrics[FOLDS].values()), {})
    return f"{len(each.get('values', ()))} folds"


def guesses(plan: Plan, metrics: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """What tables call the scores without a network, by their names among the measures of the test rows."""
    if JUDGING not in metrics:
        return {}
    return {"baseline": "baseline"} if plan.series is None else {"last_value": "last value", "baseline": "baseline"}


def judged(metrics: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """The measures of the test rows, or of those that there are, by their names."""
    part = metrics.get(JUDGING) or next(iter(metrics.values()), {})
    return {name: value for name, value in part.items() if isinstance(value, int | float)}


def rounded(value: float) -> str:
    """A measure as a person compares it."""
    if abs(value) < _LARGE:
        return f"{value:.4f}" if abs(value) < 100 else f"{value:,.1f}"
    return f"{value:.4g}"


def _cell(value: float | str | None) -> str:
    return value or "" if isinstance(value, str | None) else rounded(value)
