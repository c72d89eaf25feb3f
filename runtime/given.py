"""The rows of data files that a run is given: checked as those of the training were, some at a time."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from specrun.compiler.compilation import load, read_spec
from specrun.compiler.data import Dialect, Table, find_format, open_table, scan
from specrun.compiler.data.batch import BATCH_ROWS, Batch, BatchTable, Damaged, RowBatch
from specrun.compiler.data.folder_table import open_images
from specrun.compiler.data.kinds import as_text
from specrun.compiler.data.numbers import number_of
from specrun.compiler.data.table import Cell, Source
from specrun.compiler.diagnostics import Diagnostic, Severity, Span, SpecError
from specrun.compiler.features import Image
from specrun.compiler.language.spec import Spec
from specrun.compiler.paths import shown_path
from specrun.compiler.plan import FeatureGroup, Plan
from specrun.compiler.resolve import expected_features
from specrun.compiler.suggest import did_you_mean, listed
from specrun.compiler.survey import find_dialect
from specrun.compiler.targets import expected_of
from specrun.compiler.unchanged import as_they_are

_PIXELS = 1 << 24
"""About the most pixels of images that are in memory at a time."""


class Rows:
    """The rows of data files, one behind the other, that a run can predict.

    Raises SpecError where a file cannot be read, lacks columns, or holds what the run's spec does not allow.
    """

    def __init__(self, plan: Plan, directory: Path, data: Sequence[Path], *, with_targets: bool = False) -> None:
        spec = read_spec(load(directory / "spec.yaml"))
        targets = tuple(column for head in plan.heads for column in head.columns) if with_targets else ()
        self._plan, self._data = plan, data
        self._files = as_they_are(data, Span(str(data[0]), 1, 1, 2))
        self._dialect = _dialect(spec, data)
        self._table = _opened(data, self._dialect, with_targets=with_targets)
        _check_columns(plan, self._table, data[0], targets)
        expected = [
            *_expected(spec, plan, data[0]),
            *(one for t in spec.targets if with_targets for one in expected_of(t)),
        ]
        self._folders = {one.column: one.folder for one in expected if one.kind == "image"}
        found = scan(self._table, self._dialect, expected)
        errors = [diagnostic for diagnostic in found.diagnostics if diagnostic.severity is Severity.ERROR]
        if errors:
            raise SpecError(errors)
        if plan.series is not None and spec.data.split.time is not None:
            self._check_order(spec.data.split.time)

    def frames(self) -> Iterator[Any]:
        """The rows as data frames of the columns that the features take, of a series as `_overlapping` has them."""
        frames = self._all()
        if self._plan.series is not None:
            return _overlapping(frames, self._plan.series.window)
        pixels = [math.prod(size or 1 for size in g.tensors[0].shape) for g in self._plan.features if g.kind == "image"]
        return frames if not pixels else _parts(frames, max(_PIXELS // sum(pixels), 1))

    def images(self) -> Iterator[str]:
        """The files of the images that the rows name."""
        if self._folders:
            for frame in self._all():
                for column in self._folders.keys() & set(frame.columns):
                    yield from map(str, frame[column])

    def _all(self) -> Iterator[Any]:
        """All rows. Raises SpecError where the files have changed since they were checked."""
        with self._files.while_read():
            yield from self._each()

    def _each(self) -> Iterator[Any]:
        """All rows; where a file cannot be looked at in columns, row by row from where that was found."""
        done = 0
        if isinstance(self._table, BatchTable) and self._table.pays(None):
            try:
                for batch in self._table.batches(set(self._places()), None):
                    yield self._frame(batch)
                    done += len(batch)
            except Damaged:
                pass
            else:
                return
        rows = islice(self._table.rows(), done, None)
        while some := list(islice(rows, BATCH_ROWS)):
            yield self._frame(RowBatch(some))

    def _check_order(self, column: str) -> None:
        """Raise SpecError where the rows of a series are not in the order of time, as they were in training."""
        place = self._table.index(column)
        if place is None:
            return
        last = -math.inf
        for row in self._table.rows():
            time = _time(row.cells[place], self._dialect.decimal)
            if time < last:
                message = f"this row is of an earlier `{column}` than the one before it, and a series goes by its time"
                span = self._table.span(row, place)
                raise SpecError([Diagnostic("R105", message, span, f"sort the rows by `{column}`")])
            last = last if time == math.inf else time

    def _places(self) -> tuple[int, ...]:
        places = (self._table.index(source) for source in sources(self._plan))
        return tuple(place for place in places if place is not None)

    def _frame(self, batch: Batch) -> Any:
        import pandas as pd

        columns = {}
        for group in self._plan.features:
            for source in group.sources if group.input is not None else ():
                columns[source] = pd.Series(self._values(batch, source, group), dtype=_dtype(group))
        return pd.DataFrame(columns)

    def _values(self, batch: Batch, source: str, group: FeatureGroup) -> Sequence[Any]:
        """The cells of a column as a person has them in a data frame."""
        place = self._table.index(source)
        assert place is not None
        if _dtype(group) == "float64":
            return batch.numbers(place, self._dialect.decimal, frozenset(self._dialect.missing))
        texts = batch.texts(place)
        if group.kind == "image" and self._dialect.format != "image_folder":
            return [str(self._folders[source] / str(text)) for text in texts]
        return texts


def _time(cell: Cell, decimal: str) -> float:
    """The time of a row, a number or an ISO date; of no other text is it known that it is too early."""
    number = number_of(cell, decimal)
    if number is not None:
        return number
    try:
        date = datetime.fromisoformat(as_text(cell))
    except ValueError:
        return math.inf
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


def _parts(frames: Iterable[Any], rows: int) -> Iterator[Any]:
    """The same rows, so many at a time at the most."""
    for frame in frames:
        yield from (frame.iloc[first : first + rows] for first in range(0, len(frame), rows))


def _overlapping(frames: Iterable[Any], window: int) -> Iterator[Any]:
    """The rows of a series, each frame beginning with those of the last one that windows reach back to.

    Each window of rows so is in one frame. Of too few rows for one, there is the one frame of them all.
    """
    import pandas as pd

    kept, is_given = None, False
    for frame in frames:
        kept = frame if kept is None else pd.concat([kept, frame], ignore_index=True)
        if len(kept) >= window:
            yield kept
            is_given, kept = True, kept.iloc[len(kept) - window + 1 :]
    if kept is not None and not is_given:
        yield kept


def _dtype(group: FeatureGroup) -> str:
    """Numbers are floats; all else is as a file of texts, or one of lists, has it."""
    return "float64" if group.frame.startswith(("float", "int")) and group.parse is None else "object"


def sources(plan: Plan) -> tuple[str, ...]:
    """The columns, by their names in a file, that the inputs of a plan take."""
    return tuple(source for group in plan.features if group.input is not None for source in group.sources)


def _dialect(spec: Spec, data: Sequence[Path]) -> Dialect:
    """How the files are read: as the spec's, but for a format that the name of the first tells."""
    of_images = any(isinstance(f.feature, Image) for f in spec.features) and os.path.isdir(data[0])
    format_ = find_format(data[0]) or ("image_folder" if of_images else spec.data.format)
    return find_dialect(replace(spec.data, path=str(data[0]), format=format_, dataset=None))


