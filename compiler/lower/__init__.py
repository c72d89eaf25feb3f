"""From a spec with everything said to the plan of its model."""

from __future__ import annotations

from dataclasses import replace

from specrun.compiler.diagnostics import Diagnostic, Report, Span
from specrun.compiler.expressions import Call, call, name
from specrun.compiler.language.dump import digest
from specrun.compiler.language.spec import Spec
from specrun.compiler.lower.data import lower_data
from specrun.compiler.lower.features import lower_features
from specrun.compiler.lower.head import Output, choose_output, fill_head, lower_head, output_layer, writes_output
from specrun.compiler.lower.layers import lower_layers, width_of
from specrun.compiler.lower.training import lower_training
from specrun.compiler.plan import Node, Plan, Task
from specrun.compiler.resolve import Resolved
from specrun.compiler.shapes import shown


def lower(resolved: Resolved, report: Report) -> tuple[Plan, Spec]:
    """The plan and the filled-in spec; what does not fit goes into the report, and the plan holds the rest."""
    output = choose_output(resolved)
    spec = fill_head(resolved.spec, output.task)
    resolved = replace(resolved, spec=spec)
    groups = lower_features(resolved)
    head = lower_head(spec, output, report)
    plan = Plan(
        name=spec.name,
        description=spec.description,
        data=lower_data(resolved, groups),
        features=groups,
        nodes=_network(resolved, output, width_of(groups), report),
        head=head,
        training=lower_training(resolved, head, report),
        digest=digest(spec),
    )
    return plan, spec


def _network(resolved: Resolved, output: Output, width: int | None, report: Report) -> tuple[Node, ...]:
    spec = resolved.spec
    layers = [(layer, _span(resolved, i)) for i, layer in enumerate(spec.layers)]
    written = writes_output(spec.layers, output)
    if not written:
        layers.append((output_layer(output), spec.span("target")))
    nodes = lower_layers(layers, (None, width), report)
    if len(nodes) < len(layers):
        return nodes
    last = nodes[-1]
    if written:
        if len(last.shape) != 2 or (output.units is not None and last.shape[1] != output.units):
            report.add(_unfit(resolved, last, output))
        return nodes
    if len(last.shape) != 2:
        message = f"the last layer gives {shown(nodes[-2].shape)}, and the output layer takes one vector a row"
        report.add(Diagnostic("S302", message, nodes[-2].span, "put a `Flatten` last"))
        return nodes
    derived = replace(last, call=_units_of_classes(last.call, output))
    if output.units is None:  # the first rows do not tell how many classes there are
        derived = replace(derived, shape=(None, None), parameters=None)
    return (*nodes[:-1], derived)


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
    return Diagnostic("S302", f"the last layer gives {shown(last.shape)}, and {asked}", last.span, hint)


def _span(resolved: Resolved, index: int) -> Span:
    return resolved.spec.span("layers", index)
