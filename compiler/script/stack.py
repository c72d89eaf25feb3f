"""A plain stack of Dense layers on all the features: what a library can hold that knows networks of this form alone."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import Expression, Identifier, Keyword, Literal
from specrun.compiler.plan import Head, Node, Plan, Task, Training
from specrun.compiler.script.options import Options, Refused, options_of

OUTPUTS = {
    Task.CLASSES: "softmax",
    Task.BINARY: "sigmoid",
    Task.LABELS: "sigmoid",
    Task.NUMBER: "linear",
    Task.NUMBERS: "linear",
}
"""The targets that such a library has, and the activation of the output layer that it makes for each."""
_LOSSES = {
    Task.CLASSES: ("categorical_crossentropy", "sparse_categorical_crossentropy"),
    Task.BINARY: ("binary_crossentropy",),
    Task.LABELS: ("binary_crossentropy",),
    Task.NUMBER: ("mean_squared_error",),
    Task.NUMBERS: ("mean_squared_error",),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a plan cannot be held: `what` ends the sentence that begins with the target."""

    what: str
    span: Span


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of the stack, and where it stands in the spec."""

    options: Options
    span: Span

    @property
    def name(self) -> str:
        """Its name in a spec."""
        return self.options.entry.name

    @property
    def activation(self) -> str:
        """The name of its activation."""
        given = self.options.given.get("activation", Literal(None))
        return "linear" if given == Literal(None) else options_of("activations", given).entry.name


def layers(plan: Plan) -> tuple[Layer, ...]:
    """The layers of a plan in their order, the output layer last."""
    return tuple(Layer(options_of("layers", node.call), node.span) for node in plan.network.nodes)


def metrics_of(head: Head) -> tuple[Options, ...]:
    """The metrics of a target."""
    return tuple(options_of("metrics", metric) for metric in head.metrics)


def no_stack(plan: Plan) -> Iterator[Reason]:
    """Why the layers of a plan are no stack on all the features, with the output layer that the target asks for."""
    head, *others = plan.heads
    if plan.series is not None:
        yield Reason("has no rule for a series", plan.data.span)
    if others:
        yield Reason("has one target, and this is another", others[0].span)
    elif head.task in OUTPUTS:
        yield from _unfit_output(layers(plan)[-1], OUTPUTS[head.task])
    aside = _aside(plan)
    if aside is not None:
        yield Reason("has a stack of layers on all the features, and this layer takes something else", aside.span)


def unfit_head(plan: Plan, metrics: Mapping[Task, Container[str]]) -> Iterator[Reason]:
    """Why the target of a plan, its loss or its metrics cannot be held where these `metrics` can."""
    head = plan.heads[0]
    if len(plan.heads) > 1:
        return
    if head.task not in OUTPUTS:
        yield Reason(f"has no rule for a target that is {head.task.value}", head.span)
        return
    known: list[tuple[Options, Container[str]]] = [(options_of("losses", head.loss), _LOSSES[head.task])]
    known += [(metric, metrics[head.task]) for metric in metrics_of(head)]
    for thing, names in known:
        if thing.entry.name in names:
            yield from unfit_option(thing, head.span)
        else:
            yield Reason(f"has no rule for {thing.name} of a target that is {head.task.value}", head.span)
    if head.task is Task.CLASSES and len(head.classes) == 2:
        yield Reason("has one output for two classes, and this loss asks for two", head.span)


def unfit_optimizer(training: Training, known: Mapping[str, Iterable[str]]) -> Iterator[Reason]:
    """Why the optimizer of a plan cannot be held where the `known` ones can, each with some options."""
    optimizer = options_of("optimizers", training.optimizer)
    if optimizer.entry.name not in known:
        yield Reason(f"has no rule for {optimizer.name}", training.span)
        return
    yield from unfit_option(optimizer, training.span, *known[optimizer.entry.name])
    if not isinstance(optimizer["learning_rate"], Literal):
        yield Reason("has no rule for a `learning_rate` that changes", training.span)


def unfit_callbacks(training: Training, stops: Callable[[Options], str | None]) -> Iterator[Reason]:
    """Why the callbacks of a plan are not one `EarlyStopping`; `stops` says why that cannot be held, or None."""
    found = tuple(options_of("callbacks", callback) for callback in training.callbacks)
    for callback in found:
        if callback.entry.name != "EarlyStopping":
            yield Reason(f"has no rule for {callback.name}", training.span)
            continue
        yield from unfit_option(callback, training.span, "monitor", "mode", "patience", "restore_best_weights")
        what = stops(callback)
        if what is not None:
            yield Reason(what, training.span)
    if [callback.entry.name for callback in found].count("EarlyStopping") > 1:
        yield Reason("stops early by one `EarlyStopping`", training.span)


def unfit_activation(layer: Layer, known: Container[str]) -> Iterator[Reason]:
    """Why the activation of a Dense layer cannot be held where the `known` ones can."""
    if layer.activation not in known:
        yield Reason(f"has no rule for the activation `{layer.activation}`", layer.span)


def unfit_option(options: Options, span: Span, *known: str) -> Iterator[Reason]:
    """Why an object cannot be held that has other options than the `known` ones, if it has."""
    try:
        options.only(("name", *known))
    except Refused as refused:
        yield Reason(f"has no rule for {refused}", span)


def keywords(**options: Expression) -> tuple[Keyword, ...]:
    """Arguments by name."""
    return tuple(Keyword(Identifier(option), value) for option, value in options.items())


def _unfit_output(layer: Layer, activation: str) -> Iterator[Reason]:
    if layer.name != "Dense" or layer.activation != activation:
        what = f"ends with a `Dense` layer whose activation is `{activation}`, and this spec with another"
        yield Reason(what, layer.span)


def _aside(plan: Plan) -> Node | None:
    """The first layer that takes something else than what the one before gives, or all the features."""
    nodes, sources = plan.network.nodes, plan.network.sources
    every = {column for group in plan.features for column in group.columns}
    first = sources[0]
    if len(sources) > 1 or {*first.columns, *first.embedded} != every or nodes[0].inputs != (first.name,):
        return nodes[0]
    return next((after for before, after in pairwise(nodes) if after.inputs != (before.name,)), None)
