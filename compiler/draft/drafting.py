"""From a data file to the text of a spec that a person would keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from specrun.compiler.data import Cell, Dialect, Table, find_decimal, open_table
from specrun.compiler.diagnostics import Diagnostic, Span, SpecError
from specrun.compiler.draft.columns import Profile, find_markers, profile
from specrun.compiler.draft.dialect import Given, find_dialect
from specrun.compiler.draft.findings import find_group, near_equal, shown_group, why_leaking, why_useless
from specrun.compiler.draft.goal import Goal, advise, advise_series, find_goal
from specrun.compiler.draft.writing import Drafted, Feature, write_spec
from specrun.compiler.language.spec import REST
from specrun.compiler.paths import relative_path, shown_path
from specrun.compiler.suggest import did_you_mean, listed

LOOKED_ROWS = 50_000
"""So many rows tell what the columns are."""
_MANY_TEXTS = 50
_SERIES_ROWS = 60
_WINDOW = 12
_PARTS = 3
"""Training, validation and test rows, each of which is to have a row of each class."""


def columns_of(data: Path, given: Given) -> tuple[str, ...]:
    """The names of a data file's columns. Raises SpecError where it cannot be read."""
    return tuple(column.name for column in _opened(data, find_dialect(data, given)).columns)


def draft_spec(data: Path, target: str, given: Given, spec: Path, schema: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text of a spec for a data file, to be written to `spec`, and what has to be mended in the data for it.

    `schema` is what editors find the spec's schema by. Raises SpecError where the file cannot be read, or where it has
    no such target.
    """
    dialect = find_dialect(data, given)
    table = _opened(data, dialect)
    _check_target(table, target, data, given)
    dialect, columns = _looked_at(table, dialect)
    has_more = len(columns[target].cells) == LOOKED_ROWS
    goal = find_goal(_goal_column(columns[target]), has_more=has_more)
    others = [column for name, column in columns.items() if name != target]
    series = _series(goal, others)
    drafted = _of_rows(goal, others) if series is None else _of_series(goal, series, others)
    path = relative_path(data, spec.parent)
    told = f"told by the first {LOOKED_ROWS:,} rows" if has_more else ""
    drafted = replace(drafted, name=spec.stem, path=path, dialect=dialect, schema=schema, told=told)
    return write_spec(drafted, shown_path(spec), spec.parent)


def _opened(data: Path, dialect: Dialect) -> Table:
    table, problems = open_table(dialect, (data,), (data.as_posix(),), _span("DATA", str(data)))
    if table is None:
        raise SpecError(replace(d, hint=d.hint.replace("`columns:`", "`--columns`")) for d in problems)
    return table


def _span(argument: str, text: str) -> Span:
    return Span(argument, 1, 1, len(text) + 1, text)


def _check_target(table: Table, target: str, data: Path, given: Given) -> None:
    if table.index(target) is not None:
        return
    names = [column.name for column in table.columns]
    message = f"`{target}` is not a column of {data.as_posix()}"
    otherwise = f"the columns are {listed(names)}"
    if not given.columns:
        otherwise += "; where these are a row, name the columns with `--columns`"
    hint = did_you_mean(target, names, otherwise)
    raise SpecError([Diagnostic("S205", message, _span("--target", target), hint)])


def _looked_at(table: Table, dialect: Dialect) -> tuple[Dialect, dict[str, Profile]]:
    """The columns by their first rows, and the dialect with what these tell of it."""
    problems: list[Diagnostic] = []
    rows = [row.cells for row in islice(table.rows(problems), LOOKED_ROWS)]
    if problems:
        raise SpecError(problems)
    names = [column.name for column in table.columns]
    cells: dict[str, Sequence[Cell]] = dict(zip(names, zip(*rows, strict=True), strict=True))
    if dialect.format == "csv":
        dialect = replace(dialect, strip=any(map(_has_blanks, cells.values())))
        if dialect.strip:
            cells = {name: [str(cell).strip() for cell in column] for name, column in cells.items()}
    if dialect.format == "csv":
        no_texts = [c.name for c in table.columns if profile(c, cells[c.name], dialect).kind != "text"]
        dialect = replace(dialect, decimal=find_decimal(table, no_texts))
    dialect = replace(dialect, missing=find_markers(cells, dialect.decimal))
    return dialect, {c.name: profile(c, cells[c.name], dialect) for c in table.columns}


def _has_blanks(cells: Sequence[Cell]) -> bool:
    """Whether the values of a column, none of which is a free text, have blanks at their ends."""
    texts = {cell for cell in cells if isinstance(cell, str)}
    few = len(texts) <= len(cells) / 2
    return few and any(text != text.strip() and text.strip() for text in texts)


def _goal_column(column: Profile) -> Profile:
    if column.kind in ("text", "datetime", "vector", "sequence"):
        what = {"text": "free texts", "datetime": "dates"}.get(column.kind, "lists of numbers")
        message = f"`{column.name}` holds {what}, which a network is not taught to predict here"
        hint = "name a column of numbers, of classes or of labels"
        raise SpecError([Diagnostic("S213", message, _span("--target", column.name), hint)])
    return column


def _series(goal: Goal, others: Sequence[Profile]) -> Profile | None:
    """The column that orders the rows as a series of the target, where there is one."""
    times = [column for column in others if column.kind == "datetime"]
    if goal.of_classes or len(times) != 1 or len(goal.target.cells) < _SERIES_ROWS or goal.target.missing:
        return None
    (time,) = times
    texts = [str(cell) for cell in time.cells]
    return time if not time.missing and texts == sorted(set(texts)) else None


def _of_series(goal: Goal, time: Profile, others: Sequence[Profile]) -> Drafted:
    note = f"the rows are a series: `{time.name}` orders them, each with a moment of its own"
    window = Feature(goal.target.name, {"type": "timeseries", "window": _WINDOW}, f"its last {_WINDOW} values")
    split = {"test": 0.2, "validation": 0.2, "time": time.name}
    return Drafted(goal, (window, *map(_feature, others)), split, note, advise_series(goal))


def _of_rows(goal: Goal, others: Sequence[Profile]) -> Drafted:
    split: dict[str, object] = {"test": 0.2, "validation": 0.15}
    rarest = min(goal.target.counts.values(), default=0)
    group = find_group([column for column in others if not why_useless(column)])
    note = "" if group is None else shown_group(group)
    if group is not None:
        split["group"] = group[0].name
    elif goal.of_classes and goal.target.kind != "set" and rarest >= _PARTS:
        split["stratify"] = True
    features = list(_features(goal, others, None if group is None else group[0].name))
    return Drafted(goal, tuple(features), split, note, advise(goal, len(goal.target.cells)))


def _features(goal: Goal, others: Sequence[Profile], group: str | None) -> Iterator[Feature]:
    for column in others:
        feature = _feature(column)
        why = why_useless(column) or why_leaking(column, goal.target, of_classes=goal.of_classes)
        if column.name == REST:
            why = f"in a spec, `{REST}` stands for all columns that it does not name"
        if column.name == group:
            why = "names the group, and the test rows are of other ones"
        yield replace(feature, left_out=why or feature.left_out)


def _feature(column: Profile) -> Feature:
    """A column as a feature, with what is to be known of it."""
    notes = []
    options: dict[str, object] = {"type": column.kind}
    if column.missing:
        notes.append(f"{column.missing:,} of {len(column.cells):,} rows have no value")
        options |= _MISSING.get(column.kind, {})
    if column.kind == "category" and len(column.counts) > _MANY_TEXTS:
        notes.append(f"{len(column.counts):,} different ones")
        options |= {"encoding": "embedding"}
    if column.kind == "vector":
        options |= {"size": column.length}
    if column.kind == "text":
        options |= {"output": "tf_idf", "vocabulary": 2000}
    notes += filter(None, [near_equal(column)])
    left_out = "lists of many lengths: see `sequence` in the language" if column.kind == "sequence" else ""
    return Feature(column.name, options, "; ".join(notes), left_out)


_MISSING: Mapping[str, dict[str, object]] = {
    "number": {"missing": "median"},
    "datetime": {"missing": "median"},
    "vector": {"missing": "mean"},
}
