"""What a run predicts, as tables: the columns of each kind of target, and the files that they go to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

from specrun.compiler.data import find_format
from specrun.compiler.plan import Head, Task
from specrun.runtime.answers import HALF, chosen_of, shares_of
from specrun.runtime.disk import replaced
from specrun.runtime.formulas import Formulas
from specrun.runtime.run import Run


def predictions(run: Run, frame: Any) -> Any:
    """What a run predicts for the rows of a data frame, as a data frame.

    Of a class, the column of the target has the likeliest one and `<target>: <class>` the probability of each; of
    labels, those that are more likely than not, joined by `|`, and the probability of each; of a number, itself. Of a
    series, there is a row for each window of rows, and of several steps ahead a column for each, `<target> +1` on.
    """
    import pandas as pd

    outputs = run.predict(frame)
    several = len(run.plan.heads) > 1
    columns: dict[str, Any] = {}
    for head in run.plan.heads:
        columns |= _COLUMNS[head.task](head, outputs[head.name] if several else outputs)
    return pd.DataFrame(columns)


def _classes(head: Head, output: Any) -> dict[str, Any]:
    (target,) = head.columns
    shares = shares_of(head, output)
    chosen = [head.classes[place] for place in chosen_of(head, output).tolist()]
    return {target: chosen, **{f"{target}: {c}": shares[:, i] for i, c in enumerate(head.classes)}}


def _labels(head: Head, output: Any) -> dict[str, Any]:
    target = head.columns[0] if len(head.columns) == 1 else head.name
    likely = ["|".join(str(head.classes[i]) for i in row.nonzero()[0]) for row in output > HALF]
    return {target: likely, **{f"{target}: {c}": output[:, i] for i, c in enumerate(head.classes)}}


def _numbers(head: Head, output: Any) -> dict[str, Any]:
    if len(head.columns) == output.shape[1]:
        return {column: output[:, i] for i, column in enumerate(head.columns)}
    return {f"{head.columns[0]} +{i + 1}": output[:, i] for i in range(output.shape[1])}


_COLUMNS: Mapping[Task, Callable[[Head, Any], dict[str, Any]]] = {
    Task.CLASSES: _classes,
    Task.BINARY: _classes,
    Task.ORDINAL: _classes,
    Task.LABELS: _labels,
    Task.NUMBER: _numbers,
    Task.NUMBERS: _numbers,
}


def written(frames: Iterable[Any], path: Path, formulas: Formulas | None = None) -> int:
    """Write data frames one behind the other to a CSV, JSON Lines or Parquet file, as its name says; how many rows.

    What was there before stays until all is written. `formulas` makes those harmless that a CSV file would have.
    """
    if formulas is not None and find_format(path) == "csv":  # a spreadsheet opens no other
        frames = map(formulas.without, frames)
    rows = 0
    with replaced(path) as scratch, _WRITERS[find_format(path) or "csv"](scratch) as write:
        for frame in frames:
            write(frame)
            rows += len(frame)
    return rows


@contextmanager
def _csv(path: Path) -> Iterator[Callable[[Any], None]]:
    with path.open("w", encoding="utf-8", newline="") as file:
        yield lambda frame: frame.to_csv(file, index=False, header=file.tell() == 0)


@contextmanager
def _jsonl(path: Path) -> Iterator[Callable[[Any], None]]:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        yield lambda frame: frame.to_json(file, orient="records", lines=True, force_ascii=False)


@contextmanager
def _parquet(path: Path) -> Iterator[Callable[[Any], None]]:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    with ExitStack() as stack:
        writer: Any = None

        def write(frame: Any) -> None:
            nonlocal writer
            table = pa.Table.from_pandas(frame, preserve_index=False)
            writer = writer or stack.enter_context(ParquetWriter(path, table.schema))
            writer.write_table(table)

        yield write


_WRITERS: Mapping[str, Callable[[Path], AbstractContextManager[Callable[[Any], None]]]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
}
