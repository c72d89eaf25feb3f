"""The first step of a plan's reading, some rows at a time: pandas and pyarrow as the step calls them, in chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from specrun.compiler.expressions import Assign, Call, Mapped, walk
from specrun.compiler.plan import Data
from specrun.runtime.evaluate import Evaluator, resolve_function

CHUNK_ROWS = 262_144
"""The most rows of a chunk."""
_CELLS = 2**23
"""About the most cells of a chunk."""

_Reader: TypeAlias = Callable[[str, int, list[str], Mapping[str, Any]], Iterator[Any]]


def read_chunks(data: Data, evaluator: Evaluator) -> Iterator[Any]:
    """The rows of the files as data frames of the columns that are used."""
    step, columns = data.reading[0], list(data.columns)
    reading = next(part for part in walk(step) if isinstance(part, Call) and part.function in _READERS)
    options = {str(keyword.name): evaluator(keyword.value) for keyword in reading.keywords}
    rows = min(CHUNK_ROWS, max(_CELLS // len(columns), 1))
    for path in _paths(step, reading, evaluator):
        yield from _READERS[str(reading.function)](path, rows, columns, options)


def _paths(step: Assign, reading: Call, evaluator: Evaluator) -> list[str]:
    """The files: the one that the call names, or each of those that it is called for."""
    each = next((part for part in walk(step) if isinstance(part, Mapped) and part.value == reading), None)
    return [evaluator(reading.arguments[0])] if each is None else list(evaluator(each.over))


def _of_pandas(function: str) -> _Reader:
    def read(path: str, rows: int, columns: list[str], options: Mapping[str, Any]) -> Iterator[Any]:
        with resolve_function(function)(path, chunksize=rows, **options) as chunks:
            for chunk in chunks:
                # Of JSON Lines, a chunk has the columns that some row of it has.
                yield chunk.reindex(columns=columns).reset_index(drop=True)

    return read


def _parquet(path: str, rows: int, columns: list[str], _options: Mapping[str, Any]) -> Iterator[Any]:
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path, pre_buffer=False) as file:
        for batch in file.iter_batches(rows, columns=columns):
            # What the file says of pandas is of all its rows: their index, for one.
            yield batch.select(columns).replace_schema_metadata(None).to_pandas()


_READERS: Mapping[str, _Reader] = {
    "pandas.read_csv": _of_pandas("pandas.read_csv"),
    "pandas.read_json": _of_pandas("pandas.read_json"),
    "pandas.read_parquet": _parquet,
}
