"""The names of features, groups and layers held against each other: `inputs:` tells them apart by nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.compiler.diagnostics import Diagnostic, Label, Span
from specrun.compiler.language.spec import GroupSpec, Spec
from specrun.compiler.lower.sources import FEATURES
from specrun.compiler.suggest import did_you_mean, listed


def clashes(spec: Spec) -> Iterator[Diagnostic]:
    """What is wrong with the names of groups and layers, and with what groups list."""
    features = {feature.column: feature.span for feature in spec.features}
    groups: dict[str, Span] = {}
    for group in spec.groups:
        yield from _members(group, tuple(features))
        if group.name in features:
            label = Label(features[group.name], "the feature")
            message = f"`{group.name}` is a feature and a group"
            yield Diagnostic("S225", message, group.span, "give the group another name", labels=(label,))
        elif group.name == FEATURES:
            yield _reserved(group.span)
        groups[group.name] = group.span
    for layer in spec.layers:
        name = layer.own_name
        if name is None or layer.place is None:
            continue
        for what, spans in (("feature", features), ("group", groups)):
            if name in spans:
                message = f"`{name}` is a {what} and a layer"
                label = Label(spans[name], f"the {what}")
                yield Diagnostic("S225", message, layer.place.span, "give the layer another name", labels=(label,))
        if name == FEATURES:
            yield _reserved(layer.place.span)


def _members(group: GroupSpec, features: tuple[str, ...]) -> Iterator[Diagnostic]:
    for number, member in enumerate(group.features):
        if member not in features:
            hint = did_you_mean(member, features, f"the features are {listed(features, 12)}")
            yield Diagnostic(
                "S220", f"the group `{group.name}` lists `{member}`, which is no feature", group.span, hint
            )
        elif member in group.features[:number]:
            yield Diagnostic("S225", f"the group `{group.name}` lists `{member}` twice", group.span, "list it once")


def _reserved(span: Span) -> Diagnostic:
    return Diagnostic("S225", f"`{FEATURES}` means all the features side by side", span, "choose another name")
