"""From a spec with everything said to the plan of its model."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace

from specrun.compiler.diagnostics import Diagnostic, Label, Report
from specrun.compiler.expressions import Expression, Items, Literal, Pairs
from specrun.compiler.features import Image
from specrun.compiler.language.dump import digest
from specrun.compiler.language.spec import Spec
from specrun.compiler.lower.clashes import clashes
from specrun.compiler.lower.data import lower_data
from specrun.compiler.lower.engine import choose_engine
from specrun.compiler.lower.features import frame_names, lower_features, raw_values
from specrun.compiler.lower.graph import Graph
from specrun.compiler.lower.heads import lower_outputs
from specrun.compiler.lower.layers import Layer
from specrun.compiler.lower.masks import check_masks
from specrun.compiler.lower.network import lower_network
from specrun.compiler.lower.series import ahead, check_both
from specrun.compiler.lower.sources import Sources
from specrun.compiler.lower.training import lower_training
from specrun.compiler.plan import FeatureGroup, Head, Objective, Plan, Source
from specrun.compiler.resolve import Resolved


def lower(resolved: Resolved, report: Report) -> tuple[Plan, Spec]:
    """The plan and the filled-in spec. Raises SpecError with what does not fit."""
    spec = resolved.spec
    groups = lower_features(resolved)
    sources = Sources(groups, {group.name: group.features for group in spec.groups})
    report.add(*clashes(spec), *check_both(resolved, groups))
    report.stop_on_errors()
    graph = Graph(sources, _changes(resolved), _layers(resolved), report)
    outputs = lower_outputs(resolved, graph, report)
    spec, heads = replace(spec, targets=outputs.targets), outputs.heads
    if spec.series is not None:
        heads = tuple(ahead(head, spec.series, frame_names(groups)) for head in heads)
    report.add(*_unused(graph, groups, sources.taken(), heads) if all(head.node for head in heads) else ())
    report.add(*check_masks(resolved, outputs.nodes, sources.taken()))
    taken = tuple(sources.taken())
    engine = choose_engine(resolved, outputs.nodes, taken, report)
    training = lower_training(replace(resolved, spec=spec), heads, taken, outputs.nodes, engine, report)
    report.stop_on_errors()
    plan = Plan(
        name=spec.name,
        description=spec.description,
        data=lower_data(resolved, groups),
        features=groups,
        raw=raw_values(groups),
        network=lower_network(groups, sources.taken(), outputs.nodes, heads),
        heads=heads,
        objective=_objective(heads),
        training=training,
        digest=digest(spec),
        series=spec.series,
    )
    return plan, spec


def _layers(resolved: Resolved) -> tuple[Layer, ...]:
    spec = resolved.spec
    return tuple(
        Layer(layer, layer.place.span if layer.place is not None else spec.span("layers")) for layer in spec.layers
    )


def _changes(resolved: Resolved) -> dict[str, tuple[Layer, ...]]:
    """The layers that change features at random in training, by the features."""
    images = ((spec, spec.feature) for spec in resolved.spec.features if isinstance(spec.feature, Image))
    return {
        spec.column: tuple(Layer(layer, layer.place.span if layer.place else spec.span) for layer in image.augment)
        for spec, image in images
        if image.augment
    }


def _unused(
    graph: Graph,
    groups: tuple[FeatureGroup, ...],
    sources: tuple[Source, ...],
    heads: tuple[Head, ...],
) -> Iterator[Diagnostic]:
    """The features and layers that nothing takes."""
    outputs = {head.node for head in heads}
    spans = sorted({node.span for node in graph.nodes})
    for node in graph.unused():
        if node.name not in outputs:
            named = graph.layer(node.name).own_name is not None
            hint = f"{'' if named else 'give it a `name` and '}take it with `inputs:`, or take it out"
            after = bisect_right(spans, node.span)
            labels = (Label(spans[after], "this layer says what it takes"),) if after < len(spans) else ()
            yield Diagnostic("S223", f"nothing takes what `{node.name}` gives", node.span, hint, labels=labels)
    taken = {column for source in sources for column in (*source.columns, *source.embedded)}
    taken |= {column for group in groups for column in group.crossed}
    for group in groups:
        for column, source, span in zip(group.columns, group.sources, group.spans, strict=True):
            if column not in taken:
                hint = "take it with `inputs:`, by its name or in a group, or take it out of `features`"
                yield Diagnostic("S224", f"no layer takes the feature `{source}`", span, hint)


def _objective(heads: tuple[Head, ...]) -> Objective:
    if len(heads) == 1:
        (head,) = heads
        return Objective(head.labels, head.loss, Items(head.metrics))
    weights = None
    if any(head.weight != 1 for head in heads):
        weights = _by_output(heads, (Literal(head.weight) for head in heads))
    return Objective(
        _by_output(heads, (head.labels for head in heads)),
        _by_output(heads, (head.loss for head in heads)),
        _by_output(heads, (Items(head.metrics) for head in heads)),
        weights,
    )


def _by_output(heads: tuple[Head, ...], values: Iterable[Expression]) -> Expression:
    return Pairs(tuple((Literal(head.name), value) for head, value in zip(heads, values, strict=True)))
