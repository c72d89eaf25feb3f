"""Holding crosses against the other features and the columns of the data."""

from __future__ import annotations

from collections.abc import Container, Iterator

from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.features import Category, Cross
from specrun.compiler.language.options import entry_of
from specrun.compiler.language.spec import REST, FeatureSpec
from specrun.compiler.reader.nodes import Sequence
from specrun.compiler.suggest import did_you_mean, listed


def check_name(feature: FeatureSpec, columns: tuple[str, ...], shown: str) -> Iterator[Diagnostic]:
    """What is wrong with the name of a cross, which is none of the `columns` of the data."""
    if feature.column == REST:
        message, hint = "`*` stands for columns, and a cross is none", "give the cross a name of its own"
    elif feature.column in columns:
        message = f"`{feature.column}` is a column of {shown}, and a cross is none"
        hint = "give the cross another name"
    else:
        return
    yield Diagnostic("S216", message, feature.span, hint)


def check_crossed(features: tuple[FeatureSpec, ...], columns: Container[str]) -> Iterator[Diagnostic]:
    """The names in crosses that are no categories, once every feature has its kind; `columns` are those of the data."""
    kinds = {spec.column: spec.feature for spec in features}
    categories = [column for column, feature in kinds.items() if isinstance(feature, Category)]
    for spec in features:
        if not isinstance(spec.feature, Cross):
            continue
        for index, crossed in enumerate(spec.feature.of):
            feature = kinds.get(crossed)
            if isinstance(feature, Category):
                continue
            message = f"`{spec.column}` crosses `{crossed}`, which is no feature"
            hint = did_you_mean(crossed, categories, f"the categories are {listed(categories)}")
            if feature is not None:
                message = f"`{spec.column}` crosses `{crossed}`, which is a {feature.kind} and no category"
                hint = f"write `{crossed}: category`, or cross other features"
            elif crossed in columns:
                hint = f"add `{crossed}: category` to `features:`"
            elif not categories:
                hint = "name features that are categories"
            yield Diagnostic("S217", message, _place(spec, index), hint)


def _place(spec: FeatureSpec, index: int) -> Span:
    """Where a cross names what it takes together."""
    entry = entry_of(spec.feature, "of")
    if entry is None or not isinstance(entry.value, Sequence):
        return spec.span
    return entry.value.items[index].span
