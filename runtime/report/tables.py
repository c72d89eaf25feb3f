"""The tables of a report that are no more than their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specrun.runtime.report.columns import Target
from specrun.runtime.report.facts import Table
from specrun.runtime.report.words import shown
from specrun.runtime.results import FOLDS, spreads

_EPOCHS = 50
"""So many epochs are in the table at most, evenly from all."""
_CLASSES = 30


def table_of_parts(rows: Mapping[str, int], unit: str) -> Table:
    """How many rows, or windows, each part has."""
    return Table("Rows of each part", ("part", f"{unit}s>"), tuple((part, f"{n:,}") for part, n in rows.items()))


def table_of_classes(target: Target) -> Table | None:
    """How often each class is there, the most frequent first; None of numbers."""
    if not target.counts:
        return None
    parts = [part for part, _ in target.counts]
    counts = [each for _, each in target.counts]
    order = sorted(range(len(target.names)), key=lambda i: -counts[0][i])[:_CLASSES]
    rows = tuple((target.names[i], *(f"{each[i]:,}" for each in counts)) for i in order)
    more = f", the {_CLASSES} most frequent of {len(target.names):,}" if len(target.names) > _CLASSES else ""
    return Table(f"Rows of each class of {target.head.name}{more}", ("class", *(f"{part}>" for part in parts)), rows)


def table_of_epochs(history: Mapping[str, Sequence[float]]) -> Table | None:
    """The measures of the epochs; None where there is none."""
    epochs = list(zip(*history.values(), strict=True))
    if not epochs:
        return None
    step = -(-len(epochs) // _EPOCHS)
    places = [i for i in range(len(epochs)) if i % step == 0 or i == len(epochs) - 1]
    rows = tuple((f"{i + 1:,}", *map(shown, epochs[i])) for i in places)
    every = "" if step == 1 else f", every {step} epochs"
    return Table(f"Measures of each epoch{every}", ("epoch", *(f"{name}>" for name in history)), rows)


def table_of_measures(measured: Mapping[str, Mapping[str, Any]]) -> Table:
    """What Keras measured on all rows of each part, beside what is scored without a network."""
    parts = {part: values for part, values in measured.items() if values and part != FOLDS}
    names = [n for n, v in next(iter(parts.values())).items() if isinstance(v, int | float)]
    columns = dict(parts)
    for part, values in parts.items():
        columns |= {f"{key}, {part}": each for key, each in values.items() if isinstance(each, dict)}
    titles = {key: key.replace("_", " ") for key in columns}
    rows = tuple((name, *(shown(values.get(name)) for values in columns.values())) for name in names)
    heads = ("measure", *(f"{titles[key]}>" for key in columns))
    if FOLDS in measured:
        found = spreads(measured)
        heads, rows = (*heads, "folds>"), tuple((*row, found.get(row[0], "")) for row in rows)
    return Table("What Keras measured", heads, rows)
