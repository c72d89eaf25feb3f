"""A loss that is no number any more ends the run, with the step and the layer where that began."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.runtime.engines import ENGINES, Block, Diverged, Held, Job, guard
from specrun.runtime.run import run

SPEC = """specrun: 1
name: far
data: {{dataset: diabetes, split: {{test: 0.2}}}}
features: {{"*": number}}
target: target
layers: [{{Dense: {{units: 8, activation: relu}}}}, {{Dense: 8}}]
training: {{epochs: 6, batch_size: 8, engine: {engine}, optimizer: {{SGD: {{learning_rate: {rate}}}}}{more}}}
"""


def message(folder: Path, engine: str, rate: float, more: str = "") -> str:
    text = SPEC.format(engine=engine, rate=rate, more=more)
    with pytest.raises(SpecError) as raised:
        run(compile_spec(Source(text, "spec.yaml", Path())), folder / "run")
    (found,) = raised.value.diagnostics
    assert found.code == "R204"
    assert "clipnorm" in found.hint
    assert not list(folder.iterdir())
    return found.message


@pytest.mark.parametrize("engine", ["graph", "xla"])
def test_the_step_and_the_layer_are_told(engine: str, tmp_path: Path) -> None:
    told = message(tmp_path, engine, 10)
    assert told == (
        "the loss is no number any more, from step 3 of epoch 1 on: `dense_1` gives what is infinite, or no number"
    )


def test_fit_tells_the_epoch(tmp_path: Path) -> None:
    assert message(tmp_path, "fit", 10).startswith("the loss is no number any more, from epoch 1 on: ")


def test_large_variables_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_LARGE_BYTES", 0)
    assert message(tmp_path, "graph", 10) == (
        "the loss is no number any more, from epoch 1 on: the step leaves no numbers in the weights of `dense`"
    )


def test_a_callback_that_ends_such_a_training_keeps_it(tmp_path: Path) -> None:
    text = SPEC.format(engine="auto", rate=10, more=", callbacks: [TerminateOnNaN]")
    done = run(compile_spec(Source(text, "spec.yaml", Path())), tmp_path / "run")
    assert len(done.history["loss"]) == 1


IMAGES = """[Flatten, {{Dense: 48}}, {{Reshape: [4, 4, 3]}}, {{RandAugment: {{value_range: [0, 1]}}}}, Flatten,
  {{Dense: {{units: 8, activation: relu}}}}, {{Dense: 8}}]"""


@pytest.mark.parametrize(("engine", "place"), [("graph", "step"), ("fit", "epoch")])
@pytest.mark.parametrize("head", ["target: target", "targets: {{one: {{column: target}}, other: {{column: target}}}}"])
def test_a_layer_that_looks_up_what_is_no_number_does_not_break_off(
    engine: str, place: str, head: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`RandAugment` takes the place of a value in a histogram, and that of no number is nowhere."""
    text = SPEC.replace("[{{Dense: {{units: 8, activation: relu}}}}, {{Dense: 8}}]", IMAGES)
    monkeypatch.setattr("tests.keras.test_diverging.SPEC", text.replace("target: target", head))
    told = message(tmp_path, engine, 10, ", seed: 3")
    assert told.startswith(f"the loss is no number any more, from {place} ")
    assert told.count("`") == 2  # the layer


@pytest.mark.parametrize("epoch", [1, 4])
@pytest.mark.parametrize("kept_s", [0, 1000])
def test_a_row_that_is_no_number_is_found_whenever_it_comes(
    epoch: int, kept_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A label is none from an epoch on; the steps since the variables were kept are taken again."""
    monkeypatch.setattr(guard, "_KEPT_S", kept_s)
    keras.utils.set_random_seed(1)
    features = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
    labels = features.sum(axis=1, keepdims=True)
    model = keras.Sequential([keras.layers.Dense(4, name="inner"), keras.layers.Dense(1)])
    model.compile("sgd", "mean_squared_error")
    samples = Spoilt((tf.constant(features), tf.constant(labels)), epoch)
    with pytest.raises(Diverged) as raised:
        ENGINES["graph"]().fit(Job(model, samples, None, 8, 6, 3, None, []))
    order = next(islice(Held(samples.data).epochs(3), epoch - 1, None))[0].order.numpy().tolist()  # type: ignore[index]
    assert (raised.value.epoch, raised.value.step) == (epoch, order.index(Spoilt.ROW) // 8 + 1)
    assert raised.value.where == "the step leaves no numbers in the weights of `inner`"


class Spoilt(Held):
    """Samples of which one label is none from an epoch on, counted from 1."""

    ROW = 17

    def __init__(self, data: Any, epoch: int) -> None:
        super().__init__(data)
        self.from_epoch: int
        object.__setattr__(self, "from_epoch", epoch)

    def epochs(self, seed: int, first: int = 0) -> Iterator[Iterable[Block]]:
        features, labels = self.data
        spoilt = tf.tensor_scatter_nd_update(labels, [[self.ROW, 0]], [float("nan")])
        for epoch, blocks in enumerate(super().epochs(seed, first), start=first + 1):
            data = (features, spoilt if epoch >= self.from_epoch else labels)
            yield [Block(data, block.order, block.rows) for block in blocks]
