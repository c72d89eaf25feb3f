"""The encoder and the network of a plan, made of Keras in the order in which the script makes them.

The order is part of the model: each layer draws the seed of its initial weights when it is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from specrun.compiler.diagnostics import Diagnostic, Span, SpecError
from specrun.compiler.expressions import Expression, Identifier, Name, Statement, Statistic, children, statistics_of
from specrun.compiler.parting import nothing_to_learn
from specrun.compiler.plan import FeatureGroup, Plan
from specrun.runtime.encoding import Encoder
from specrun.runtime.evaluate import Evaluator

_OF_KERAS = "[UNK]"
_ROWS = Name(Identifier("train"))
_LEARNT_FROM = {"text": "word", "set": "label"}
"""What statistics are learnt from, where that is not the values of a column themselves."""


@dataclass(frozen=True, slots=True)
class Network:
    """The raw `inputs`, the encoder of `features` from them to `parts`, what is trained on, and the `model` to train.

    `raw` gives the raw values of a data frame, as the inputs take them, and `features` the encoded ones, as tensors.
    """

    inputs: dict[str, Any]
    parts: Any
    model: Any
    raw: Callable[[Any], dict[str, Any]]
    features: Callable[[Any], Any]
    augments: bool

    @property
    def width(self) -> int:
        """How many encoded values a row has; an axis of unknown length counts as one."""
        import keras

        return sum(math.prod(axis or 1 for axis in part.shape[1:]) for part in keras.tree.flatten(self.parts))

    def served(self) -> Any:
        """The model that takes raw rows."""
        import keras

        fixed = {"training": False} if self.augments else {}
        return keras.Model(self.inputs, self.model(self.parts, **fixed))


def build_network(plan: Plan, evaluator: Evaluator, look: Callable[[Plan], None] | None = None) -> Network:
    """The network of a plan; the evaluator holds the training rows as `train`, or all statistics of them.

    `look` is given the plan with the lengths that these rows tell, before anything is made of such a length.
    """
    _encode(plan, evaluator)
    if look is not None:
        look(_learnt(plan, evaluator))
    inputs, parts = evaluator.variables["inputs"], evaluator(plan.network.parts)
    encoder = Encoder(plan, evaluator, parts)
    return Network(inputs, parts, _model(plan, evaluator, parts), encoder.raw, encoder, plan.network.augments)


def _encode(plan: Plan, evaluator: Evaluator) -> None:
    """Give the evaluator the raw `inputs`, what is `encoded`, and the layers of `embeddings`, all by their columns."""
    inputs: dict[str, Any] = {}
    encoded: dict[str, Any] = {}
    embeddings: dict[str, Any] = {}
    evaluator.variables |= {"inputs": inputs, "encoded": encoded, "embeddings": embeddings}
    looks = _ROWS.name in evaluator.variables  # of a run that is loaded, what the rows had to say is known
    for group in plan.features:
        for name, source, span in zip(group.columns, group.sources, group.spans, strict=True):
            evaluator.variables["name"] = name
            if group.input is not None:
                inputs[name] = evaluator(group.input)
            for step in group.steps:
                if looks or not _looks_at_rows(step):
                    _check_learnt(step, group, evaluator, source, span)
                    evaluator.execute(step)
            _check_learnt(group.encoding, group, evaluator, source, span)
            encoded[name] = evaluator(group.encoding)
            if group.embedding is not None:
                embeddings[name] = evaluator(group.embedding)


def _learnt(plan: Plan, evaluator: Evaluator) -> Plan:
    """A plan whose features are as long as they are encoded, with as many vectors as are embedded."""
    encoded, embeddings = evaluator.variables["encoded"], evaluator.variables["embeddings"]

    def learnt(group: FeatureGroup) -> FeatureGroup:
        if group.embedding is not None:
            layers = (embeddings[name] for name in group.columns)
            return replace(group, parameters=tuple(layer.input_dim * layer.output_dim for layer in layers))
        shapes = (tuple(encoded[name].shape) for name in group.columns)
        return replace(group, tensors=tuple(replace(t, shape=s) for t, s in zip(group.tensors, shapes, strict=True)))

    return replace(plan, features=tuple(map(learnt, plan.features)))


def _looks_at_rows(part: Expression | Statement) -> bool:
    """Whether a part looks at the training rows but for statistics, which are kept."""
    return part == _ROWS or (not isinstance(part, Statistic) and any(map(_looks_at_rows, children(part))))


def _check_learnt(
    part: Expression | Statement, group: FeatureGroup, evaluator: Evaluator, column: str, span: Span
) -> None:
    """Raise SpecError where the training rows have nothing to learn a statistic of a part from."""
    for statistic in statistics_of(part):
        learnt = evaluator(statistic)
        values = learnt if isinstance(learnt, list) else [learnt]
        if _OF_KERAS in values:
            message = f"`{column}` holds the text `{_OF_KERAS}`, which Keras keeps for texts that it does not know"
            hint = "write another text" + (", or take `encoding: hashing`" if group.kind == "category" else "")
            raise SpecError([Diagnostic("D406", message, span, hint)])
        if group.kind in ("sequence", "set", "text") and _loses_nuls(values):
            message = f"`{column}` holds a word that ends in a NUL character, which Keras loses"
            raise SpecError([Diagnostic("D406", message, span, "take such characters out of the texts")])
        if not values or any(not isinstance(value, str) and math.isnan(value) for value in values):
            raise SpecError([nothing_to_learn(column, statistic.kind, span, _LEARNT_FROM.get(group.kind, "value"))])


def _loses_nuls(words: list[Any]) -> bool:
    """Whether learnt words are empty or the same, once NumPy has taken the NUL characters from their ends."""
    texts = [word.rstrip("\0") for word in words if isinstance(word, str)]
    return "" in texts or len(set(texts)) < len(texts)


def _model(plan: Plan, evaluator: Evaluator, parts: Any) -> Any:
    import keras

    network = plan.network
    if network.is_chain:
        return keras.Sequential([evaluator(node.call) for node in network.nodes])
    given = {name: keras.Input(part.shape[1:], dtype=part.dtype, name=name) for name, part in parts.items()}
    evaluator.variables["given"] = given
    for step in (*network.steps, *(step for node in network.nodes for step in node.steps)):
        evaluator.execute(step)
    return keras.Model(given, evaluator(network.output))
