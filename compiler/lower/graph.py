"""The layers as nodes of a graph: what each takes, what comes out, and where something does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from specrun.compiler.diagnostics import Diagnostic, Label, Report, Span
from specrun.compiler.expressions import Call, Identifier, Keyword, Literal
from specrun.compiler.language.sections import Keras
from specrun.compiler.language.shared import SHARED
from specrun.compiler.lower.keras import applied_with, called, conflicts, entry_of
from specrun.compiler.lower.layers import Layer, arguments_of, completed, early_input, unknown_input
from specrun.compiler.lower.names import LayerNames, of_keras
from specrun.compiler.lower.sources import Sources, Unjoinable
from specrun.compiler.plan import Node
from specrun.compiler.shapes import ShapeMismatch, infer, shown
from specrun.compiler.suggest import did_you_mean, listed
from specrun.compiler.tensor import Dimension, Tensor

_COMPARED = 100_000
"""So many names are looked through for those that were meant, in all: more would take seconds."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What comes out of a layer and what it costs; None where that is not known."""

    tensor: Tensor | None = None
    parameters: Dimension = None
    multiply_adds: Dimension = None
    frozen: Dimension = None


@dataclass(frozen=True, slots=True)
class _Given:
    """Something that a layer takes: its name, what it is, and where it was made, if a layer made it."""

    name: str
    tensor: Tensor | None
    span: Span | None


