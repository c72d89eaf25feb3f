"""A script of TensorFlow alone beside a trained run of its plan: weights are handed over, and each makes a step."""

from __future__ import annotations

import contextlib
import io
import re
import runpy
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any
from unittest import mock

from specrun.compiler.compilation import Compilation
from specrun.compiler.plan import Plan
from specrun.compiler.script import write_script
from specrun.runtime.training import Trained, train
from tests.parity.test_parity import kind_of, number, raw_of
from tests.process import options_kept

NEAR = 1e-6
"""By so much two numbers may differ, or by that share of the larger one."""

ROWS = 32
"""In the batch of which both make a step."""


@dataclass
class Beside:
    """What a script left behind, `names`, beside the run; `pairs` are its variables with those of Keras."""

    plan: Plan
    trained: Trained
    names: dict[str, Any]
    pairs: list[tuple[Any, Any]]
    gradients: dict[int, Any] = field(default_factory=dict)

    @property
    def network(self) -> Any:
        return self.names["network"]

    def raw(self, part: str) -> dict[str, Any]:
        """The raw rows of a part, as the saved models take them."""
        import tensorflow as tf

        raw = raw_of(self.plan, self.trained.frames[part])
        dtypes = {name: group.dtype for group in self.plan.features for name in group.columns}
        return {name: tf.cast(v, tf.float32) if dtypes[name] == "float32" else v for name, v in raw.items()}

    def hand_over(self) -> None:
        """Give the script the weights of the run, and what its optimizer keeps."""
        optimizer = self.trained.network.model.optimizer
        for mine, of_keras in self.pairs:
            mine.assign(of_keras.numpy())
        if "step" in self.names:
            self.names["step"].assign(float(optimizer.iterations.numpy()))
        if "learning_rate" in self.names:
            self.names["learning_rate"].assign(optimizer.learning_rate.numpy())
        trained = {id(mine): index_of(optimizer, of_keras) for mine, of_keras in self.pairs if of_keras.trainable}
        for slot, of_keras in kept(optimizer):
            for mine, variable in zip(self.names[slot], self.names["variables"], strict=True):
                mine.assign(of_keras[trained[id(variable)]].numpy())

    @property
    def part(self) -> str:
        """The rows that the two are compared on."""
        return "test" if "test" in self.trained.frames else "train"

    def measured(self) -> dict[str, float]:
        """What the script measures of these rows."""
        if "tensors" not in self.names:
            return {}
        x, y = self.names["tensors"](self.trained.frames[self.part])
        if hasattr(self.network, "measures"):
            return {name: float(value) for name, value in self.network.measures(x, y).items()}
        return {"loss": loss_of(self.network, x, y)}

    def step(self, rows: int) -> None:
        """One step of both on the first of the training rows."""
        import tensorflow as tf

        frame = self.trained.frames["train"]
        of_keras = self.trained.network.features(frame), self.trained.labels["train"]
        mine = self.names["tensors"](frame) if "tensors" in self.names else of_keras
        first = (
            tf.nest.map_structure(lambda values: tf.convert_to_tensor(values)[:rows], pair) for pair in (mine, of_keras)
        )
        self.names["train_epoch"](tf.data.Dataset.from_tensors(next(first)))
        self._step_of_keras(*next(first))

    def _step_of_keras(self, x: Any, y: Any) -> None:
        import tensorflow as tf
        from keras.src.trainers.data_adapters.data_adapter_utils import class_weight_to_sample_weights

        from specrun.runtime.evaluate import Evaluator

        model, weights = self.trained.network.model, None
        if self.plan.training.class_weight is not None:
            evaluator = Evaluator(Path())
            evaluator.variables |= self.plan.constants | {"train": self.trained.frames["train"]}
            weights = class_weight_to_sample_weights(y, evaluator(self.plan.training.class_weight))

        with left_to_nothing(), tf.GradientTape() as tape:
            output = model(x, training=True)
            loss = model.compute_loss(x, y, output, sample_weight=weights)
        gradients = tape.gradient(loss, model.trainable_variables)
        pairs = list(zip(gradients, model.trainable_variables, strict=True))
        model.optimizer.apply_gradients(pairs)
        self.gradients = {id(variable): tf.convert_to_tensor(gradient).numpy() for gradient, variable in pairs}

    def farthest(self, noise: float = 0.0) -> float:
        """How far the two are apart, by the size of a weight where that is more than 1.

        Where a gradient is 0 but for rounding, such as that of a bias before a normalization, Adam makes steps of that
        all the same: gradients up to that share `noise` of the largest are passed over.
        """
        import numpy as np

        least = noise * max((np.max(np.abs(gradient), initial=0) for gradient in self.gradients.values()), default=0)
        return max(self._distance(mine.numpy(), of_keras, least) for mine, of_keras in self.pairs)

    def _distance(self, mine: Any, of_keras: Any, least: float) -> float:
        import numpy as np

        gradient = np.abs(self.gradients.get(id(of_keras), np.inf))
        return distance(np.where(gradient < least, 0, mine), np.where(gradient < least, 0, of_keras.numpy()))


def beside(compilation: Compilation, folder: Path) -> Beside:
    """Train a run, and execute the script of its plan without an epoch; in both, nothing is left to chance."""
    plan = compilation.plan
    folder.mkdir(parents=True, exist_ok=True)
    with left_to_nothing():
        trained = train(plan, compilation.folder, folder)
    script = folder / "script.py"
    script.write_text(without_chance(write_script(plan, compilation.folder, folder, "tensorflow")), encoding="utf-8")
    names = executed(script, "--epochs", "0")
    pairs = list(zip(own_variables(names["network"]), variables_of(trained, plan), strict=True))
    assert [tuple(mine.shape) for mine, _ in pairs] == [tuple(of_keras.shape) for _, of_keras in pairs]
    return Beside(plan, trained, names, pairs)


