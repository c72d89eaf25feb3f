"""How the columns are encoded: columns with one recipe form a group, dense groups before embedded ones."""

from __future__ import annotations

from specrun.compiler.expressions import Group, Identifier, Literal, call, name
from specrun.compiler.features import Recipe
from specrun.compiler.language.spec import FeatureSpec
from specrun.compiler.plan import FeatureGroup
from specrun.compiler.resolve import Resolved


def lower_features(resolved: Resolved) -> tuple[FeatureGroup, ...]:
    """The groups of the features, in the order in which the network takes them."""
    members: dict[tuple[str, object], list[tuple[FeatureSpec, Recipe]]] = {}
    for spec in resolved.spec.features:
        assert spec.feature is not None
        recipe = spec.feature.recipe(resolved.facts[spec.column])
        alike = (spec.feature.kind, (recipe.dtype, recipe.steps, recipe.encoding, recipe.embedding))
        members.setdefault(alike, []).append((spec, recipe))
    in_order = sorted(members.values(), key=lambda group: group[0][1].embedding is not None)
    taken: dict[str, int] = {}
    return tuple(_group(group, taken) for group in in_order)


def input_name(column: str) -> str:
    """The name of a column's input: Keras allows no `/` in a name."""
    return column.replace("/", "_")


def _group(members: list[tuple[FeatureSpec, Recipe]], taken: dict[str, int]) -> FeatureGroup:
    first, recipe = members[0]
    assert first.feature is not None
    plural = first.feature.plural if recipe.embedding is None else "EMBEDDED"
    taken[plural] = taken.get(plural, 0) + 1
    dtype = {} if recipe.dtype == "float32" else {"dtype": Literal(recipe.dtype)}
    return FeatureGroup(
        variable=Identifier(plural if taken[plural] == 1 else f"{plural}_{taken[plural]}"),
        kind=first.feature.kind,
        columns=tuple(input_name(spec.column) for spec, _ in members),
        sources=tuple(spec.column for spec, _ in members),
        dtype=recipe.dtype,
        input=call("keras.Input", Group((Literal(1),)), name=name("name"), **dtype),
        steps=recipe.steps,
        encoding=recipe.encoding,
        widths=tuple(recipe.width for _, recipe in members),
        embedding=recipe.embedding,
        spans=tuple(spec.span for spec, _ in members),
    )
