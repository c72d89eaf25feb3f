"""The encoder and the network of a plan, made of Keras in the order in which the script makes them.

The order is part of the model: each layer draws the seed of its initial weights when it is made.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from specrun.compiler.diagnostics import Diagnostic, Span, SpecError
from specrun.compiler.expressions import statistics_of
from specrun.compiler.parting import nothing_to_learn
from specrun.compiler.plan import FeatureGroup, Plan
from specrun.runtime.evaluate import Evaluator

_OF_KERAS = "[UNK]"


@dataclass(frozen=True, slots=True)
class Network:
    """The raw `inputs`, the `encoder` from them to what is trained on, and the `model` that is trained."""

    inputs: dict[str, Any]
    encoder: Any
    model: Any

    def features(self, rows: Any) -> Any:
        """The encoded features of a data frame, as tensors."""
        import tensorflow as tf

        return self.encoder({name: tf.constant(rows[[name]].to_numpy()) for name in self.inputs})

    def served(self) -> Any:
        """The model that takes raw rows."""
        import keras

        return keras.Model(self.inputs, self.model(self.encoder.output))


def build_network(plan: Plan, evaluator: Evaluator) -> Network:
    """The network of a plan; the evaluator holds the training rows as `train`."""
    import keras

    inputs, encoded, tokens, embeddings = _encode(plan, evaluator)
    layers = keras.layers
    if not embeddings:
        encoder = keras.Model(inputs, layers.Concatenate()(encoded))
        return Network(inputs, encoder, _chain(plan, evaluator))
    dense = (layers.Concatenate()(encoded),) if encoded else ()
    encoder = keras.Model(inputs, (*dense, *tokens))
    parts = [keras.Input(part.shape[1:], dtype=part.dtype) for part in encoder.outputs]
    vectors = [layers.Flatten()(embed(part)) for embed, part in zip(embeddings, parts[len(dense) :], strict=True)]
    network = _chain(plan, evaluator)
    joined = layers.Concatenate()([*parts[: len(dense)], *vectors])
    return Network(inputs, encoder, keras.Model(parts, network(joined)))


def _encode(plan: Plan, evaluator: Evaluator) -> tuple[dict[str, Any], list[Any], list[Any], list[Any]]:
    """The raw inputs, the dense encoded features, the whole numbers to embed, and the layers that embed them."""
    inputs: dict[str, Any] = {}
    encoded: list[Any] = []
    tokens: list[Any] = []
    embeddings: list[Any] = []
    evaluator.variables["inputs"] = inputs
    for group in plan.features:
        for name, source, span in zip(group.columns, group.sources, group.spans, strict=True):
            evaluator.variables["name"] = name
            inputs[name] = evaluator(group.input)
            for step in group.steps:
                evaluator.execute(step)
            _check_learnt(group, evaluator, source, span)
            (encoded if group.embedding is None else tokens).append(evaluator(group.encoding))
            if group.embedding is not None:
                embeddings.append(evaluator(group.embedding))
    return inputs, encoded, tokens, embeddings


def _check_learnt(group: FeatureGroup, evaluator: Evaluator, column: str, span: Span) -> None:
    """Raise SpecError where the training rows have nothing to learn a statistic from."""
    for statistic in statistics_of(*group.steps, group.encoding):
        value = evaluator(statistic)
        if isinstance(value, list) and _OF_KERAS in value:
            message = f"`{column}` holds the text `{_OF_KERAS}`, which Keras keeps for texts that it does not know"
            raise SpecError([Diagnostic("D406", message, span, "write another text, or take `encoding: hashing`")])
        if not value if isinstance(value, list) else math.isnan(value):
            raise SpecError([nothing_to_learn(column, statistic.kind, span)])


def _chain(plan: Plan, evaluator: Evaluator) -> Any:
    import keras

    return keras.Sequential([evaluator(node.call) for node in plan.nodes])
