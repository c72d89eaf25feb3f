"""Which rows of the data are training rows, told without reading the data into the network's form."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from specrun.compiler.data import Table, cells_of
from specrun.compiler.data.kinds import as_text
from specrun.compiler.data.numbers import number_of
from specrun.compiler.features import Datetime, Facts, Number
from specrun.compiler.features.kind import VALUES
from specrun.compiler.lower.data import reads_as_text, split_steps
from specrun.compiler.resolve import Resolved
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.rows import execute_steps

_INTEGER = re.compile(r"\s*[+-]?[0-9]+\s*", re.ASCII)


def choose_training(resolved: Resolved, table: Table) -> bytes:
    """The rows that the split makes training rows: a byte for each row, 1 for those.

    The very steps of the plan are carried out, on a frame of no more columns than they ask for.
    """
    import numpy as np
    import pandas as pd

    split = resolved.spec.data.split
    stratified = resolved.spec.target_columns[0] if split.stratify else None
    wanted = [c for c in dict.fromkeys((stratified, split.group, split.time, split.column)) if c is not None]
    places = {column: place for column in wanted if (place := table.index(column)) is not None}
    if wanted:
        columns = dict(zip(places, cells_of(table, tuple(places.values())), strict=True))
        frame = pd.DataFrame(columns, columns=wanted, dtype=object)
    else:
        frame = pd.DataFrame(index=range(table.count()))
    evaluator = Evaluator(Path())
    for column in wanted:
        frame[column] = _values(resolved, column, frame[column], evaluator)
    evaluator.variables["data"] = frame
    execute_steps(split_steps(resolved), evaluator, resolved.spec.span("data", "split"))
    chosen = np.zeros(len(frame), bool)
    chosen[evaluator.variables["train"].index] = True
    return chosen.tobytes()


def _values(resolved: Resolved, column: str, cells: Any, evaluator: Evaluator) -> Any:
    """The cells of a column as the script has them in its data frame."""
    data, feature = resolved.spec.data, resolved.feature(column)
    texts = cells.map(as_text)
    parse = feature.recipe(Facts(missing=data.missing)).parse if isinstance(feature, Datetime) else None
    if parse is not None:
        evaluator.variables[VALUES.name] = texts
        return evaluator(parse)
    if not _is_number(resolved, column):
        return texts
    return _whole(resolved, column, texts) or [number_of(cell, data.decimal) for cell in cells]


def _whole(resolved: Resolved, column: str, texts: Any) -> list[int]:
    """The whole numbers of a column, where the script has them as such: in order beyond the digits of a float, too."""
    if resolved.spec.data.format != "csv" or resolved.is_stripped(column) or resolved.time_is_wide:
        return []
    return list(map(int, texts)) if all(map(_INTEGER.fullmatch, texts)) else []


def _is_number(resolved: Resolved, column: str) -> bool:
    """Whether the script reads a column as numbers, whose order is not that of their texts."""
    if column in resolved.spec.target_columns:
        return resolved.frame_of_target(column) == "float32"
    if column == resolved.spec.data.split.time:
        return not resolved.time_is_text and not reads_as_text(resolved, column)
    return isinstance(resolved.feature(column), Number)