class Graph:
    """Nodes, one for each layer in its turn; what is wrong goes into the report.

    A layer that cannot be placed leaves a gap: what hangs on it is not looked at. `changed` are the layers that each
    take a feature before all others do, and change it.
    """

    def __init__(
        self, sources: Sources, changed: Mapping[str, tuple[Layer, ...]], layers: Iterable[Layer], report: Report
    ) -> None:
        self._sources, self._report, self._names = sources, report, LayerNames(report)
        self._changed = dict(changed)
        self._of_inputs = frozenset([*sources.names(), *sources.input_names()])
        self._stands_for: dict[str, str] = {}
        waiting = tuple(layers)
        self._later = {layer.keras.own_name: layer for layer in waiting if layer.keras.own_name is not None}
        self._nodes: dict[str, Node | None] = {}
        self._made: dict[str, Layer] = {}
        self._written: list[str] = []
        self._compared = 0
        self._taken: set[str] = set()
        self.last: str | None = None
        for layer in waiting:
            self.place(layer)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes that could be placed."""
        return tuple(node for node in self._nodes.values() if node is not None)

    @property
    def is_whole(self) -> bool:
        """Whether every layer could be placed."""
        return None not in self._nodes.values()

    @property
    def layers(self) -> tuple[Keras, ...]:
        """The layers that were placed, with what follows from their inputs filled in."""
        return tuple(layer.keras for layer in self._made.values())

    @property
    def everything(self) -> str:
        """What the first layer takes where it does not say what: the name of all the features."""
        return self._sources.everything

    def free_name(self, wanted: str) -> str:
        """About that name, for one more layer: no other layer has it, and no input."""
        taken = {*self._nodes, *self._sources.input_names()}
        while wanted in taken or of_keras().fullmatch(wanted):
            wanted += "_output"
        return wanted

    def names(self) -> frozenset[str]:
        """The names of all the layers, be it that they could not be placed."""
        return frozenset(self._nodes)

    def node(self, name: str) -> Node | None:
        """The node of that name, or None."""
        return self._nodes.get(name)

    def tensor(self, name: str) -> Tensor | None:
        """What a node gives, or what is taken from the features by that name; None where that is not known."""
        if name in self._nodes:
            node = self._nodes[name]
            return None if node is None else node.tensor
        source = self._sources.get(name)
        return None if source is None else source.tensor

    def layer(self, name: str) -> Keras:
        """The layer of a node that was placed."""
        return self._made[name].keras

    def unused(self) -> Iterator[Node]:
        """The nodes whose output no other takes."""
        return (node for node in self.nodes if node.name not in self._taken)

    def place(self, layer: Layer, given: str | None = None) -> Node | None:
        """A node for the next layer, which takes `given`, or what the last gave, unless it says itself what."""
        name = self._name(layer)
        inputs = self._inputs(layer, given)
        if inputs is not None and all(self._nodes.get(i.name, i) is not None for i in inputs):
            layer = completed(layer, (one.tensor for one in inputs))
            node = self._node(layer, name, inputs)
        else:
            node = None
        self._later.pop(name, None)
        if layer.keras.own_name is not None and name not in self._nodes:
            self._written.append(name)
        self._nodes[name], self._made[name], self.last = node, layer, name
        return node

    def _name(self, layer: Layer) -> str:
        """The name of the next node: that of its layer, but where Keras gives the layer the name of an input."""
        name = self._names.name(layer.keras, layer.span)
        if layer.keras.own_name is None and name in self._of_inputs:
            while name in self._of_inputs or name in self._nodes or name in self._later:
                name += "_"
        return name

    def _inputs(self, layer: Layer, given: str | None) -> tuple[_Given, ...] | None:
        """What a layer takes; None where some of it is not there, which goes into the report."""
        names = layer.keras.inputs or (given or self.last or self._sources.everything,)
        found = tuple(self._given(name, layer) for name in names)
        self._taken.update(one.name for one in found if one is not None)
        return None if None in found else tuple(one for one in found if one is not None)

    def _given(self, name: str, layer: Layer) -> _Given | None:
        name = self._after_changes(name)
        if name in self._nodes:
            node = self._nodes[name]
            return _Given(name, node.tensor if node else None, node.span if node else None)
        try:
            source = self._sources.get(name)
        except Unjoinable as unjoinable:
            hint = "say with `inputs:` which feature each layer takes"
            self._report.add(
                Diagnostic("S305", f"features that cannot stand side by side: {unjoinable}", layer.span, hint)
            )
            return None
        if source is not None:
            return _Given(name, source.tensor, None)
        later = self._later.get(name)
        if later is not None:
            self._report.add(early_input(name, layer, later))
            return None
        known = [*self._written, *self._sources.names()]
        hint = self._meant(name, known, f"there are {listed(known)}")
        self._report.add(unknown_input(name, layer, hint))
        return None

    def _after_changes(self, name: str) -> str:
        """The node that stands for a feature which layers change; they are placed when it is first asked for."""
        if name not in self._nodes and self._sources.is_feature(name):
            feature = self._sources.feature(name)
            if feature in self._changed:
                before, self.last = self.last, None
                for layer in self._changed.pop(feature):
                    self.place(layer, self.last or feature)
                self._stands_for[feature], self.last = str(self.last), before
            return self._stands_for.get(feature, name)
        return name

    def _meant(self, name: str, known: list[str], otherwise: str) -> str:
        """A hint with the nearest of the known names, as long as not too many were looked through."""
        self._compared += len(known)
        return did_you_mean(name, known, otherwise) if self._compared <= _COMPARED else otherwise

    def _node(self, layer: Layer, name: str, inputs: tuple[_Given, ...]) -> Node | None:
        if layer.keras.name == SHARED:
            return self._shared(layer, name, inputs)
        inputs = _to_itself(layer.keras, inputs)
        made = layer.keras.without("name", "inputs")
        found = tuple(conflicts("layers", made, layer.span))
        self._report.add(*found)
        outcome = None if found else self._outcome(layer, made, inputs)
        if outcome is None:
            return None
        own_name = layer.keras.own_name
        call = called("layers", made, () if own_name is None else (Keyword(Identifier("name"), Literal(own_name)),))
        return _made_node(layer, name, name, call, inputs, outcome, applied_with(made))

    def _shared(self, layer: Layer, name: str, inputs: tuple[_Given, ...]) -> Node | None:
        """A layer that was made before, applied once more."""
        asked = str(layer.keras.option("layer"))
        first = self._nodes.get(asked)
        if first is None:
            if asked not in self._nodes:
                hint = self._meant(asked, self._written, "name a layer before it, by the `name` of that layer")
                message = f"`Shared` applies `{asked}`, and no layer before it has that name"
                self._report.add(Diagnostic("S220", message, layer.span, hint))
            return None
        made, maker = self._made[first.layer], self._nodes[first.layer]
        inputs = _to_itself(made.keras, inputs)
        outcome = self._outcome(layer, made.keras.without("name", "inputs"), inputs)
        if outcome is None or maker is None:
            return None
        if outcome.parameters != maker.parameters and None not in (outcome.parameters, maker.parameters):
            taken = listed_shapes(inputs)
            message = f"the weights of `{asked}` are not for {taken}"
            label = Label(made.span, "the layer, made for what it takes here")
            hint = "give it something of the same last dimension as that"
            self._report.add(Diagnostic("S301", message, layer.span, hint, labels=(label,)))
            return None
        outcome = replace(outcome, parameters=0, frozen=0)
        return _made_node(layer, name, first.layer, first.call, inputs, outcome, first.keywords)

    def _outcome(self, layer: Layer, keras: Keras, inputs: tuple[_Given, ...]) -> _Outcome | None:
        """What comes out of `keras`; None where it does not fit, which goes into the report."""
        tensors = tuple(one.tensor for one in inputs if one.tensor is not None)
        if len(tensors) < len(inputs):
            return _Outcome()
        try:
            inferred = infer(keras.name, arguments_of(keras), tensors)
        except ShapeMismatch as mismatch:
            ends = dict.fromkeys((inputs[0], inputs[min(mismatch.culprit, len(inputs) - 1)]))
            labels = tuple(Label(end.span, _gives(end)) for end in ends if end.span is not None)
            self._report.add(Diagnostic("S301", mismatch.message, layer.span, mismatch.hint, labels=labels))
            return None
        if inferred is None:
            return _Outcome()
        return _Outcome(inferred.output, inferred.parameters, inferred.multiply_adds, inferred.frozen)


def _gives(given: _Given) -> str:
    return "" if given.tensor is None else f"`{given.name}` gives {shown(given.tensor.shape)}"


def listed_shapes(inputs: Iterable[_Given]) -> str:
    """The shapes of what a layer takes, as messages show them."""
    return " and ".join(shown(one.tensor.shape) for one in inputs if one.tensor is not None)


def _to_itself(layer: Keras, inputs: tuple[_Given, ...]) -> tuple[_Given, ...]:
    """What a layer takes, where one input alone is both query and value of an attention."""
    return inputs * 2 if len(inputs) == 1 and entry_of("layers", layer).to_itself else inputs


def _made_node(
    layer: Layer,
    name: str,
    owner: str,
    call: Call,
    inputs: tuple[_Given, ...],
    outcome: _Outcome,
    keywords: tuple[Keyword, ...],
) -> Node:
    given = tuple(one.name for one in inputs)
    costs = outcome.parameters, outcome.multiply_adds
    return Node(name, owner, call, given, (), outcome.tensor, *costs, layer.span, keywords, outcome.frozen)
