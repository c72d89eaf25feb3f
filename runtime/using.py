"""Using a run on a data file: its rows are checked as those of training were, and predicted some at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from specrun.compiler.compilation import load, read_spec
from specrun.compiler.data import Cell, Dialect, Table, find_format, open_table, scan
from specrun.compiler.data.batch import BATCH_ROWS, Batch, BatchTable, Damaged, RowBatch
from specrun.compiler.data.kinds import as_text
from specrun.compiler.data.numbers import number_of
from specrun.compiler.diagnostics import Diagnostic, Severity, Span, SpecError
from specrun.compiler.language.spec import Spec
from specrun.compiler.plan import FeatureGroup, Head, Plan, Task
from specrun.compiler.resolve import expected_features
from specrun.compiler.suggest import did_you_mean, listed
from specrun.compiler.survey import find_dialect, shown_path
from specrun.compiler.targets import expected_of
from specrun.runtime.answers import HALF, chosen_of, shares_of
from specrun.runtime.run import Run


class Rows:
    """The rows of a data file that a run can predict.

    Raises SpecError where the file cannot be read, lacks columns, or holds what the run's spec does not allow.
    """

    def __init__(self, plan: Plan, directory: Path, data: Path, *, with_targets: bool = False) -> None:
        spec = read_spec(load(directory / "spec.yaml"))
        targets = tuple(column for head in plan.heads for column in head.columns) if with_targets else ()
        self._plan = plan
        self._dialect = _dialect(spec, data)
        self._table = _opened(data, self._dialect)
        _check_columns(plan, self._table, data, targets)
        expected = [
            *_expected(spec, plan, data),
            *(one for t in spec.targets if with_targets for one in expected_of(t)),
        ]
        found = scan(self._table, self._dialect, expected)
        errors = [diagnostic for diagnostic in found.diagnostics if diagnostic.severity is Severity.ERROR]
        if errors:
            raise SpecError(errors)

    def frames(self) -> Iterator[Any]:
        """The rows as data frames of the columns that the features take; of a series all at once."""
        import pandas as pd

        frames = (self._frame(batch) for batch in _batches(self._table, self._places()))
        yield from [pd.concat(list(frames), ignore_index=True)] if self._plan.series is not None else frames

    def _places(self) -> tuple[int, ...]:
        places = (self._table.index(source) for source in _sources(self._plan))
        return tuple(place for place in places if place is not None)

    def _frame(self, batch: Batch) -> Any:
        import pandas as pd

        columns = {}
        for group in self._plan.features:
            for source in group.sources if group.input is not None else ():
                place = self._table.index(source)
                assert place is not None
                columns[source] = pd.Series(self._values(batch.cells(place), group), dtype=_dtype(group))
        return pd.DataFrame(columns)

    def _values(self, cells: Sequence[Cell], group: FeatureGroup) -> list[Any]:
        """The cells of a column as a person has them in a data frame."""
        missing = frozenset(self._dialect.missing)
        if _dtype(group) == "float64":
            return [None if cell in missing else _number(cell, self._dialect.decimal) for cell in cells]
        return [list(cell) if isinstance(cell, tuple) else None if cell is None else as_text(cell) for cell in cells]


def _number(cell: Cell, decimal: str) -> float | None:
    return float(cell) if isinstance(cell, bool) else number_of(cell, decimal)


def _dtype(group: FeatureGroup) -> str:
    """Numbers are floats; all else is as a file of texts, or one of lists, has it."""
    return "float64" if group.frame.startswith(("float", "int")) and group.parse is None else "object"


def _sources(plan: Plan) -> tuple[str, ...]:
    """The columns, by their names in a file, that the inputs of a plan take."""
    return tuple(source for group in plan.features if group.input is not None for source in group.sources)


def _dialect(spec: Spec, data: Path) -> Dialect:
    """How a file is read: as the spec's, but for a format that its name tells."""
    format_ = find_format(data) or spec.data.format
    return find_dialect(replace(spec.data, path=str(data), format=format_, dataset=None))


def _opened(data: Path, dialect: Dialect) -> Table:
    shown = shown_path(data)
    table, problems = open_table(dialect, (data,), (shown,), Span(shown, 1, 1, 2))
    if table is None:
        raise SpecError(problems)
    return table


def _check_columns(plan: Plan, table: Table, data: Path, targets: Sequence[str]) -> None:
    names = [column.name for column in table.columns]
    absent = [source for source in dict.fromkeys((*_sources(plan), *targets)) if source not in names]
    if any(group.kind == "image" for group in plan.features):
        message = "the model takes images, which `predict` reads from no table"
        hint = "load `model.keras` in Python, and give it the pixels"
        raise SpecError([Diagnostic("R105", message, Span(shown_path(data), 1, 1, 2), hint)])
    if absent:
        takes = "predicts" if set(absent) <= set(targets) else "takes"
        message = f"{shown_path(data)} has no column {listed(absent, 4)}, which the model {takes}"
        hint = did_you_mean(absent[0], names, f"its columns are {listed(names)}")
        raise SpecError([Diagnostic("R105", message, Span(shown_path(data), 1, 1, 2), hint)])


def _expected(spec: Spec, plan: Plan, data: Path) -> Iterator[Any]:
    """What the features expect of their columns."""
    taken = frozenset(_sources(plan))
    return expected_features((feature for feature in spec.features if feature.column in taken), data.parent)


def _batches(table: Table, columns: Sequence[int]) -> Iterator[Batch]:
    """All rows, in batches; where a file cannot be looked at in columns, row by row from where that was found."""
    done = 0
    if isinstance(table, BatchTable) and table.pays(None):
        try:
            for batch in table.batches(set(columns), None):
                yield batch
                done += len(batch)
        except Damaged:
            pass
        else:
            return
    rows = islice(table.rows(), done, None)
    while some := list(islice(rows, BATCH_ROWS)):
        yield RowBatch(some)


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


def written(frames: Iterable[Any], path: Path) -> int:
    """Write data frames one behind the other to a CSV, JSON Lines or Parquet file, as its name says; how many rows.

    What was there before stays until all is written.
    """
    scratch = path.with_name(f".{path.name}.part")
    rows = 0
    try:
        with _WRITERS[find_format(path) or "csv"](scratch) as write:
            for frame in frames:
                write(frame)
                rows += len(frame)
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)
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
