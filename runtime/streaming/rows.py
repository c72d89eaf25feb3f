"""The rows of each part of streamed data: read once into a store, and parted by their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from specrun.compiler.expressions import Assign, Literal, walk
from specrun.compiler.plan import Data, Plan
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.rows import check_parts, execute_steps, refused
from specrun.runtime.streaming.ahead import ahead, behind
from specrun.runtime.streaming.chunks import read_chunks
from specrun.runtime.streaming.samples import Stored, Writer
from specrun.runtime.streaming.store import Store

GROUP_ROWS = 131_072
"""The most rows that are encoded together."""
_AT_ONCE = 64
"""A whole number of so many rows is encoded together: vectorised functions may give other last bits of those behind.

So it comes only at the end of all rows, as in the script.
"""
SAMPLED_ROWS = 20_000
"""So many rows of a part are kept at most, for what is said of them."""
_VALUES = 2**25
"""About the most encoded values of rows that are encoded together."""


class StreamedRows:
    """The rows of one part, in the order of the files; a column, or a list of them, is had as of a data frame.

    `parts` has the number of the part of each row, which is `number` for these. The column that was asked for last is
    kept, for all that is learnt of it, and the one behind it is read ahead.
    """

    def __init__(self, store: Store, parts: Any, number: int) -> None:
        self._store, self._is_here = store, parts == number
        self._rows = int(self._is_here.sum())
        self._last: tuple[str, Any] | None = None
        self._thread = ThreadPoolExecutor(1)
        self._next: tuple[str, Future[Any]] | None = None

    def __len__(self) -> int:
        return self._rows

    def __getitem__(self, columns: str | list[str]) -> Any:
        if not isinstance(columns, str):
            return self._concatenated(columns)
        if self._last is None or self._last[0] != columns:
            self._last = None
            self._last = columns, self._taken(columns)
        return self._last[1]

    def _taken(self, column: str) -> Any:
        """A column, and the next one begun; there are no more than these two at a time."""
        waiting, self._next = self._next, None
        found = waiting[1].result() if waiting is not None else None
        if waiting is None or waiting[0] != column:
            found = self._column(column)
        following = self._store.columns.index(column) + 1
        if following < len(self._store.columns):
            name = self._store.columns[following]
            self._next = name, self._thread.submit(self._column, name)
        return found

    def _column(self, name: str) -> Any:
        """A column; one of numbers is put together where it stays, which takes half the memory."""
        import numpy as np
        import pandas as pd

        whole, filled = np.empty(self._rows), 0
        for numbered in self._store.numbered([name]):
            here = self.of(*numbered)[name]
            if here.dtype != whole.dtype:
                return self._concatenated([name])[name]
            whole[filled : filled + len(here)] = here
            filled += len(here)
        return pd.Series(whole, name=name, copy=False)

    def _concatenated(self, columns: list[str]) -> Any:
        import pandas as pd

        # A chunk without a row counts: what it holds beside these rows may have given the column another type.
        return pd.concat([self.of(*numbered) for numbered in self._store.numbered(columns)], ignore_index=True)

    def forget(self) -> None:
        """Keep no column any more."""
        if self._next is not None:
            self._next[1].result()
        self._last = self._next = None

    def of(self, first: int, chunk: Any) -> Any:
        """Those of a chunk that begins at a row number."""
        return chunk[self._is_here[first : first + len(chunk)]]


class Sample:
    """Every `step`-th of so many rows, kept as these go by; each has its number among the rows of all parts."""

    def __init__(self, rows: int) -> None:
        self.step = max(-(-rows // SAMPLED_ROWS), 1)
        self._seen = 0
        self._kept: list[Any] = []

    def add(self, first: int, rows: Any) -> None:
        """Look at the next rows, of a chunk that begins at a row number."""
        kept = rows.iloc[-self._seen % self.step :: self.step].copy()  # a slice would keep the whole chunk
        self._kept.append(kept.set_axis(kept.index + first))
        self._seen += len(rows)

    def frame(self) -> Any:
        """The rows that were kept."""
        import pandas as pd

        return pd.concat(self._kept)


class Streamed:
    """The rows of a plan's data, kept in files of `folder`, and by `parts`; the evaluator then holds these, too.

    Once their `samples` are there, `sampled` has some rows of each part.

    Raises SpecError as `read_parts` does.
    """

    def __init__(self, plan: Plan, evaluator: Evaluator, folder: Path) -> None:
        self._store, self._folder = Store(folder / "columns"), folder
        _read(plan.data, evaluator, self._store)
        numbers = _part_numbers(plan.data, evaluator, self._store)
        names = map(str, plan.data.parts)
        self.parts = {part: StreamedRows(self._store, numbers, number) for number, part in enumerate(names, start=1)}
        self.sampled = {part: Sample(len(rows)) for part, rows in self.parts.items()}
        evaluator.variables |= self.parts
        check_parts(plan, self.parts)

    def samples(self, samples_of: Callable[[Any], Any], width: int, block_rows: int) -> dict[str, Stored]:
        """The samples of each part, of the data frames that `samples_of` makes a nest of, with `width` values a row."""
        for rows in self.parts.values():
            rows.forget()
        writers = {part: Writer(self._folder / part) for part in self.parts}
        size = min(GROUP_ROWS, max(_VALUES // width // _AT_ONCE, 1) * _AT_ONCE)

        def write(samples: tuple[str, Any]) -> None:
            part, values = samples
            writers[part].append(values)

        with behind(write) as give:
            for part, rows in ahead(self._groups(size)):
                give((part, samples_of(rows)))
        return {part: writer.stored(block_rows) for part, writer in writers.items()}

    def _groups(self, size: int) -> Iterator[tuple[str, Any]]:
        """The parts and data frames of their rows: `size` of each, and last of those that are left."""
        import pandas as pd

        kept: dict[str, Any] = {}
        for first, chunk in self._store.numbered():
            for part, rows in self.parts.items():
                here = rows.of(first, chunk)
                self.sampled[part].add(first, here)
                kept[part] = pd.concat([kept[part], here]) if part in kept else here
                while len(kept[part]) >= size:
                    yield part, kept[part][:size]
                    kept[part] = kept[part][size:]
        yield from ((part, rows) for part, rows in kept.items() if len(rows))


def _read(data: Data, evaluator: Evaluator, store: Store) -> None:
    chunks = ahead(read_chunks(data, evaluator))
    with behind(store.append) as append:
        while True:
            with refused(data.span):
                chunk = next(chunks, None)
            if chunk is None:
                return
            evaluator.variables["data"] = chunk
            execute_steps(data.reading[1:], evaluator, data.span)
            append(evaluator.variables["data"])


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
