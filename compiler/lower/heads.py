"""The outputs of the network: for each target the layer that gives it, and the head that compares it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from specrun.compiler.diagnostics import Diagnostic, Label, Report
from specrun.compiler.expressions import Call, Identifier
from specrun.compiler.language.options import entry_of
from specrun.compiler.language.targets import Target
from specrun.compiler.lower.graph import Graph
from specrun.compiler.lower.head import filled, lower_head
from specrun.compiler.lower.layers import Layer
from specrun.compiler.lower.names import class_variables
from specrun.compiler.lower.output import Output, choose_output, output_layer, units_expression, writes_output
from specrun.compiler.plan import Head, Node, Task
from specrun.compiler.resolve import Resolved
from specrun.compiler.shapes import shown
from specrun.compiler.suggest import did_you_mean, listed


@dataclass(frozen=True, slots=True)
class Outputs:
    """The targets with all that was left open filled in, their heads, and the nodes of the whole network."""

    targets: tuple[Target, ...]
    heads: tuple[Head, ...]
    nodes: tuple[Node, ...]


def lower_outputs(resolved: Resolved, graph: Graph, report: Report) -> Outputs:
    """The outputs of all the targets, each on the layer that it names, or on the last one."""
    targets, last, layers = resolved.spec.targets, graph.last, graph.names()
    variables = class_variables(targets)
    made: dict[str, Node] = {}
    heads: list[Head] = []
    for index, target in enumerate(targets):
        maker = _Maker(resolved, graph, report, target, variables[index])
        source = maker.source(layers, last)
        written = None if source is None else graph.layer(source)
        output = choose_output(target, written, is_open=target.name in resolved.open_targets)
        targets = (*targets[:index], filled(target, output.task), *targets[index + 1 :])
        node = maker.node(source, output) if graph.is_whole else None
        if node is not None:
            made[node.name] = node
        head = lower_head(targets[index], output, variables[index], node.name if node else "", resolved, report)
        heads.append(head)
    report.add(*_check_apart(heads, targets), *_check_frames(resolved))
    return Outputs(targets, tuple(heads), tuple(made.get(node.name, node) for node in graph.nodes))


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the output of one target; what is wrong goes into the report."""

    resolved: Resolved
    graph: Graph
    report: Report
    target: Target
    classes: Identifier | None

    def source(self, layers: Collection[str], last: str | None) -> str | None:
        """Which of the layers the output is made of, or which gives it; None where it is made of the features."""
        asked = self.target.from_
        if asked is None or asked in layers:
            return asked or last
        known = [layer.own_name for layer in self.resolved.spec.layers if layer.own_name is not None]
        otherwise = f"the layers with names are {listed(known)}" if known else "give the layer that is meant a `name`"
        hint = did_you_mean(asked, known, otherwise)
        if asked in (*self.resolved.facts, *(group.name for group in self.resolved.spec.groups)):
            hint = f"an output is made of a layer: give one `inputs: {asked}` and a `name`, and write that"
        message = f"`{self.target.name}` is made of `{asked}`, and there is no layer of that name"
        self.report.add(Diagnostic("S242", message, self.target.at("from"), hint))
        return last

    def node(self, source: str | None, output: Output) -> Node | None:
        """The node that gives the output, placed behind the others where the spec does not write it."""
        before = None if source is None else self.graph.node(source)
        if before is not None and source is not None and writes_output(self.graph.layer(source), output):
            self.report.add(*self._check_written(before, output))
            return before
        if before is not None and before.tensor is not None and len(before.tensor.shape) != 2:
            which = "the last layer" if self.target.from_ is None else f"`{source}`"
            message = f"{which} gives {shown(before.tensor.shape)}, and the output layer takes one vector a row"
            hint = "put a `Flatten` last, or a layer that gives one vector a row"
            self.report.add(Diagnostic("S302", message, before.span, hint))
            return None
        several = len(self.resolved.spec.targets) > 1
        layer = output_layer(output, self.graph.free_name(self.target.output) if several else None)
        placed = self.graph.place(Layer(layer, self.target.span), source or self.graph.everything)
        if placed is None:
            return None
        given = self.graph.tensor(source or self.graph.everything)
        if given is not None and len(given.shape) != 2:
            message = f"the features give {shown(given.shape)}, and the output layer takes one vector a row"
            hint = "put a `Flatten` into `layers`, or a layer that gives one vector a row, such as an `LSTM`"
            self.report.add(Diagnostic("S302", message, self.resolved.spec.span("layers"), hint))
            return None
        units = units_expression(output, self.target, self.classes)
        call = Call(placed.call.function, (units, *placed.call.arguments[1:]), placed.call.keywords)
        derived = replace(placed, call=call)
        if output.units is None:  # the first rows do not tell how many classes there are
            tensor = None if derived.tensor is None else replace(derived.tensor, shape=(None, None))
            derived = replace(derived, tensor=tensor, parameters=None, multiply_adds=None)
        return derived

    def _check_written(self, last: Node, output: Output) -> Iterator[Diagnostic]:
        """Whether the output layer that the spec writes has the shape that the target asks for."""
        shape = None if last.tensor is None else last.tensor.shape
        if shape is None or (len(shape) == 2 and output.units in (None, shape[1])):
            return
        shown_as, count = listed(self.target.columns, 3), len(self.target.classes or ())
        asked = {
            Task.CLASSES: f"{shown_as} has {count} classes",
            Task.BINARY: f"{shown_as} has two classes, one number between 0 and 1",
            Task.NUMBER: f"{shown_as} is one number",
            Task.NUMBERS: f"{shown_as} are {output.units} numbers",
            Task.LABELS: f"there are {count} labels, each a number between 0 and 1",
            Task.ORDINAL: f"{shown_as} has {count} classes in an order, a number for each but the first",
        }[output.task]
        hint = f"give it {output.units} units, or leave it out: the output layer follows from the target"
        which = "the last layer" if self.target.from_ is None else f"`{last.name}`"
        yield Diagnostic("S302", f"{which} gives {shown(shape)}, and {asked}", last.span, hint)


def _check_frames(resolved: Resolved) -> Iterator[Diagnostic]:
    """A column of several targets is read in one way."""
    met: dict[str, Target] = {}
    for target in resolved.spec.targets:
        for column in target.columns:
            first = met.setdefault(column, target)
            if resolved.frame_of(first) != resolved.frame_of(target):
                texts, numbers = (first, target) if resolved.frame_of(target) == "float32" else (target, first)
                message = f"`{column}` is read as numbers for `{numbers.name}`, and as texts for `{texts.name}`"
                hint = f"write the classes of `{texts.name}` as numbers, or take one of the two out"
                labels = (Label(first.span, "the other output"),)
                yield Diagnostic("S247", message, target.at_column(column), hint, labels=labels)


def _check_apart(heads: list[Head], targets: tuple[Target, ...]) -> Iterator[Diagnostic]:
    """Two targets have two outputs."""
    met: dict[str, Target] = {}
    for head, target in zip(heads, targets, strict=True):
        first = met.setdefault(head.node, target)
        if first is not target and head.node:
            message = f"`{head.node}` is the output of `{first.name}`, and cannot be that of `{target.name}` too"
            hint = "name another layer with `from:`, or take that layer out: an output layer follows from each target"
            span = target.at("from") if entry_of(target, "from") else target.span
            yield Diagnostic("S244", message, span, hint, labels=(Label(first.span, "the other output"),))
