"""Saying everything that a spec leaves to its data: kinds of features, classes, the decimal mark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from specrun.compiler.columns import check_columns, expand_rest, usable
from specrun.compiler.crosses import check_crossed
from specrun.compiler.data import (
    ISO_FORMAT,
    ColumnFacts,
    Expected,
    Table,
    find_decimal,
    read_number,
)
from specrun.compiler.diagnostics import Diagnostic, Report
from specrun.compiler.features import Category, Datetime, Facts, Feature, Image, Number
from specrun.compiler.fit import check_counts, check_dataset, check_split
from specrun.compiler.language.spec import REST, FeatureSpec, Spec
from specrun.compiler.language.targets import Target
from specrun.compiler.look import Look, is_wide
from specrun.compiler.memory import IN_MEMORY, check_memory, choose_memory
from specrun.compiler.ordered import check_horizon
from specrun.compiler.parting import part_sizes, windows_of
from specrun.compiler.plan import Memory
from specrun.compiler.survey import Survey
from specrun.compiler.targets import check_order, expected_of, settled

FIRST_ROWS = 10_000
"""How many rows `check` looks at, and `decimal: auto` decides by."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A spec in which every feature has its kind, every option its value, and what is known of its columns.

    `columns` are all those of the data, each with the type that the file gives its values ("text", "integer",
    "number", "boolean"); `facts` are of the features. `parts` names the parts of the rows, `train` first.
    `time_is_text` says that the times that part the rows are dates, `time_is_wide` that they are numbers beyond 64
    bits. `pairs` has the false and the true text of labels that have a column each. `open_targets` names those of which
    only the first rows were looked at, and whose classes are those that were met. `inferred` names the features whose
    kind the data told; `windows` is, of a series, how many each part has, where all the rows were looked at. `rows` is
    how many there are at least: where all were looked at, as many. `about_rows` is how many there are, however many
    were looked at: of a text file about as many, see `Table.about`.
    """

    spec: Spec
    columns: Mapping[str, str]
    facts: Mapping[str, Facts]
    parts: tuple[str, ...]
    time_is_text: bool = False
    time_is_wide: bool = False
    pairs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    open_targets: frozenset[str] = frozenset()
    inferred: frozenset[str] = frozenset()
    rows: int = 0
    windows: Mapping[str, int] = field(default_factory=dict)
    memory: Memory = IN_MEMORY
    about_rows: int = 0
    _features: Mapping[str, Feature | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        features = {spec.column: spec.feature for spec in reversed(self.spec.features)}
        object.__setattr__(self, "_features", features)

    def frame_of_target(self, column: str) -> str:
        """What a column that is predicted is read as: see `frame_of`."""
        return self.frame_of(next(target for target in self.spec.targets if column in target.columns))

    def frame_of(self, target: Target) -> str:
        """What the columns of a target are read as: "string", "float32", or "list" where the file has lists."""
        column = target.columns[0]
        if target.is_in_cells:
            return "list" if self.columns.get(column) == "list" else "string"
        is_text = any(isinstance(label, str) for label in target.classes or ())
        if target.type == "labels":  # all the columns alike
            held = {self.columns.get(label) for label in target.columns}
            pairs = {self.pairs.get(label) for label in target.columns}
            is_text = pairs != {("0", "1")} and not held <= {"integer", "number", "boolean"}
        return "string" if is_text else "float32"

    def feature(self, column: str) -> Feature | None:
        """The feature of a column, if it is one."""
        return self._features.get(column)

    def may_miss(self, column: str) -> bool:
        """Whether a feature's policy allows missing values."""
        feature = self.feature(column)
        return feature is not None and feature.missing != "error"

    def is_stripped(self, column: str) -> bool:
        """Whether a number of a CSV file is read as a text, as what is missing among them has blanks beside it."""
        return self.spec.data.strip and self.may_miss(column)