def _opened(data: Sequence[Path], dialect: Dialect, *, with_targets: bool) -> Table:
    shown = [shown_path(path) for path in data]
    span = Span(shown[0], 1, 1, 2)
    others = [name for path, name in zip(data, shown, strict=True) if find_format(path) != find_format(data[0])]
    if others:
        hint = "name files of one format, or run `predict` for each of them"
        raise SpecError([Diagnostic("R105", f"{others[0]} is of another format than {shown[0]}", span, hint)])
    if dialect.format == "image_folder" and not with_targets:
        table, problems = open_images(Source(data[0], shown[0]), span)
    else:
        table, problems = open_table(dialect, data, shown, span)
    if table is None:
        raise SpecError(problems)
    return table


def _check_columns(plan: Plan, table: Table, data: Path, targets: Sequence[str]) -> None:
    names = [column.name for column in table.columns]
    absent = [source for source in dict.fromkeys((*sources(plan), *targets)) if source not in names]
    if absent:
        takes = "predicts" if set(absent) <= set(targets) else "takes"
        message = f"{shown_path(data)} has no column {listed(absent, 4)}, which the model {takes}"
        hint = did_you_mean(absent[0], names, f"its columns are {listed(names)}")
        raise SpecError([Diagnostic("R105", message, Span(shown_path(data), 1, 1, 2), hint)])


def _expected(spec: Spec, plan: Plan, data: Path) -> Iterator[Any]:
    """What the features expect of their columns."""
    taken = frozenset(sources(plan))
    return expected_features((feature for feature in spec.features if feature.column in taken), data.parent)
