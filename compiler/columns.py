"""Holding the names in a spec against the columns of its data."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from specrun.compiler.crosses import check_name
from specrun.compiler.data import Table
from specrun.compiler.diagnostics import Diagnostic, Fix, Label, Severity, Span
from specrun.compiler.features import Cross
from specrun.compiler.language.options import entry_of, options
from specrun.compiler.language.sections import CSV_ONLY, WAYS, Data
from specrun.compiler.language.spec import REST, FeatureSpec, Spec
from specrun.compiler.ordered import check_series
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
    for feature in spec.features:
        if isinstance(feature.feature, Cross):
            yield from check_name(feature, tuple(column.name for column in survey.table.columns), survey.shown)
        elif feature.column != REST:
            yield from _is_column(feature.column, feature.span, "S204", survey)
    for target in spec.targets:
        for column in target.columns:
            yield from _is_column(column, target.at_column(column), "S205", survey)
    for way in WAYS:
        column = getattr(spec.data.split, way)
        if column is not None:
            yield from _is_column(column, _at(spec.data.split, way, spec), "S208", survey)
            yield from _is_single(column, way, spec, survey.table)
    yield from _check_dialect(spec.data, survey)


def usable(spec: Spec, table: Table) -> Spec:
    """The spec without the features about which enough is said already, so that the checks can go on."""
    return dataclasses.replace(spec, features=tuple(f for f in spec.features if _is_usable(f, spec, table)))


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


def _is_usable(feature: FeatureSpec, spec: Spec, table: Table) -> bool:
    if feature.feature is not None and any(feature.feature.conflicts()):
        return False
    if isinstance(feature.feature, Cross):
        return feature.column not in (REST, *spec.target_columns) and table.index(feature.column) is None
    if feature.column == REST:
        return True
    is_target = feature.column in spec.target_columns and spec.series is None
    return table.index(feature.column) is not None and not is_target


def _is_column(column: str, span: Span, code: str, survey: Survey) -> Iterator[Diagnostic]:
    names = [c.name for c in survey.table.columns]
    if column in names:
        return
    match = nearest(column, names)
    hint = f"did you mean `{match}`?" if match else f"its columns are {listed(names, 12)}"
    fix = Fix(span, match) if match else None
    yield Diagnostic(code, f"`{column}` is not a column of {survey.shown}", span, hint, fix=fix)


def _is_single(column: str, way: str, spec: Spec, table: Table) -> Iterator[Diagnostic]:
    """Rows are parted by single values, and not by lists."""
    feature = next((f for f in spec.features if f.column == column and f.feature is not None), None)
    kind = ""
    if feature is not None and feature.feature is not None:
        kind = feature.feature.kind if feature.feature.expected(column, feature.span).lists is not None else ""
    held = next((known.physical for known in table.columns if known.name == column), "")
    if kind or held == "list":
        what = f"is a {kind}" if kind else "holds lists"
        message = f"`{column}` {what}, and rows are parted by single values"
        yield Diagnostic("S208", message, _at(spec.data.split, way, spec), "name another column")


def _check_features(spec: Spec) -> Iterator[Diagnostic]:
    for feature in spec.features:
        target = next((target for target in spec.targets if feature.column in target.columns), None)
        if target is not None and spec.series is None:  # in a series, a feature is of the rows before
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
