"""How the columns are encoded: columns with one recipe form a group, dense groups before embedded ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from specrun.compiler.expressions import Group, Identifier, Literal, call, name
from specrun.compiler.features import Recipe
from specrun.compiler.language.spec import FeatureSpec
from specrun.compiler.plan import FeatureGroup
from specrun.compiler.resolve import Resolved

_OF_KERAS = re.compile(
    "(cast|clip|concatenate|discretization|functional|get_item|greater|hashing|isnan|normalization|sequential"
    "|string_lookup|where)(_[0-9]+)?",
    re.ASCII,
)
"""What Keras calls the layers and operations of an encoder, and a network that stands in a model."""


def lower_features(resolved: Resolved) -> tuple[FeatureGroup, ...]:
    """The groups of the features, in the order in which the network takes them."""
    members: dict[tuple[str, object], list[tuple[FeatureSpec, Recipe]]] = {}
    for spec, recipe in _with_recipes(resolved):
        assert spec.feature is not None
        alike = (spec.feature.kind, (recipe.dtype, recipe.steps, recipe.encoding, recipe.embedding))
        members.setdefault(alike, []).append((spec, recipe))
    in_order = sorted(members.values(), key=lambda group: group[0][1].embedding is not None)
    names = input_names([spec.column for spec in resolved.spec.features], resolved.columns)
    variables = _variables([group[0][0] for group in in_order])
    return tuple(_group(group, names, variable) for group, variable in zip(in_order, variables, strict=True))


def _with_recipes(resolved: Resolved) -> list[tuple[FeatureSpec, Recipe]]:
    """The features and how they are encoded; where all of it side by side would be whole numbers, they are cast."""
    specs = resolved.spec.features
    recipes = [s.feature.recipe(resolved.facts[s.column]) for s in specs if s.feature is not None]
    if all(recipe.is_whole for recipe in recipes if recipe.embedding is None):
        # To a network of whole numbers, dropout and most activations mean something else, or nothing.
        recipes = [_as_floats(recipe) if recipe.embedding is None else recipe for recipe in recipes]
    return list(zip(specs, recipes, strict=True))


def _as_floats(recipe: Recipe) -> Recipe:
    return replace(recipe, encoding=call("keras.ops.cast", recipe.encoding, Literal("float32")), is_whole=False)


def input_names(features: Iterable[str], columns: Iterable[str]) -> dict[str, str]:
    """The names of the inputs, by the columns that are features.

    Keras allows no `/` in a name, cannot save a NUL, and calls the layers beside the inputs by names of its own; what
    takes the place of such a name is none of the `columns`.
    """
    names: dict[str, str] = {}
    taken = set(columns)
    for column in features:
        name = column.replace("/", "_").replace("\0", "_")
        while _OF_KERAS.fullmatch(name) or (name != column and name in taken):
            name += "_"
        names[column] = name
        taken.add(name)
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


def _group(members: list[tuple[FeatureSpec, Recipe]], names: Mapping[str, str], variable: Identifier) -> FeatureGroup:
    first, recipe = members[0]
    assert first.feature is not None
    dtype = {} if recipe.dtype == "float32" else {"dtype": Literal(recipe.dtype)}
    return FeatureGroup(
        variable=variable,
        kind=first.feature.kind,
        columns=tuple(names[spec.column] for spec, _ in members),
        sources=tuple(spec.column for spec, _ in members),
        dtype=recipe.dtype,
        input=call("keras.Input", Group((Literal(1),)), name=name("name"), **dtype),
        steps=recipe.steps,
        encoding=recipe.encoding,
        widths=tuple(recipe.width for _, recipe in members),
        embedding=recipe.embedding,
        parameters=tuple(recipe.parameters for _, recipe in members),
        spans=tuple(spec.span for spec, _ in members),
    )
