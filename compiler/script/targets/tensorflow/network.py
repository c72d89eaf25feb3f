"""The network of a plan in TensorFlow's terms, layer by layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import (
    Assign,
    Call,
    Expression,
    Foreign,
    Identifier,
    Item,
    Items,
    Literal,
    Member,
    Name,
    Pairs,
    joined,
    literals,
    mentions,
    name,
    within,
)
from specrun.compiler.plan import Node, Plan, Source
from specrun.compiler.quoting import quoted
from specrun.compiler.script.options import Refused, options_of
from specrun.compiler.script.targets.tensorflow import layers, recurrent, spatial  # noqa: F401 - they enter their rules
from specrun.compiler.script.targets.tensorflow.activations import activated
from specrun.compiler.script.targets.tensorflow.encoding import EncodedGroup
from specrun.compiler.script.targets.tensorflow.rules import Body, Maker, Signal, Step, apply, dimensions, free

Refuse = Callable[[Refused, Span], None]
_FUNCTIONS = ("gru", "lstm", "normalized", "random", "translated")
_TAKEN = frozenset([*_FUNCTIONS, "given", "mean", "self", "training", "variance", "vectors"])
"""Names that no variable of a layer takes: functions and variables of scripts of this target."""


@dataclass(frozen=True, slots=True)
class Layers:
    """A network: the `widths` and `weights` that it makes, the `steps` from what it is `given`, and the `output`.

    `spans` is where the layer stands that gives the output, if none of the steps is its own.
    """

    given: Name
    widths: tuple[Assign, ...]
    weights: tuple[Assign, ...]
    steps: tuple[Step, ...]
    output: Expression
    spans: tuple[Span, ...]
    penalties: tuple[Expression, ...]
    helpers: frozenset[str]

    @property
    def trains(self) -> bool:
        """Whether something is done in training alone."""
        training = name("training")
        steps = any(step.training or mentions(step.statement, training) for step in self.steps)
        return steps or mentions(self.output, training)

    @property
    def embeds(self) -> bool:
        """Whether something is looked up, so that its gradient comes row by row."""
        return any(mentions(step.statement, Foreign("tensorflow.gather")) for step in self.steps)


def layers_of(
    plan: Plan, groups: Iterable[EncodedGroup], activations: Mapping[str, str | None], refuse: Refuse
) -> Layers:
    """The network of a plan on its encoded groups, without the `activations` before its outputs."""
    return _Network(plan, groups, activations, refuse).layers()


class _Network:
    def __init__(
        self, plan: Plan, groups: Iterable[EncodedGroup], activations: Mapping[str, str | None], refuse: Refuse
    ) -> None:
        self.plan, self.groups, self.refuse = plan, tuple(groups), refuse
        self.left_out = {head.node: activations[head.name] for head in plan.heads}
        self.given = name("x" if plan.network.is_chain else "given")
        kinds = Counter(options_of("layers", node.call).entry.name for node in plan.network.nodes)
        self.body = Body(repeated=frozenset(kind for kind, n in kinds.items() if n > 1))
        steps = (*plan.network.steps, *(step for node in plan.network.nodes for step in node.steps))
        self.body.taken |= {target.name for step in steps for target in _names(step)} | _TAKEN | {"x"}
        self.signals: dict[str, Signal] = {}
        self.renamed: dict[str, Name] = {}

    def layers(self) -> Layers:
        self.body.steps += [Step(self._joined(step)) for step in self.plan.network.steps]
        outputs: dict[str, Expression] = {}
        for node in self.plan.network.nodes:
            first = len(self.body.steps)
            signal = self._made(node)
            target = self._target(node)
            if signal.value != target:
                self.body.steps.append(Step(Assign((target,), signal.value)))
            if first < len(self.body.steps):
                self.body.steps[first] = replace(self.body.steps[first], spans=(node.span,))
            outputs[node.name] = target
            if signal.mask is not None and node.name in self.left_out:
                self.refuse(Refused("a loss that leaves padding out"), node.span)
            value: Expression = target
            left_out = self.left_out.get(node.name)
            if left_out is not None:
                value = activated(Literal(left_out), target)
            self.signals[node.name] = replace(signal, value=value)
        weights = tuple(self.body.weights.values())
        widths = (
            step for step in self.body.widths if any(mentions(weight.value, step.targets[0]) for weight in weights)
        )
        return Layers(
            self.given,
            tuple(widths),
            weights,
            *self._ended(outputs),
            tuple(self.body.penalties),
            frozenset(self.body.helpers),
        )

    def _ended(self, outputs: Mapping[str, Expression]) -> tuple[tuple[Step, ...], Expression, tuple[Span, ...]]:
        """The steps and the output, which the last of them makes where there is one output, and where that stands."""
        steps = tuple(self.body.steps)
        if len(self.plan.heads) > 1:
            return steps, Pairs(tuple((Literal(head.name), outputs[head.node]) for head in self.plan.heads)), ()
        output = outputs[self.plan.heads[0].node]
        match steps[-1:]:
            case (Step(Assign((target,), value), False, spans),) if target == output:
                return steps[:-1], value, spans
        return steps, output, ()

    def _made(self, node: Node) -> Signal:
        """What a node gives; what cannot be made is refused, and the rest is looked at all the same."""
        inputs = tuple(self._input(node, number) for number in range(len(node.inputs)))
        try:
            if node.keywords:
                raise Refused(f"`{node.keywords[0].name}` of the layer `{options_of('layers', node.call).entry.name}`")
            options = options_of("layers", node.call)
            if self.left_out.get(node.name):
                options = replace(options, given={**options.given, "activation": Literal(None)})
            return apply(Maker(self.body, node.layer, self._target(node)), options, inputs)
        except Refused as refused:
            self.refuse(refused, node.span)
            shape = () if node.tensor is None else node.tensor.shape[1:]
            return Signal(self._target(node), dimensions(shape))

    def _target(self, node: Node) -> Name:
        if not node.steps:
            return name("x")
        (target,) = node.steps[-1].targets
        assert isinstance(target, Name)
        if target.name in _TAKEN:
            return self.renamed.setdefault(node.name, free(f"{target.name}_of_layer", self.body.taken))
        return target

    def _input(self, node: Node, number: int) -> Signal:
        taken = node.inputs[number]
        if taken not in self.signals:
            source = next(source for source in self.plan.network.sources if source.name == taken)
            self.signals[taken] = self._source(source, self._argument(node, number))
        return self.signals[taken]

    def _argument(self, node: Node, number: int) -> Expression:
        """What a node is given, as its statements call it."""
        if not node.steps:
            return self.given
        applied = node.steps[-1].value
        assert isinstance(applied, Call)
        first = applied.arguments[0]
        return (first.items if isinstance(first, Items) else applied.arguments)[number]

    def _source(self, source: Source, value: Expression) -> Signal:
        shape = list(dimensions(source.tensor.shape[1:]))
        taken = [encoded for encoded in self.groups if {*encoded.group.columns} & {*source.columns, *source.embedded}]
        if any(encoded.width for encoded in taken):
            width = name("width" if not self.body.widths else f"width_{len(self.body.widths) + 1}")
            self.body.widths.append(Assign((width,), _width(source, taken)))
            shape[-1] = width
        return Signal(value, tuple(shape), is_whole=source.tensor.bound is not None)

    def _joined(self, step: Assign) -> Assign:
        """A statement that embeds features, or that joins what is embedded with the others."""
        return within(step, self._translated)

    def _translated(self, expression: Expression) -> Expression:
        match expression:
            case Call(Call("keras.layers.Flatten"), (vectors,)):
                return _of_first(self._translated(vectors))
            case Call(Item(Name("embeddings")) as embedding, (numbers,)):
                return quoted("tf.gather(embedding, numbers)", embedding=self._translated(embedding), numbers=numbers)
            case Call(Call("keras.layers.Concatenate"), (values,)):
                return quoted("tf.concat(values, -1)", values=values)
            case Name("embeddings"):
                return Member(name("self"), Identifier("embeddings"))
        return within(expression, self._translated)


def _of_first(vectors: Expression) -> Expression:
    """The vectors of the only number of each row."""
    assert isinstance(vectors, Call)
    table, numbers = vectors.arguments
    return quoted("tf.gather(table, tf.squeeze(numbers, -1))", table=table, numbers=numbers)


def _width(source: Source, taken: Iterable[EncodedGroup]) -> Expression:
    """How wide the columns of a source are together, some of which are as wide as the training rows tell."""
    terms: list[Expression] = []
    ones: list[Expression] = []
    others = 0
    for encoded in taken:
        group = encoded.group
        columns = [column for column in group.columns if column in {*source.columns, *source.embedded}]
        over: Expression = name(group.variable) if len(columns) == len(group.columns) else literals(columns)
        widths = {tensor.shape[-1] for tensor in group.tensors}
        if encoded.width is not None:
            terms.append(quoted("sum([width for name in over])", width=encoded.width, over=over))
        elif widths == {1}:
            ones.append(over)
        else:
            others += len(columns) * (group.tensors[0].shape[-1] or 0)
    if ones:
        terms.insert(0, quoted("len(columns)", columns=joined("+", ones)))
    return joined("+", [*terms, *([Literal(others)] if others else [])])


def _names(step: Assign) -> Iterator[Name]:
    return (target for target in step.targets if isinstance(target, Name))
