"""The rows of each part of streamed data: read once into a store, and parted by their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from specrun.compiler.expressions import Assign, Literal, walk
from specrun.compiler.plan import Plan
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.rows import check_parts, execute_steps, refused
from specrun.runtime.streaming.chunks import read_chunks
from specrun.runtime.streaming.store import Store

GROUP_ROWS = 65_536
"""The rows that are encoded together: as many as vectorised functions take at once, times a whole number.

Of what is left behind that, they give other last bits, and hence only at the end of all rows, as in the script.
"""


class StreamedRows:
    """The rows of one part, in the order of the files; a column, or a list of them, is had as of a data frame.

    `parts` has the number of the part of each row, which is `number` for these. The column that was asked for last is
    kept, for all that is learnt of it.
    """

    def __init__(self, store: Store, parts: Any, number: int) -> None:
        self._store, self._is_here = store, parts == number
        self._rows = int(self._is_here.sum())
        self._last: tuple[str, Any] | None = None

    def __len__(self) -> int:
        return self._rows

    def __getitem__(self, columns: str | list[str]) -> Any:
        if self._last is not None and self._last[0] == columns:
            return self._last[1]
        self._last = None
        names = [columns] if isinstance(columns, str) else columns
        found = self._concatenated(names)[columns]
        if isinstance(columns, str):
            self._last = columns, found
        return found

    def groups(self) -> Iterator[Any]:
        """Data frames of `GROUP_ROWS` rows, the last of those that are left."""
        import pandas as pd

        kept = None
        for chunk in self._chunks():
            kept = chunk if kept is None else pd.concat([kept, chunk])
            while len(kept) >= GROUP_ROWS:
                yield kept[:GROUP_ROWS]
                kept = kept[GROUP_ROWS:]
        if kept is not None and len(kept):
            yield kept

    def _chunks(self, columns: Iterable[str] | None = None) -> Iterator[Any]:
        first = 0
        for size, chunk in zip(self._store.sizes, self._store.chunks(columns), strict=True):
            yield chunk[self._is_here[first : first + size]]
            first += size

    def _concatenated(self, columns: list[str]) -> Any:
        import pandas as pd

        # A chunk without a row counts: what it holds beside these rows may have given the column another type.
        return pd.concat(list(self._chunks(columns)), ignore_index=True)


def stream_parts(plan: Plan, evaluator: Evaluator, folder: Path) -> dict[str, StreamedRows]:
    """The rows of each part of a plan's data, kept in files of `folder`; the evaluator then holds them, too.

    Raises SpecError as `read_parts` does.
    """
    data, store = plan.data, Store(folder / "columns")
    chunks = read_chunks(data, evaluator)
    while True:
        with refused(data.span):
            chunk = next(chunks, None)
        if chunk is None:
            break
        evaluator.variables["data"] = chunk
        execute_steps(data.reading[1:], evaluator, data.span)
        store.append(evaluator.variables["data"])
    numbers = _part_numbers(plan, evaluator, store)
    parts = {str(part): StreamedRows(store, numbers, number) for number, part in enumerate(data.parts, start=1)}
    evaluator.variables |= parts
    check_parts(plan, parts)
    return parts


def _part_numbers(plan: Plan, evaluator: Evaluator, store: Store) -> Any:
    """The number of the part of each row, counted from 1; 0 for a row of no part."""
    import numpy as np

    evaluator.variables["data"] = store.frame(_looked_at(plan.data.parting, store.columns))
    execute_steps(plan.data.parting, evaluator, plan.data.span)
    numbers = np.zeros(store.rows, "uint8")
    for number, part in enumerate(plan.data.parts, start=1):
        numbers[evaluator.variables.pop(part).index] = number
    del evaluator.variables["data"]
    return numbers


def _looked_at(steps: Iterable[Assign], columns: Iterable[str]) -> list[str]:
    """The columns of which steps may speak."""
    named = {part.value for step in steps for part in walk(step) if isinstance(part, Literal)}
    return [column for column in columns if column in named]
