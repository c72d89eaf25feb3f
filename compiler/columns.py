"""Holding the names in a spec against the columns of its data."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Set

from specrun.compiler.crosses import check_name
from specrun.compiler.data import Table
from specrun.compiler.diagnostics import Diagnostic, Fix, Label, Severity, Span
from specrun.compiler.features import Cross
from specrun.compiler.language.options import entry_of, options
from specrun.compiler.language.sections import CSV_ONLY, WAYS, Data, Split
from specrun.compiler.language.spec import REST, FeatureSpec, Spec
from specrun.compiler.ordered import check_series
from specrun.compiler.reader import LIMITS
from specrun.compiler.suggest import listed, nearest
from specrun.compiler.survey import Survey
from specrun.compiler.targets import check_stratified, check_targets, the_target


def check_names(spec: Spec) -> Iterator[Diagnostic]:
    """What is wrong with the names and options of a spec, whatever its data are."""
    split = spec.data.split
    ways = [way for way in WAYS if getattr(split, way) is not None]
    ways += ["shuffle"] if split.shuffle is False or (ways and split.shuffle) else []
    ways.sort(key=lambda way: _at(split, way, spec))
    if len(ways) > 1:
        message = f"rows are parted in one way, and here are {listed(ways)}"
        labels = tuple(Label(_at(split, way, spec), "another way") for way in ways[1:])
        yield Diagnostic("S209", message, _at(split, ways[0], spec), "keep one of them", labels=labels)
    if split.test + (split.validation or 0) >= 1 and split.way != "column":
        message = f"`test` {split.test:g} and `validation` {split.validation or 0:g} leave no rows to train on"
        hint = "let them sum to less than 1; `test` is 0.2 where it is left out"
        yield Diagnostic("S211", message, _at(split, "validation", spec), hint)
    if split.stratify and ways:
        how = "they stay in their order" if ways[0] == "shuffle" else f"`{ways[0]}` parts them"
        message = f"`stratify` needs rows that are parted at random, and here {how}"
        yield Diagnostic("S210", message, _at(split, "stratify", spec), f"take `stratify` out, or `{ways[0]}`")
    elif split.stratify:
        yield from check_stratified(spec.targets, _at(split, "stratify", spec))
    if split.folds is not None and split.way not in ("random", "group"):
        how = "they stay in their order" if split.way == "order" else f"`{split.way}` parts them"
        message = f"`folds` needs rows that are parted at random, and here {how}"
        way = "shuffle" if split.way == "order" else split.way
        yield Diagnostic("S232", message, _at(split, "folds", spec), f"take `folds` out, or `{way}`")
    yield from check_targets(spec.targets)
    yield from check_series(spec)
    yield from _check_features(spec)


def check_columns(spec: Spec, survey: Survey) -> Iterator[Diagnostic]:
    """The names in a spec that are no columns of its data."""
    table, names = survey.table, tuple(column.name for column in survey.table.columns)
    for feature in spec.features:
        if isinstance(feature.feature, Cross):
            yield from check_name(feature, names, survey.shown)
    absent = [use for use in _uses_of_columns(spec) if table.index(use[0]) is None]
    for column, span, code in absent[: LIMITS.problems]:
        yield _no_column(column, span, code, names, survey.shown)
    for _, span, code in absent[LIMITS.problems : LIMITS.problems + 1]:
        message = f"{len(absent) - LIMITS.problems:,} more names, from here on, are no columns of {survey.shown}"
        yield Diagnostic(code, message, span, "mend those before first; is this the file that the spec is for?")
    for way, column in _parting(spec.data.split):
        yield from _check_single(column, way, spec, table)
    yield from _check_dialect(spec.data, survey)


def _parting(split: Split) -> Iterator[tuple[str, str]]:
    """The columns that part the rows, each with the option that names it."""
    columns = ((way, getattr(split, way)) for way in WAYS)
    return ((way, column) for way, column in columns if column is not None)


def _uses_of_columns(spec: Spec) -> Iterator[tuple[str, Span, str]]:
    """The columns that a spec names, where it does, and the code for one that is none."""
    for feature in spec.features:
        if feature.column != REST and not isinstance(feature.feature, Cross):
            yield feature.column, feature.span, "S204"
    for target in spec.targets:
        for column in target.columns:
            yield column, target.at_column(column), "S205"
    for way, column in _parting(spec.data.split):
        yield column, _at(spec.data.split, way, spec), "S208"


def usable(spec: Spec, table: Table) -> Spec:
    """The spec without the features about which enough is said already, so that the checks can go on."""
    predicted = frozenset(spec.target_columns)
    refused = predicted if spec.series is None else frozenset[str]()  # in a series, a feature is of the rows before
    features = (f for f in spec.features if _is_usable(f, predicted, refused, table))
    return dataclasses.replace(spec, features=tuple(features))


def expand_rest(spec: Spec, table: Table) -> Spec:
    """The spec with `"*"` replaced by the columns that it stands for, in the order of the file, at its place.

    It stands for no column that is named elsewhere: not a target, not one that parts the rows.
    """
    split = spec.data.split
    named = {f.column for f in spec.features} | {*spec.target_columns, split.group, split.time, split.column}
    features: list[FeatureSpec] = []
    for feature in spec.features:
        if feature.column == REST:
            rest = (column.name for column in table.columns if column.name not in named)
            features += (FeatureSpec(name, feature.feature, feature.span) for name in rest)
        else:
            features.append(feature)
    return dataclasses.replace(spec, features=tuple(features))


def _is_usable(feature: FeatureSpec, predicted: Set[str], refused: Set[str], table: Table) -> bool:
    column = feature.column
    if feature.feature is not None and any(feature.feature.conflicts()):
        return False
    if isinstance(feature.feature, Cross):
        return column != REST and column not in predicted and table.index(column) is None
    return column == REST or (table.index(column) is not None and column not in refused)


def _no_column(column: str, span: Span, code: str, names: tuple[str, ...], shown: str) -> Diagnostic:
    match = nearest(column, names)
    hint = f"did you mean `{match}`?" if match else f"its columns are {listed(names, 12)}"
    fix = Fix(span, match) if match else None
    return Diagnostic(code, f"`{column}` is not a column of {shown}", span, hint, fix=fix)


def _check_single(column: str, way: str, spec: Spec, table: Table) -> Iterator[Diagnostic]:
    """Rows are parted by single values, and not by lists."""
    features = (f.feature for f in spec.features if f.column == column and f.feature is not None)
    span, place = _at(spec.data.split, way, spec), table.index(column)
    kinds = [f"is a {feature.kind}" for feature in features if feature.expected(column, span).lists is not None]
    if not kinds and place is not None and table.columns[place].physical == "list":
        kinds = ["holds lists"]
    for what in kinds[:1]:
        message = f"`{column}` {what}, and rows are parted by single values"
        yield Diagnostic("S208", message, span, "name another column")


def _check_features(spec: Spec) -> Iterator[Diagnostic]:
    targets = {} if spec.series is not None else {c: t for t in reversed(spec.targets) for c in t.columns}
    for feature in spec.features:
        target = targets.get(feature.column)  # in a series, a feature is of the rows before
        if target is not None:
            message = f"`{feature.column}` is {the_target(spec.targets)}, and cannot be a feature too"
            label = Label(target.at_column(feature.column), f"it is {the_target(spec.targets)} here")
            yield Diagnostic("S206", message, feature.span, "take it out of `features`", labels=(label,))
        if feature.feature is not None:
            for name, message, hint in feature.feature.conflicts():
                span = _at(feature.feature, name, spec, feature.span)
                yield Diagnostic("S214", f"`{feature.column}`: {message}", span, hint)


def _check_dialect(data: Data, survey: Survey) -> Iterator[Diagnostic]:
    if survey.dialect.format == "csv":
        return
    for option in options(Data):
        entry = entry_of(data, option.name)
        if option.name in CSV_ONLY and entry is not None:
            message = f"`{option.name}` is about CSV files, and {survey.shown} is none"
            yield Diagnostic("S215", message, entry.key.span, "take it out", Severity.WARNING)


def _at(section: object, name: str, spec: Spec, otherwise: Span | None = None) -> Span:
    entry = entry_of(section, name)
    return entry.value.span if entry else otherwise or spec.span("data")
