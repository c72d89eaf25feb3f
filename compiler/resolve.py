"""Saying everything that a spec leaves to its data: kinds of features, classes, the decimal mark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from specrun.compiler.columns import check_columns, expand_rest, usable
from specrun.compiler.data import (
    DATASETS,
    ColumnFacts,
    Expected,
    Table,
    find_decimal,
    read_number,
)
from specrun.compiler.diagnostics import Diagnostic, Report
from specrun.compiler.features import Category, Facts, Feature, Number
from specrun.compiler.fit import check_counts, check_dataset, check_split
from specrun.compiler.language.spec import REST, FeatureSpec, Spec
from specrun.compiler.look import Chosen, Look
from specrun.compiler.survey import Survey

FIRST_ROWS = 10_000
"""How many rows `check` looks at, and `decimal: auto` decides by."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A spec in which every feature has its kind, every option its value, and what is known of its columns.

    `columns` are all those of the data, each with the type that the file gives its values ("text", "integer",
    "number", "boolean"); `facts` are of the features. `parts` names the parts of the rows, `train` first.
    `classes_complete` is False where only the first rows were looked at and the classes are those that were met.
    `inferred` names the features whose kind the data told.
    """

    spec: Spec
    columns: Mapping[str, str]
    facts: Mapping[str, Facts]
    parts: tuple[str, ...]
    time_is_text: bool = False
    classes_complete: bool = True
    inferred: frozenset[str] = frozenset()

    @property
    def has_text_target(self) -> bool:
        return any(isinstance(label, str) for label in self.spec.classes or ())

    def feature(self, column: str) -> Feature | None:
        """The feature of a column, if it is one."""
        return next((spec.feature for spec in self.spec.features if spec.column == column), None)

    def may_miss(self, column: str) -> bool:
        """Whether a feature's policy allows missing values."""
        feature = self.feature(column)
        return feature is not None and feature.missing != "error"


ChooseTraining: TypeAlias = Callable[[Resolved, Table], frozenset[int]]
"""Gives the numbers (from 0) of the rows that the split of a spec makes training rows."""


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
    asks = spec.classes is None or spec.data.split.column is not None or any(f.feature is None for f in spec.features)
    if choose_training is not None and asks:
        limit = None  # what the plan says must not hang on how far one looked
    spec = expand_rest(usable(spec, survey.table), survey.table)
    if not spec.features and not report.has_errors:
        message = f"`*` stands for no column of {survey.shown}: each of them is named elsewhere"
        report.add(Diagnostic("S204", message, spec.span("features", REST), "give the network a column to learn from"))
    spec, look = _settle_dialect(spec, survey, limit, report)
    facts, rows = look.scan(_expected(spec))
    report.add(*check_dataset(spec))
    complete = rows is not None
    given = spec.classes is not None or spec.data.dataset is not None
    spec = replace(spec, classes=_classes(spec, facts))
    if rows and not report.has_errors:
        report.add(*check_split(spec, rows, facts))
    spec = replace(spec, features=tuple(_grouping_as_category(spec)))
    columns = {column.name: column.physical for column in survey.table.columns}
    resolved = Resolved(spec, columns, {}, _parts(spec, facts), _time_is_text(spec, survey.table), complete or given)
    learns = count_values or any(f.feature is None for f in spec.features)
    if choose_training is not None and learns and spec.data.dataset is None and not report.has_errors:
        look = replace(look, training=Chosen(survey.table, choose_training(resolved, survey.table)))
    inferred = frozenset(s.column for s in spec.features if s.feature is None)
    spec = replace(spec, features=look.infer_kinds(spec.features))
    more, _ = look.scan(_expected_features(s for s in spec.features if s.column not in facts))
    facts |= more
    counts = look.count_texts(spec.features) if count_values else {}
    report.add(*check_counts(spec, counts))
    known = {s.column: look.facts(s, facts, counts) for s in spec.features}
    filled = (replace(s, feature=s.feature and s.feature.filled(known[s.column])) for s in spec.features)
    return replace(resolved, spec=replace(spec, features=tuple(filled)), facts=known, inferred=inferred)


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
    if data.split.seed is None:
        data = replace(data, split=replace(data.split, seed=spec.training.seed))
    look = Look(survey.table, survey.table, dialect, limit, decimal_found, report)
    return replace(spec, data=replace(data, missing=dialect.missing)), look


def _number_columns(spec: Spec) -> tuple[str, ...]:
    """The columns that the spec says are numbers, and those that it leaves to the data."""
    numbers = [s.column for s in spec.features if s.feature is None or isinstance(s.feature, Number)]
    return (*numbers, spec.target) if spec.classes == () else tuple(numbers)


def _expected(spec: Spec) -> Iterator[Expected]:
    """What the declared features, the target and the split expect of their columns."""
    yield from _expected_features(s for s in spec.features if s.feature is not None)
    if spec.target:
        kind = "number" if spec.classes == () else "class"
        yield Expected(spec.target, kind, spec.span("target"), False, spec.classes or (), target=True)
    split, span = spec.data.split, spec.span("data", "split")
    for column, kind in ((split.group, "key"), (split.time, "time"), (split.column, "part")):
        if column is not None:
            yield Expected(column, kind, span, missing_allowed=False)


def _expected_features(features: Iterable[FeatureSpec]) -> Iterator[Expected]:
    return (s.feature.expected(s.column, s.span) for s in features if s.feature is not None)


def _classes(spec: Spec, facts: Mapping[str, ColumnFacts]) -> tuple[str | int, ...]:
    """The classes; those of `auto` are the values of the target, whole numbers in their order, texts in theirs."""
    if spec.classes is not None:
        return spec.classes
    if spec.data.dataset is not None:
        return DATASETS[spec.data.dataset].classes
    values = facts[spec.target].values if spec.target in facts else ()
    numbers = [read_number(value) if isinstance(value, str) else value for value in values]
    whole = [int(n) for n in numbers if isinstance(n, int | float) and not isinstance(n, bool) and n == int(n)]
    if values and len(whole) == len(values):
        return tuple(sorted(set(whole)))
    return tuple(sorted(str(value) for value in values))


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
    return isinstance(cell, str) and read_number(cell) is None


def _grouping_as_category(spec: Spec) -> Iterator[FeatureSpec]:
    """The column that rows are grouped by is a text: it has to be known before the training rows are."""
    for feature in spec.features:
        is_grouping = feature.feature is None and feature.column == spec.data.split.group
        yield replace(feature, feature=Category()) if is_grouping else feature