ChooseTraining: TypeAlias = Callable[[Resolved, Table], bytes]
"""Tells the rows that the split of a spec makes training rows, as `Table.chosen` takes them."""


def resolve(
    spec: Spec,
    survey: Survey,
    report: Report,
    *,
    limit: int | None = None,
    choose_training: ChooseTraining | None = None,
    count_values: bool = False,
) -> Resolved:
    """The spec with everything said.

    `limit` bounds the rows that are looked at. `choose_training` tells the training rows, which alone decide what kind
    a column is; without it the rows that are looked at decide. `count_values` counts the different texts of the
    training rows, from which the widths of one-hot features follow.
    """
    report.add(*check_columns(spec, survey))
    if not report.has_errors:
        report.add(*check_horizon(spec))
    unsettled = frozenset(target.name for target in spec.targets if target.classes is None)
    asks = unsettled or spec.data.split.column is not None or any(map(_is_open, spec.features))
    if choose_training is not None and asks:
        limit = None  # what the plan says must not hang on how far one looked
    spec = expand_rest(usable(spec, survey.table), survey.table)
    if not spec.features and not report.has_errors:
        message = f"`*` stands for no column of {survey.shown}: each of them is named elsewhere"
        report.add(Diagnostic("S204", message, spec.span("features", REST), "give the network a column to learn from"))
    spec, look = _settle_dialect(spec, survey, limit, report)
    facts, rows = look.scan(_expected(spec, survey.folder))
    report.add(*check_dataset(spec))
    is_complete = rows is not None or spec.data.dataset is not None
    spec = replace(spec, targets=tuple(settled(target, spec.data, facts) for target in spec.targets))
    report.add(*check_order(spec.targets, unsettled))
    if rows and not report.has_errors:
        report.add(*check_split(spec, rows, facts))
    spec = replace(spec, features=tuple(_grouping_as_category(spec)))
    resolved = _with_facts(spec, survey, facts, frozenset() if is_complete else unsettled)
    report.add(*check_memory(spec, resolved.memory))
    learns = count_values or any(f.feature is None for f in spec.features)
    if choose_training is not None and learns and spec.data.dataset is None and not report.has_errors:
        look = replace(look, training=survey.table.chosen(choose_training(resolved, survey.table)))
    inferred = frozenset(s.column for s in spec.features if s.feature is None)
    spec = replace(spec, features=look.infer_kinds(spec.features))
    report.add(*check_crossed(spec.features, resolved.columns))
    more, _ = look.scan(expected_features((s for s in spec.features if s.column not in facts), survey.folder))
    facts |= more
    counts = look.count_texts(spec.features) if count_values else {}
    report.add(*check_counts(spec, counts))
    known = {s.column: look.facts(s, facts, counts) for s in spec.features}
    filled = (replace(s, feature=s.feature and s.feature.filled(known[s.column])) for s in spec.features)
    windows = windows_of(spec.series, part_sizes(spec.data.split, rows)) if rows and spec.series else {}
    spec = replace(spec, features=tuple(filled))
    at_least = (limit or 0) if rows is None else rows
    return replace(resolved, spec=spec, facts=known, inferred=inferred, rows=at_least, windows=windows)


def _with_facts(spec: Spec, survey: Survey, facts: Mapping[str, ColumnFacts], open_targets: frozenset[str]) -> Resolved:
    """The spec with what the rows tell of its columns, but for the features."""
    return Resolved(
        spec,
        {column.name: column.physical for column in survey.table.columns},
        {},
        _parts(spec, facts),
        _time_is_text(spec, survey.table),
        is_wide(facts.get(spec.data.split.time or "")),
        pairs={column: facts[column].booleans or ("", "") for column in spec.target_columns if column in facts},
        open_targets=open_targets,
        memory=choose_memory(spec, survey.size),
        about_rows=survey.table.about(),
    )


