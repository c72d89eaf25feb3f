"""From a spec with everything said to the plan of its model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specrun.compiler.diagnostics import Diagnostic, Label, Report
from specrun.compiler.expressions import Call, Items, call, name
from specrun.compiler.language.dump import digest
from specrun.compiler.language.spec import Spec
from specrun.compiler.lower.clashes import clashes
from specrun.compiler.lower.data import lower_data
from specrun.compiler.lower.features import lower_features, raw_values
from specrun.compiler.lower.graph import Graph, Layer
from specrun.compiler.lower.head import Output, choose_output, fill_head, lower_head, output_layer, writes_output
from specrun.compiler.lower.network import lower_network
from specrun.compiler.lower.sources import Sources
from specrun.compiler.lower.training import lower_training
from specrun.compiler.plan import FeatureGroup, Head, Node, Objective, Plan, Source, Task
from specrun.compiler.resolve import Resolved
from specrun.compiler.shapes import shown


def lower(resolved: Resolved, report: Report) -> tuple[Plan, Spec]:
    """The plan and the filled-in spec. Raises SpecError with what does not fit."""
    output = choose_output(resolved)
    spec = fill_head(resolved.spec, output.task)
    resolved = replace(resolved, spec=spec)
    groups = lower_features(resolved)
    sources = Sources(groups, {group.name: group.features for group in spec.groups})
    report.add(*clashes(spec))
    report.stop_on_errors()
    graph = Graph(sources, _layers(resolved), report)
    nodes = _with_output(resolved, graph, output, report)
    heads = (lower_head(spec, output, nodes[-1].name if nodes else "", report),)
    report.add(*_unused(graph, groups, sources.taken(), heads) if graph.is_whole else ())
    training = lower_training(resolved, heads[0], report)
    report.stop_on_errors()
    plan = Plan(
        name=spec.name,
        description=spec.description,
        data=lower_data(resolved, groups),
        features=groups,
        raw=raw_values(groups),
        network=lower_network(groups, sources.taken(), nodes, heads),
        heads=heads,
        objective=_objective(heads),
        training=training,
        digest=digest(spec),
    )
    return plan, spec


def _layers(resolved: Resolved) -> tuple[Layer, ...]:
    spec = resolved.spec
    return tuple(
        Layer(layer, layer.place.span if layer.place is not None else spec.span("layers")) for layer in spec.layers
    )


def _with_output(resolved: Resolved, graph: Graph, output: Output, report: Report) -> tuple[Node, ...]:
    """The nodes of the graph, the last of which gives the output."""
    spec = resolved.spec
    if not graph.is_whole:
        return graph.nodes
    if writes_output(spec.layers, output):
        last = graph.nodes[-1]
        if last.tensor is not None and _unfit_shape(last, output):
            report.add(_unfit(resolved, last, output))
        return graph.nodes
    before = graph.nodes[-1] if graph.nodes else None
    if before is not None and before.tensor is not None and len(before.tensor.shape) != 2:
        message = f"the last layer gives {shown(before.tensor.shape)}, and the output layer takes one vector a row"
        hint = "put a `Flatten` last, or a layer that gives one vector a row"
        report.add(Diagnostic("S302", message, before.span, hint))
        return graph.nodes
    last_layer = graph.place(Layer(output_layer(output), spec.span("target")))
    if last_layer is None:
        return graph.nodes
    derived = replace(last_layer, call=_units_of_classes(last_layer.call, output))
    if output.units is None:  # the first rows do not tell how many classes there are
        tensor = None if derived.tensor is None else replace(derived.tensor, shape=(None, None))
        derived = replace(derived, tensor=tensor, parameters=None, multiply_adds=None)
    return (*graph.nodes[:-1], derived)


def _unfit_shape(last: Node, output: Output) -> bool:
    assert last.tensor is not None
    shape = last.tensor.shape
    return len(shape) != 2 or (output.units is not None and shape[1] != output.units)


def _units_of_classes(layer: Call, output: Output) -> Call:
    """The derived output layer, its units written as what they are: one for each class."""
    if output.task is not Task.CLASSES:
        return layer
    return Call(layer.function, (call("len", name("CLASSES")), *layer.arguments[1:]), layer.keywords)


def _unfit(resolved: Resolved, last: Node, output: Output) -> Diagnostic:
    target = resolved.spec.target
    asked = {
        Task.CLASSES: f"`{target}` has {output.units} classes",
        Task.BINARY: f"`{target}` has two classes, one number between 0 and 1",
        Task.NUMBER: f"`{target}` is one number",
    }[output.task]
    hint = f"give it {output.units} units, or leave it out: the output layer follows from the target"
    shape = "" if last.tensor is None else shown(last.tensor.shape)
    return Diagnostic("S302", f"the last layer gives {shape}, and {asked}", last.span, hint)


def _unused(
    graph: Graph,
    groups: tuple[FeatureGroup, ...],
    sources: tuple[Source, ...],
    heads: tuple[Head, ...],
) -> Iterator[Diagnostic]:
    """The features and layers that nothing takes."""
    outputs = {head.node for head in heads}
    for node in graph.unused():
        if node.name not in outputs:
            named = graph.layer(node.name).own_name is not None
            hint = f"{'' if named else 'give it a `name` and '}take it with `inputs:`, or take it out"
            after = next((other for other in graph.nodes if other.span > node.span), None)
            labels = () if after is None else (Label(after.span, "this layer says what it takes"),)
            yield Diagnostic("S223", f"nothing takes what `{node.name}` gives", node.span, hint, labels=labels)
    taken = {column for source in sources for column in (*source.columns, *source.embedded)}
    for group in groups:
        for column, source, span in zip(group.columns, group.sources, group.spans, strict=True):
            if column not in taken:
                hint = "take it with `inputs:`, by its name or in a group, or take it out of `features`"
                yield Diagnostic("S224", f"no layer takes the feature `{source}`", span, hint)


def _objective(heads: tuple[Head, ...]) -> Objective:
    head = heads[0]
    return Objective(head.labels, head.loss, Items(head.metrics))
