"""The outputs of a network with what they are compared by: formulas of labels and scores."""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from specrun.compiler.expressions import Assign, Call, Expression, Foreign, Item, Items, Literal, Pairs, name
from specrun.compiler.plan import Head, Node, Plan, Task
from specrun.compiler.quoting import quoted
from specrun.compiler.script.options import Options, Refused, options_of
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
    wanted, _ = CROSSENTROPIES.get(options_of("losses", head.loss).entry.name, (None, ""))
    given = options_of("layers", node.call).given.get("activation")
    return wanted if wanted is not None and given == Literal(wanted) else None


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
            return mean_of(mean)
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
        if loss not in {**CROSSENTROPIES, **LOSSES}:
            raise Refused(options.name)
        smoothing = loss in SMOOTHED and options.number("label_smoothing")
        taken = TAKEN.get(loss, ())
        options.only([*taken, *(["label_smoothing"] if smoothing else [])])
        holes = self._holes
        if smoothing:
            holes["y"] = quoted(SMOOTHED[loss], y=self.y, smoothing=Literal(smoothing))
        if loss in CROSSENTROPIES:
            wanted = CROSSENTROPIES[loss][0]
            if self.activation != wanted:
                raise Refused(f"{options.name} of an output that does not end with the activation `{wanted}`")
            return formulas.add(CROSSENTROPIES[loss][1], **holes)
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


def mean_of(of_rows: Expression) -> Expression:
    """The mean of a value of each row, which may be a mean itself."""
    match of_rows:
        case Call(Foreign("tensorflow.reduce_mean"), (values, Literal(-1))):
            return quoted("tf.reduce_mean(values)", values=values)
    return quoted("tf.reduce_mean(of_rows)", of_rows=of_rows)


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
