"""The rows of each part of streamed data: read once into a store, and parted by their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from specrun.compiler.expressions import Assign, Literal, walk
from specrun.compiler.plan import Data, Plan
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.rows import check_parts, execute_steps, refused
from specrun.runtime.streaming.ahead import ahead
from specrun.runtime.streaming.chunks import read_chunks
from specrun.runtime.streaming.samples import Stored, Writer
from specrun.runtime.streaming.store import Store

GROUP_ROWS = 131_072
"""The most rows that are encoded together."""
_AT_ONCE = 64
"""A whole number of so many rows is encoded together: vectorised functions may give other last bits of those behind.

So it comes only at the end of all rows, as in the script.
"""
_VALUES = 2**25
"""About the most encoded values of rows that are encoded together."""


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

    def _concatenated(self, columns: list[str]) -> Any:
        import pandas as pd

        # A chunk without a row counts: what it holds beside these rows may have given the column another type.
        return pd.concat([self.of(*numbered) for numbered in self._store.numbered(columns)], ignore_index=True)

    def forget(self) -> None:
        """Keep no column any more."""
        self._last = None

    def of(self, first: int, chunk: Any) -> Any:
        """Those of a chunk that begins at a row number."""
        return chunk[self._is_here[first : first + len(chunk)]]


class Streamed:
    """The rows of a plan's data, kept in files of `folder`, and by `parts`; the evaluator then holds these, too.

    Raises SpecError as `read_parts` does.
    """

    def __init__(self, plan: Plan, evaluator: Evaluator, folder: Path) -> None:
        self._store, self._folder = Store(folder / "columns"), folder
        _read(plan.data, evaluator, self._store)
        numbers = _part_numbers(plan.data, evaluator, self._store)
        names = map(str, plan.data.parts)
        self.parts = {part: StreamedRows(self._store, numbers, number) for number, part in enumerate(names, start=1)}
        evaluator.variables |= self.parts
        check_parts(plan, self.parts)

    def samples(self, samples_of: Callable[[Any], Any], width: int, block_rows: int) -> dict[str, Stored]:
        """The samples of each part, of the data frames that `samples_of` makes a nest of, with `width` values a row."""
        for rows in self.parts.values():
            rows.forget()
        writers = {part: Writer(self._folder / part) for part in self.parts}
        size = min(GROUP_ROWS, max(_VALUES // width // _AT_ONCE, 1) * _AT_ONCE)
        for part, rows in ahead(self._groups(size)):
            writers[part].append(samples_of(rows))
        return {part: writer.stored(block_rows) for part, writer in writers.items()}

    def _groups(self, size: int) -> Iterator[tuple[str, Any]]:
        """The parts and data frames of their rows: `size` of each, and last of those that are left."""
        import pandas as pd

        kept: dict[str, Any] = {}
        for first, chunk in self._store.numbered():
            for part, rows in self.parts.items():
                here = rows.of(first, chunk)
                kept[part] = pd.concat([kept[part], here]) if part in kept else here
                while len(kept[part]) >= size:
                    yield part, kept[part][:size]
                    kept[part] = kept[part][size:]
        yield from ((part, rows) for part, rows in kept.items() if len(rows))


def _read(data: Data, evaluator: Evaluator, store: Store) -> None:
    chunks = ahead(read_chunks(data, evaluator))
    while True:
        with refused(data.span):
            chunk = next(chunks, None)
        if chunk is None:
            return
        evaluator.variables["data"] = chunk
        execute_steps(data.reading[1:], evaluator, data.span)
        store.append(evaluator.variables["data"])


def _part_numbers(data: Data, evaluator: Evaluator, store: Store) -> Any:
    """The number of the part of each row, counted from 1; 0 for a row of no part."""
    import numpy as np

    evaluator.variables["data"] = store.frame(_looked_at(data.parting, store.columns))
    execute_steps(data.parting, evaluator, data.span)
    numbers = np.zeros(store.rows, "uint8")
    for number, part in enumerate(data.parts, start=1):
        numbers[evaluator.variables.pop(part).index] = number
    del evaluator.variables["data"]
    return numbers


def _looked_at(steps: Iterable[Assign], columns: Iterable[str]) -> list[str]:
    """The columns of which steps may speak."""
    named = {part.value for step in steps for part in walk(step) if isinstance(part, Literal)}
    return [column for column in columns if column in named]
