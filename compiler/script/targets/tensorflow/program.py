"""All that a script says, from the plan: each part translated, and what no rule holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import (
    Expression,
    Identifier,
    Statement,
)
from specrun.compiler.plan import Plan
from specrun.compiler.quoting import quoted
from specrun.compiler.script.layout import LINE_LENGTH
from specrun.compiler.script.options import Refused
from specrun.compiler.script.printer import Printer
from specrun.compiler.script.targets.tensorflow.callbacks import Watch, watches
from specrun.compiler.script.targets.tensorflow.encoding import EncodedGroup, Encoding, Learnt
from specrun.compiler.script.targets.tensorflow.heads import class_weights, heads_of, scores_activation
from specrun.compiler.script.targets.tensorflow.network import Layers, layers_of
from specrun.compiler.script.targets.tensorflow.objective import Objective, objective_of
from specrun.compiler.script.targets.tensorflow.optimizers import NO_OPTIMIZER, Optimizer, optimizer_of
from specrun.compiler.script.targets.tensorflow.parts import (
    Loop,
    embeddings,
    encoded_parts,
    labels,
    raw_columns,
    samples,
    specifications,
)
from specrun.compiler.script.targets.tensorflow.translator import encoded

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Program:
    """What a script is made of, section by section.

    `raw` are loops that give the raw columns of the data frame `rows`, `inputs` those that say what the saved model
    takes, and `labels` what the output is compared with. `learnt` are attributes of the network by their names,
    `splitters` functions that part texts. `weights` are those of the classes, and that of each row of a batch;
    `samples` is how many there are to train on, `mean_loss` what an epoch gives. The template spells out the `helpers`.
    """

    name: str
    raw: tuple[Loop, ...]
    inputs: tuple[Loop, ...]
    labels: Expression
    learnt: Mapping[Identifier, Sequence[Learnt]]
    splitters: Mapping[Identifier, Expression]
    groups: tuple[EncodedGroup, ...]
    encoded: Expression
    embeddings: Expression | None
    layers: Layers
    objective: Objective
    weights: tuple[Expression, Expression] | None
    optimizer: Optimizer
    stopping: Watch | None
    plateau: Watch | None
    samples: Expression
    mean_loss: Expression
    helpers: frozenset[str]

    @property
    def folder(self) -> str:
        """What the model is saved to: never a folder of the data, whatever the name."""
        return f"{self.name}.savedmodel"

    @property
    def labels_fit(self) -> bool:
        """Whether they can be said in the line that returns them."""
        return len(f"    return network.encode(columns), {Printer()(self.labels)}") <= LINE_LENGTH

    @property
    def learns(self) -> bool:
        """Whether the network has to know the training rows."""
        return bool(self.learnt)

    def expressions(self) -> Iterator[Expression | Statement]:
        """All that it is made of, for what has to be imported."""
        yield from (self.labels, self.encoded, *self._of_network(), *self.layers.widths, *self.layers.weights)
        yield from (loop.value for loop in (*self.raw, *self.inputs))
        yield from self.splitters.values()
        yield from (learnt.value for parts in self.learnt.values() for learnt in parts)
        for group in self.groups:
            yield from (*group.steps, group.value, *(group.embedded or ()))
        yield from self.objective.expressions()
        yield from (*(self.weights or ()), *self.optimizer.parts)

    def _of_network(self) -> Iterator[Expression | Statement]:
        yield from (step.statement for step in self.layers.steps)
        yield self.layers.output


class Programmer:
    """Makes the program of a plan; what no rule holds is `refused`, with its place."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.refused: list[tuple[str, Span]] = []
        nodes = {node.name: node for node in plan.network.nodes}
        self._heads = heads_of(plan, {head.name: scores_activation(head, nodes[head.node]) for head in plan.heads})
        self.program = self._program()

    def _program(self) -> Program:
        plan, encoding = self._plan, Encoding()
        groups = tuple(found for g in plan.features for found in self.tried(g.spans[0], encoded, encoding, g))
        activations = {head.head.name: head.activation for head in self._heads}
        layers = layers_of(plan, groups, activations, self._refuse)
        objective = objective_of(plan, self._heads, layers, self.tried)
        stopping, plateau = self._of_training(watches, plan, objective.logs) or (None, None)
        return Program(
            name=plan.name,
            raw=tuple(raw_columns(plan, self.tried)),
            inputs=tuple(specifications(plan)),
            labels=labels(plan.objective.labels),
            learnt=encoding.learnt(),
            splitters={splitter: body for body, splitter in encoding.splitters.items()},
            groups=groups,
            encoded=encoded_parts(plan.network.parts),
            embeddings=embeddings(groups),
            layers=layers,
            objective=objective,
            weights=self._of_training(class_weights, plan, self._heads[0]),
            optimizer=self._of_training(optimizer_of, plan.training.optimizer, plateau is not None, layers.embeds)
            or NO_OPTIMIZER,
            stopping=stopping,
            plateau=plateau,
            samples=samples(plan),
            mean_loss=quoted("total / samples", samples=samples(plan)),
            helpers=layers.helpers | objective.helpers,
        )

    def tried(self, span: Span, make: Callable[..., Made], *arguments: object) -> tuple[Made, ...]:
        """What is made, or nothing where it is refused."""
        try:
            return (make(*arguments),)
        except Refused as refused:
            self._refuse(refused, span)
            return ()

    def _of_training(self, make: Callable[..., Made], *arguments: object) -> Made | None:
        return next(iter(self.tried(self._plan.training.span, make, *arguments)), None)

    def _refuse(self, refused: Refused, span: Span) -> None:
        self.refused.append((str(refused), span))
