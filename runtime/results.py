"""The measures of a run as a table of texts: what the terminal, a notebook and a page show of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specrun.compiler.plan import Plan

JUDGING = "test"
"""The part of the rows by which a model is judged."""


@dataclass(frozen=True, slots=True)
class Results:
    """A table: the titles of its columns, and its rows, the first cell of which names them."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def results(plan: Plan, metrics: Mapping[str, Mapping[str, Any]], rows: Mapping[str, int]) -> Results:
    """The measures of each part of the rows, beside what one would score on the test rows without a network."""
    scores = guesses(plan, metrics)
    guessed = {title: metrics[JUDGING][key] for key, title in scores.items()}
    counts = (f"{rows[part]:,}" if part in rows else "" for part in metrics)
    table = [("windows" if plan.series else "rows", *counts, *("" for _ in guessed))]
    for measure in next(iter(metrics.values()), {}):
        if measure not in scores:
            columns = (*metrics.values(), *guessed.values())
            table.append((measure, *(_cell(column, measure) for column in columns)))
    return Results(("", *metrics, *guessed), tuple(table))


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
    return f"{value:.4f}" if abs(value) < 100 else f"{value:,.1f}"


def _cell(column: Mapping[str, Any], measure: str) -> str:
    return rounded(column[measure]) if measure in column else ""
