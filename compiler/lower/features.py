"""How the columns are encoded: columns with one recipe form a group.

Dense groups come before embedded ones, and last what is made of the inputs of others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from specrun.compiler.expressions import (
    Call,
    Expression,
    Group,
    Identifier,
    Literal,
    Mapped,
    Name,
    Operation,
    call,
    name,
)
from specrun.compiler.features import Cross, Recipe
from specrun.compiler.language.spec import FeatureSpec
from specrun.compiler.lower.names import free_name
from specrun.compiler.lower.series import WINDOW, windowed
from specrun.compiler.plan import FeatureGroup
from specrun.compiler.resolve import Resolved
from specrun.compiler.tensor import Dimension


def lower_features(resolved: Resolved) -> tuple[FeatureGroup, ...]:
    """The groups of the features, in the order in which the network takes them."""
    members: dict[tuple[str, object], list[tuple[FeatureSpec, Recipe]]] = {}
    spec_names = [layer.own_name for layer in resolved.spec.layers if layer.own_name is not None]
    series = resolved.spec.series
    names = input_names([spec.column for spec in resolved.spec.features], (*resolved.columns, *spec_names))
    for spec in resolved.spec.features:
        if spec.feature is None:
            continue
        crossed = spec.feature.of if isinstance(spec.feature, Cross) else ()
        facts = replace(resolved.facts[spec.column], crossed=tuple(names[column] for column in crossed))
        recipe = spec.feature.recipe(facts)
        if series is not None:
            recipe = windowed(recipe, series)
        raw = (recipe.dtype, recipe.frame, recipe.row, recipe.raw, recipe.parse)
        alike = (spec.feature.kind, (raw, recipe.steps, recipe.encoding, recipe.embedding))
        members.setdefault(alike, []).append((spec, recipe))
    in_order = sorted(members.values(), key=lambda group: _order(group[0][1]))
    variables = _variables([group[0][0] for group in in_order])
    length = None if series is None else WINDOW
    return tuple(_group(group, names, variable, length) for group, variable in zip(in_order, variables, strict=True))


def _order(recipe: Recipe) -> tuple[bool, bool]:
    return recipe.row is None, recipe.embedding is not None


def raw_values(groups: Iterable[FeatureGroup]) -> Expression:
    """The raw values of all the inputs, as a dictionary of tensors: columns that are had alike in one loop."""
    alike: dict[Expression, list[FeatureGroup]] = {}
    for group in groups:
        if group.raw is not None:
            alike.setdefault(group.raw, []).append(group)
    total: Expression | None = None
    for raw, members in alike.items():
        over: Expression = name(members[0].variable)
        for group in members[1:]:
            over = Operation("+", over, name(group.variable))
        is_tensor = isinstance(raw, Call) and str(raw.function).startswith("tensorflow.")
        tensors = raw if is_tensor else call("tensorflow.constant", raw)
        each = Mapped(Identifier("name"), tensors, name("inputs") if len(alike) == 1 else over, name("name"))
        total = each if total is None else Operation("|", total, each)
    assert total is not None
    return total


def frame_names(groups: Iterable[FeatureGroup]) -> dict[str, str]:
    """What the data frame calls the columns of the data that are features."""
    return {source: column for group in groups for source, column in zip(group.sources, group.columns, strict=True)}


def input_names(features: Iterable[str], columns: Iterable[str]) -> dict[str, str]:
    """The names of the inputs, by the columns that are features; one that differs from its column is no column."""
    names: dict[str, str] = {}
    taken = set(columns)
    for column in features:
        names[column] = free_name(column, taken)
        taken.add(names[column])
    return names


def _variables(firsts: Iterable[FeatureSpec]) -> Iterator[Identifier]:
    """The names of the groups' lists: by their kind, and by what is special where a kind has several groups."""
    features = [spec.feature for spec in firsts if spec.feature is not None]
    groups = Counter(feature.kind for feature in features)
    taken: Counter[str] = Counter()
    for feature in features:
        base = feature.plural if groups[feature.kind] == 1 else feature.trait or feature.plural
        taken[base] += 1
        yield Identifier(base if taken[base] == 1 else f"{base}_{taken[base]}")


def _group(
    members: list[tuple[FeatureSpec, Recipe]], names: Mapping[str, str], variable: Identifier, length: Name | None
) -> FeatureGroup:
    """The group of some columns with one recipe; `length` is that of a window, where a row of the input is one."""
    first, recipe = members[0]
    assert first.feature is not None
    dtype = {} if recipe.dtype == "float32" else {"dtype": Literal(recipe.dtype)}
    return FeatureGroup(
        variable=variable,
        kind=first.feature.kind,
        columns=tuple(names[spec.column] for spec, _ in members),
        sources=tuple(spec.column for spec, _ in members),
        dtype=recipe.dtype,
        frame=recipe.frame or recipe.dtype,
        input=None if recipe.row is None else _input(recipe.row if length is None else (length,), dtype),
        raw=None if recipe.row is None else recipe.raw,
        steps=recipe.steps,
        encoding=recipe.encoding,
        tensors=tuple(recipe.tensor for _, recipe in members),
        embedding=recipe.embedding,
        parameters=tuple(recipe.parameters for _, recipe in members),
        parse=recipe.parse,
        comment=recipe.comment,
        crossed=recipe.crossed,
        feature=first.feature,
        spans=tuple(spec.span for spec, _ in members),
    )


def _input(row: tuple[Dimension | Name, ...], dtype: Mapping[str, Expression]) -> Call:
    shape = Group(tuple(length if isinstance(length, Name) else Literal(length) for length in row))
    return call("keras.Input", shape, name=name("name"), **dtype)
