"""What training makes small and measures: the loss of each row, and the metrics of a part of the rows."""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from specrun.compiler.catalogue import logged_name
from specrun.compiler.expressions import (
    Assign,
    Call,
    Expression,
    Foreign,
    Identifier,
    Item,
    Items,
    Literal,
    Pairs,
    Statement,
    children,
    joined,
    name,
    substituted,
)
from specrun.compiler.plan import Head, Node, Plan, Task
from specrun.compiler.quoting import quoted
from specrun.compiler.script.targets.tensorflow.activations import activated
from specrun.compiler.script.targets.tensorflow.losses import (
    CROSSENTROPIES,
    HUBER,
    LOSSES,
    MEANS,
    METRICS,
    SMOOTHED,
    TAKEN,
)
from specrun.compiler.script.targets.tensorflow.network import Layers
from specrun.compiler.script.targets.tensorflow.options import Options, Refused, options_of

_ACCURACIES = {
    Task.BINARY: "BinaryAccuracy",
    Task.LABELS: "BinaryAccuracy",
    Task.ORDINAL: "BinaryAccuracy",
}

_INDEX = defaultdict(
    lambda: "tf.argmax(y, -1)",
    sparse_categorical_crossentropy="y",
    binary_crossentropy="tf.cast(y[:, 0], tf.int32)",
)


def scores_activation(head: Head, node: Node) -> str | None:
    """The activation that the network leaves out before an output, since the loss takes the scores without it."""
    loss = options_of("losses", head.loss).entry.name
    layer = options_of("layers", node.call)
    if loss not in CROSSENTROPIES:
        return None
    wanted = CROSSENTROPIES[loss][0]
    if "activation" not in layer.given or layer.given["activation"] != Literal(wanted):
        raise Refused(f"`{loss}` of an output that does not end with the activation `{wanted}`")
    return wanted


@dataclass(slots=True)
class Formulas:
    """Statements of a function, its variables that are taken, and the functions that it needs."""

    steps: list[Assign] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    helpers: set[str] = field(default_factory=set)

    def add(self, formula: str, **holes: Expression) -> Expression:
        """The value of a formula, whose parts become variables of names that are free."""
        *parts, value = textwrap.dedent(formula).strip().splitlines()
        for part in parts:
            variable, _, source = part.partition(" = ")
            self.taken[variable] += 1
            count = self.taken[variable]
            holes[variable] = name(variable if count == 1 else f"{variable}_{count}")
            self.steps.append(Assign((holes[variable],), quoted(source, **holes)))
        return quoted(value, **holes)


