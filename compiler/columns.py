"""Holding the names in a spec against the columns of its data."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from specrun.compiler.data import Table
from specrun.compiler.diagnostics import Diagnostic, Fix, Label, Severity, Span
from specrun.compiler.language.options import entry_of, options
from specrun.compiler.language.sections import CSV_ONLY, WAYS, Data
from specrun.compiler.language.spec import REST, FeatureSpec, Spec
from specrun.compiler.suggest import listed, nearest
from specrun.compiler.survey import Survey


def check_names(spec: Spec) -> Iterator[Diagnostic]:
    """What is wrong with the names and options of a spec, whatever its data are."""
    split = spec.data.split
    ways = sorted((w for w in WAYS if getattr(split, w) is not None), key=lambda way: _at(split, way, spec))
    if len(ways) > 1:
        message = f"rows are parted in one way, and here are {listed(ways)}"
        labels = tuple(Label(_at(split, way, spec), "another way") for way in ways[1:])
        yield Diagnostic("S209", message, _at(split, ways[0], spec), "keep one of them", labels=labels)
    if split.test + (split.validation or 0) >= 1 and split.way != "column":
        message = f"`test` {split.test:g} and `validation` {split.validation or 0:g} leave no rows to train on"
        hint = "let them sum to less than 1; `test` is 0.2 where it is left out"
        yield Diagnostic("S211", message, _at(split, "validation", spec), hint)
    if split.stratify and ways:
        message = f"`stratify` needs rows that are parted at random, and here `{ways[0]}` parts them"
        yield Diagnostic("S210", message, _at(split, "stratify", spec), f"take `stratify` out, or `{ways[0]}`")
    elif split.stratify and spec.classes == () and spec.target:
        message = f"`stratify` needs classes, and `{spec.target}` is a number"
        yield Diagnostic("S210", message, _at(split, "stratify", spec), "take `stratify` out, or list the `classes`")
    yield from _check_classes(spec)
    yield from _check_features(spec)


def check_columns(spec: Spec, survey: Survey) -> Iterator[Diagnostic]:
    """The names in a spec that are no columns of its data."""
    for feature in spec.features:
        if feature.column != REST:
            yield from _is_column(feature.column, feature.span, "S204", survey)
    if spec.target:
        yield from _is_column(spec.target, _value_span(spec, "target"), "S205", survey)
    for way in WAYS:
        column = getattr(spec.data.split, way)
        if column is not None:
            yield from _is_column(column, _at(spec.data.split, way, spec), "S208", survey)
    yield from _check_dialect(spec.data, survey)


def usable(spec: Spec, table: Table) -> Spec:
    """The spec without the features about which enough is said already, so that the checks can go on."""
    return dataclasses.replace(spec, features=tuple(f for f in spec.features if _is_usable(f, spec, table)))


def expand_rest(spec: Spec, table: Table) -> Spec:
    """The spec with `"*"` replaced by the columns that it stands for, in the order of the file, at its place.

    It stands for no column that is named elsewhere: not the target, not one that parts the rows.
    """
    split = spec.data.split
    named = {f.column for f in spec.features} | {spec.target, split.group, split.time, split.column}
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
    return feature.column == REST or (table.index(feature.column) is not None and feature.column != spec.target)


def _is_column(column: str, span: Span, code: str, survey: Survey) -> Iterator[Diagnostic]:
    names = [c.name for c in survey.table.columns]
    if column in names:
        return
    match = nearest(column, names)
    hint = f"did you mean `{match}`?" if match else f"its columns are {listed(names, 12)}"
    fix = Fix(span, match) if match else None
    yield Diagnostic(code, f"`{column}` is not a column of {survey.shown}", span, hint, fix=fix)


def _check_classes(spec: Spec) -> Iterator[Diagnostic]:
    kinds = {type(label) for label in spec.classes or ()}
    if len(kinds) > 1 and spec.classes:
        first = spec.classes[0]
        index = next(i for i, label in enumerate(spec.classes) if type(label) is not type(first))
        texts = isinstance(first, str)
        message = f"`{spec.classes[index]}` is a {'number' if texts else 'text'} among classes that are "
        message += "texts" if texts else "numbers"
        hint = "write all the classes as numbers, or all as texts in quotes"
        yield Diagnostic("S212", message, spec.span("classes", index), hint)


def _check_features(spec: Spec) -> Iterator[Diagnostic]:
    for feature in spec.features:
        if feature.column == spec.target:
            message = f"`{feature.column}` is the target, and cannot be a feature too"
            label = Label(_value_span(spec, "target"), "it is the target here")
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


def _value_span(spec: Spec, key: str) -> Span:
    node = spec.place.get(key) if hasattr(spec.place, "get") else None
    return node.span if node is not None else spec.span(key)
