"""What training makes small and measures, and what the saved model gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from specrun.compiler.catalogue import logged_name
from specrun.compiler.expressions import (
    Assign,
    Expression,
    Identifier,
    Literal,
    Pairs,
    joined,
    name,
    substituted,
    walk,
)
from specrun.compiler.plan import Plan
from specrun.compiler.quoting import quoted
from specrun.compiler.script.options import options_of
from specrun.compiler.script.targets.tensorflow.heads import Formulas, OfHead, mean_of
from specrun.compiler.script.targets.tensorflow.network import Layers


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
    # Of one target alone, the loss and the metrics stand in `training`
    places = {head.head.name: head.head.span if len(heads) > 1 else plan.training.span for head in heads}
    terms = [_weighed(head, loss) for head in heads for loss in tried(places[head.head.name], head.loss, losses)]
    loss: Expression = joined("+", terms)
    if plan.training.class_weight is not None:
        loss = quoted("weights * loss", loss=loss)
    loss = joined("+", [mean_of(loss), *layers.penalties])
    measured = {
        log: value
        for log, head, metric in _logged(heads)
        for value in tried(places[head.head.name], head.metric, metric, metrics)
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


def _weighed(head: OfHead, loss: Expression) -> Expression:
    weight = head.head.weight
    return loss if weight == 1 else quoted("weight * loss", weight=Literal(weight), loss=loss)


def _of_scores(steps: list[Assign], value: Expression, scores: Expression) -> Function:
    """A function of the scores, which are a variable unless they stand there once."""
    function = Function(tuple(steps), value)
    if [*walk(*function.parts)].count(name("scores")) > 1:
        return Function((Assign((name("scores"),), scores), *function.steps), value)
    steps = [substituted(step, name("scores"), scores) for step in steps]
    return Function(tuple(steps), substituted(value, name("scores"), scores))


def _predict(heads: tuple[OfHead, ...]) -> Function:
    """What the saved model makes of raw columns."""
    scores = quoted("network(network.encode(columns))")
    if len(heads) == 1:
        return Function((), heads[0].of(scores))
    if not any(head.activation for head in heads):
        return Function((), scores)
    step = Assign((name("scores"),), scores)
    return Function((step,), Pairs(tuple((Literal(head.head.name), head.out) for head in heads)))