def agree(both: Beside, near: float = NEAR, noise: float = 0.0) -> None:
    """With the weights of the run, the script gives its outputs and measures from raw rows, and its next step."""
    import tensorflow as tf

    both.hand_over()
    raw = both.raw(both.part)
    outputs, expected = (tf.nest.flatten(model(raw)) for model in (both.network.predict, both.trained.network.served()))
    assert len(outputs) == len(expected)
    assert max(map(distance, outputs, expected)) <= near
    measured, of_keras = both.measured(), both.trained.metrics[both.part]
    assert {log: value for log, value in measured.items() if distance(value, of_keras[log]) > 1e-5} == {}
    both.step(ROWS)
    assert both.farthest(noise) <= near


def executed(script: Path, *arguments: str) -> dict[str, Any]:
    """The variables that a script leaves."""
    return _executed(script, io.StringIO(), *arguments)


def said(script: Path) -> str:
    """What a script prints."""
    printed = io.StringIO()
    _executed(script, printed)
    return printed.getvalue()


def _executed(script: Path, printed: io.StringIO, *arguments: str) -> dict[str, Any]:
    called = mock.patch.object(sys, "argv", [script.name, *arguments])
    with contextlib.chdir(script.parent), contextlib.redirect_stdout(printed), called, options_kept():
        return runpy.run_path(str(script), run_name="__main__")  # what is traced later finds its source


def loss_of(network: Any, x: Any, y: Any) -> float:
    """The loss of rows, as the network of a script measures it."""
    return float(network.measures(x, y)["loss"] if hasattr(network, "measures") else network.loss(x, y))


def own_variables(network: Any) -> Iterator[Any]:
    """The variables of a network in the order in which it made them."""
    import tensorflow as tf

    for attribute, value in vars(network).items():
        if attribute.startswith("_"):
            continue
        if isinstance(value, tf.Variable):
            yield value
        elif isinstance(value, dict):
            yield from (inner for inner in value.values() if isinstance(inner, tf.Variable))


def variables_of(trained: Trained, plan: Plan) -> Iterator[Any]:
    """The weights of the run: those of embedded features, then those of the layers in the order of the plan."""
    import keras

    model = trained.network.model
    by_name = {layer.name: layer for layer in model.layers}
    written = {n.layer for n in plan.network.nodes if any(k.name == "name" for k in n.call.keywords)}
    found: dict[str, Any] = {name: by_name[name] for name in written}
    columns = sum(len(group.columns) for group in plan.features if group.embedding is not None)
    embeddings: list[Any] = []
    nodes = [node for node in plan.network.nodes if node.layer == node.name and node.name not in written]
    for kind, members in groupby(sorted(nodes, key=kind_of), kind_of):
        made = [layer for layer in model.layers if type(layer) is getattr(keras.layers, kind)]
        numbered = sorted((layer for layer in made if layer.name not in written), key=lambda layer: number(layer.name))
        names = [node.name for node in members]
        # Those that join and embed the features are made before.
        found |= zip(names, numbered[len(numbered) - len(names) :], strict=True)
    of_nodes = {id(layer) for layer in found.values()}
    embeddings = [
        layer for layer in model.layers if type(layer) is keras.layers.Embedding and id(layer) not in of_nodes
    ]
    assert len(embeddings) == columns
    for layer in sorted(embeddings, key=lambda layer: number(layer.name)):
        yield from layer.weights
    for node in plan.network.nodes:
        if node.layer == node.name:
            yield from found[node.name].weights


def kept(optimizer: Any) -> Iterator[tuple[str, list[Any]]]:
    """What an optimizer keeps beside the weights, by what a script calls it."""
    for slot, attributes in {
        "momentums": ("_momentums", "momentums"),
        "velocities": ("_velocities",),
        "averages": ("_average_gradients",),
    }.items():
        for attribute in attributes:
            if getattr(optimizer, attribute, None):
                yield slot, getattr(optimizer, attribute)


def index_of(optimizer: Any, variable: Any) -> int:
    found: int = optimizer._get_variable_index(variable)
    return found


def distance(a: Any, b: Any) -> float:
    """The largest difference, by the size of what is compared where that is more than 1."""
    import numpy as np

    a, b = np.asarray(a, "float64"), np.asarray(b, "float64")
    assert a.shape == b.shape
    assert np.isfinite(a).all() and np.isfinite(b).all()  # noqa: PT018
    return float(np.max(np.abs(a - b) / np.maximum(1, np.abs(b)), initial=0))


@contextlib.contextmanager
def left_to_nothing() -> Iterator[None]:
    """What is random in training does nothing in Keras."""
    import keras

    def same(_layer: Any, x: Any, training: Any = None) -> Any:  # noqa: ARG001 - as Keras calls it
        return x

    with contextlib.ExitStack() as stack:
        for layer in ("Dropout", "RandomFlip", "RandomTranslation", "GaussianNoise"):
            stack.enter_context(mock.patch.object(getattr(keras.layers, layer), "call", same))
        yield


def without_chance(script: str) -> str:
    """A script in which what is random in training does nothing: `x = x + noise if training else x`."""
    return re.sub(r"(?<= = )[^\n]* if training else (\w+)$", r"\1", script, flags=re.MULTILINE)