def _settle_dialect(spec: Spec, survey: Survey, limit: int | None, report: Report) -> tuple[Spec, Look]:
    """The spec with its format, separator, decimal mark and seed of the split said."""
    dialect, data = survey.dialect, spec.data
    decimal_found = False
    if dialect.format == "csv":
        if data.decimal == "auto":
            dialect = replace(dialect, decimal=find_decimal(survey.table, _number_columns(spec)))
            decimal_found = dialect.decimal == ","
        data = replace(data, format="csv", separator=dialect.separator, decimal=dialect.decimal)
    elif dialect.format != "dataset":
        data = replace(data, format=dialect.format, decimal=".")
    else:
        data = replace(data, decimal=".")
    split = data.split if data.split.seed is not None else replace(data.split, seed=spec.training.seed)
    if spec.series is not None and split.way == "random":
        split = replace(split, shuffle=False)
    data = replace(data, split=split)
    look = Look(survey.table, survey.table, dialect, limit, decimal_found, report)
    return replace(spec, data=replace(data, missing=dialect.missing)), look


def _number_columns(spec: Spec) -> tuple[str, ...]:
    """The columns that the spec says are numbers, and those that it leaves to the data."""
    numbers = [s.column for s in spec.features if s.feature is None or isinstance(s.feature, Number)]
    predicted = [column for target in spec.targets if target.type == "number" for column in target.columns]
    return (*numbers, *predicted)


def _expected(spec: Spec, folder: Path) -> Iterator[Expected]:
    """What the declared features, the target and the split expect of their columns."""
    ordering = spec.data.split.time
    declared = (s for s in spec.features if s.column != ordering or not _is_datetime(s))
    yield from expected_features(declared, folder)
    for target in spec.targets:
        yield from expected_of(target)
    split, span = spec.data.split, spec.span("data", "split")
    for column, kind in ((split.group, "key"), (split.time, "time"), (split.column, "part")):
        if column is not None:
            written = next((s.feature for s in spec.features if s.column == column and _is_datetime(s)), None)
            format = (written.format or ISO_FORMAT) if isinstance(written, Datetime) else None
            yield Expected(column, kind, span, missing_allowed=False, format=format)


def _is_datetime(spec: FeatureSpec) -> bool:
    return isinstance(spec.feature, Datetime)


def _is_open(spec: FeatureSpec) -> bool:
    """Whether the data are to say something about a feature that any row may change."""
    feature = spec.feature
    return feature is None or (isinstance(feature, Datetime) and feature.parts is None)


def expected_features(features: Iterable[FeatureSpec], folder: Path) -> Iterator[Expected]:
    """What the features expect of their columns; paths in these are relative to `folder`."""
    for spec in features:
        if spec.feature is not None:
            expected = spec.feature.expected(spec.column, spec.span)
            own = spec.feature.folder if isinstance(spec.feature, Image) else None
            yield replace(expected, folder=folder / (own or ""))


def _parts(spec: Spec, facts: Mapping[str, ColumnFacts]) -> tuple[str, ...]:
    split = spec.data.split
    if split.column is None:
        return ("train", "validation", "test") if split.validation is not None else ("train", "test")
    named = facts[split.column].values if split.column in facts else ()
    return tuple(part for part in ("train", "validation", "test") if part in named or part == "train")


def _time_is_text(spec: Spec, table: Table) -> bool:
    index = table.index(spec.data.split.time or "")
    row = None if index is None else next(table.rows(), None)
    cell = None if row is None or index is None else row.cells[index]
    return isinstance(cell, str) and read_number(cell, spec.data.decimal) is None


def _grouping_as_category(spec: Spec) -> Iterator[FeatureSpec]:
    """The column that rows are grouped by is a text: it has to be known before the training rows are."""
    for feature in spec.features:
        is_grouping = feature.feature is None and feature.column == spec.data.split.group
        yield replace(feature, feature=Category()) if is_grouping else feature