@dataclass(frozen=True, slots=True)
class OfHead:
    """A head with what its formulas are of."""

    head: Head
    activation: str | None
    y: Expression
    scores: Expression

    @property
    def out(self) -> Expression:
        """The output, as the saved model gives it."""
        return self.of(self.scores)

    def of(self, scores: Expression) -> Expression:
        """The output of some scores."""
        return scores if self.activation is None else activated(Literal(self.activation), scores)

    def loss(self, formulas: Formulas) -> Expression:
        """The loss of each row. Raises Refused."""
        return self._formula(options_of("losses", self.head.loss), formulas)

    def metric(self, metric: Expression, formulas: Formulas) -> Expression:
        """A metric of all the rows. Raises Refused."""
        options = self._named(options_of("metrics", metric))
        entry = options.entry.name
        if entry in MEANS:
            options.only(())
            mean = self._formula(options_of("losses", Literal(MEANS[entry])), formulas)
            return _mean(mean)
        if entry not in METRICS:
            raise Refused(options.name)
        taken = TAKEN.get(entry, ())
        options.only(taken)
        if entry == "AUC":
            formulas.helpers.add("auc")
        if entry == "BinaryAccuracy" and self.activation and options.number("threshold") == 0.5:
            right = "tf.reduce_mean(tf.cast((scores > 0) == (y > 0), tf.float32))"
            return formulas.add(right, scores=self.scores, y=self.y)
        return formulas.add(METRICS[entry], **self._holes, **{option: options[option] for option in taken})

    @property
    def _holes(self) -> dict[str, Expression]:
        return {"y": self.y, "scores": self.scores, "out": self.out}

    def _named(self, options: Options) -> Options:
        """Keras tells by the labels which accuracy is meant."""
        if options.entry.name != "accuracy":
            return options
        loss = options_of("losses", self.head.loss).entry.name
        of_classes = "SparseCategoricalAccuracy" if loss.startswith("sparse") else "CategoricalAccuracy"
        return options_of("metrics", Literal(_ACCURACIES.get(self.head.task, of_classes)))

    def _formula(self, options: Options, formulas: Formulas) -> Expression:
        loss = options.entry.name
        smoothing = loss in SMOOTHED and options.number("label_smoothing")
        taken = TAKEN.get(loss, ())
        options.only([*taken, *(["label_smoothing"] if smoothing else [])])
        holes = self._holes
        if smoothing:
            holes["y"] = quoted(SMOOTHED[loss], y=self.y, smoothing=Literal(smoothing))
        if loss in CROSSENTROPIES:
            if self.activation != CROSSENTROPIES[loss][0]:
                raise Refused(f"{options.name} of an output with another activation")
            return formulas.add(CROSSENTROPIES[loss][1], **holes)
        if loss not in LOSSES:
            raise Refused(options.name)
        if loss == "huber" and options.number("delta") != 1:
            return formulas.add(HUBER, **holes, delta=options["delta"])
        return formulas.add(LOSSES[loss], **holes)


def heads_of(plan: Plan, activations: Mapping[str, str | None]) -> tuple[OfHead, ...]:
    """The heads of a plan; `activations` has what is left out before their outputs."""
    alone = len(plan.heads) == 1
    return tuple(
        OfHead(
            head,
            activations[head.name],
            name("y") if alone else Item(name("y"), Literal(head.name)),
            name("scores") if alone else Item(name("scores"), Literal(head.name)),
        )
        for head in plan.heads
    )


def _logged(heads: tuple[OfHead, ...]) -> Iterator[tuple[str, OfHead, Expression]]:
    """The metrics by the names under which Keras logs them."""
    for head in heads:
        prefix, met = (f"{head.head.name}_" if len(heads) > 1 else ""), Counter[str]()
        for metric in head.head.metrics:
            log = logged_name(options_of("metrics", metric).entry)
            yield f"{prefix}{log}_{met[log]}" if met[log] else f"{prefix}{log}", head, metric
            met[log] += 1


@dataclass(frozen=True, slots=True)
class Function:
    """What a function does, and what it gives."""

    steps: tuple[Assign, ...]
    value: Expression

    @property
    def parts(self) -> tuple[Assign | Expression, ...]:
        """All that it is made of."""
        return (*self.steps, self.value)


@dataclass(frozen=True, slots=True)
class Objective:
    """What is made small and measured.

    Where nothing is measured but one metric of the test rows, `loss` is a function that training calls, and `tested`
    gives that metric, called `metric`, of the variables `x` and `y`; else `measures` gives all of it by the names of
    Keras. `logs` are the names of what is known after an epoch. `predict` is what the saved model makes of columns,
    `rows` a tensor of a batch that has as many rows, and `scores` says that an activation is left to `predict`.
    """

    loss: Function | None
    tested: Function | None
    metric: Identifier | None
    measures: Function | None
    predict: Function
    rows: Expression
    scores: bool
    logs: frozenset[str]
    helpers: frozenset[str]

    def expressions(self) -> Iterator[Assign | Expression]:
        """All that it is made of."""
        for function in (self.loss, self.tested, self.measures, self.predict):
            yield from function.parts if function is not None else ()


def objective_of(
    plan: Plan, heads: tuple[OfHead, ...], layers: Layers, tried: Callable[..., tuple[Expression, ...]]
) -> Objective:
    """The objective of the heads of a network; what is refused, `tried` keeps."""
    scores = quoted("self(x, training)" if layers.trains else "self(x)")
    losses, metrics = Formulas(), Formulas()
    terms = [_weighed(head, loss) for head in heads for loss in tried(head.head.span, head.loss, losses)]
    loss: Expression = joined("+", terms)
    if plan.training.class_weight is not None:
        loss = quoted("weights * loss", loss=loss)
    loss = joined("+", [_mean(loss), *layers.penalties])
    measured = {
        log: value
        for log, head, metric in _logged(heads)
        for value in tried(head.head.span, head.metric, metric, metrics)
    }
    logs = frozenset(["loss", "val_loss", *(f"val_{log}" for log in measured)])
    helpers, predict = frozenset(metrics.helpers), _predict(heads)
    more = (heads[0].y, any(head.activation for head in heads))
    if len(measured) == 1 and len(heads) == 1 and "validation" not in plan.data.parts and not metrics.helpers:
        ((log, value),) = measured.items()
        tested = _of_scores(metrics.steps, value, quoted("network(x)"))
        loss_of_batch = _of_scores(losses.steps, loss, scores)
        return Objective(loss_of_batch, tested, Identifier(log), None, predict, *more, logs, helpers)
    by_name = Pairs(tuple((Literal(log), value) for log, value in [("loss", loss), *measured.items()]))
    function = _of_scores([*losses.steps, *metrics.steps], by_name, scores)
    return Objective(None, None, None, function, predict, *more, logs, helpers)


def _mean(of_rows: Expression) -> Expression:
    """The mean of a value of each row, which may be a mean itself."""
    match of_rows:
        case Call(Foreign("tensorflow.reduce_mean"), (values, Literal(-1))):
            return quoted("tf.reduce_mean(values)", values=values)
    return quoted("tf.reduce_mean(of_rows)", of_rows=of_rows)


def _weighed(head: OfHead, loss: Expression) -> Expression:
    weight = head.head.weight
    return loss if weight == 1 else quoted("weight * loss", weight=Literal(weight), loss=loss)


def _of_scores(steps: list[Assign], value: Expression, scores: Expression) -> Function:
    """A function of the scores, which are a variable unless they stand there once."""
    function = Function(tuple(steps), value)
    if sum(_count(part, name("scores")) for part in function.parts) > 1:
        return Function((Assign((name("scores"),), scores), *function.steps), value)
    steps = [substituted(step, name("scores"), scores) for step in steps]
    return Function(tuple(steps), substituted(value, name("scores"), scores))


def _count(part: Statement | Expression, wanted: Expression) -> int:
    return int(part == wanted) + sum(_count(inner, wanted) for inner in children(part))


def _predict(heads: tuple[OfHead, ...]) -> Function:
    """What the saved model makes of raw columns."""
    scores = quoted("network(network.encode(columns))")
    if len(heads) == 1:
        return Function((), heads[0].of(scores))
    if not any(head.activation for head in heads):
        return Function((), scores)
    step = Assign((name("scores"),), scores)
    return Function((step,), Pairs(tuple((Literal(head.head.name), head.out) for head in heads)))


def class_weights(plan: Plan, head: OfHead) -> tuple[Expression, Expression] | None:
    """The weights of the classes, and the weight of each row by its label `y`; None where all weigh the same."""
    weights = plan.training.class_weight
    match weights:
        case None:
            return None
        case Pairs(pairs):
            listed: Expression = Items(tuple(weight for _, weight in pairs))
        case Call("dict", (Call("enumerate", (each,)),)):
            listed = each
        case _:
            raise Refused("these weights of the classes")
    index = _INDEX[options_of("losses", head.head.loss).entry.name]
    return (
        quoted("tf.constant(listed, tf.float32)", listed=listed),
        quoted(f"tf.gather(class_weights, {index})", y=head.y),
    )
