"""The engines against Keras's own `fit`: the variables, the history and the measures are the same bits."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeAlias

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, optimizers

from specrun.compiler import catalogue
from specrun.compiler.lower.engine import RECURRENT, UNCOMPILED
from specrun.runtime.engines import ENGINES, Held, Job
from tests.sharing import shared_out

ROWS, VALIDATION, CLASSES = 150, 40, 6
_chance = np.random.default_rng(7)
NUMBERS = _chance.normal(size=(ROWS, 20)).astype("float32")
IMAGES = _chance.normal(size=(ROWS, 8, 8, 3)).astype("float32")
WORDS = _chance.integers(0, 30, (ROWS, 12)).astype("int32")
LABELS = _chance.integers(0, CLASSES, ROWS)
WEIGHTS = _chance.random(ROWS).astype("float32")

Making = Callable[[], Any]
Trained: TypeAlias = tuple[list[Any], dict[str, list[float]], dict[str, float], float]
"""See `trained`."""


@dataclass(frozen=True)
class Case:
    """A training: `layers` between the inputs and the output layer, and what differs from the simplest one."""

    hidden: Callable[[], list[Any]] = lambda: [layers.Dense(16, "relu")]
    optimizer: Making = lambda: "adam"
    features: Any = field(default_factory=lambda: NUMBERS)
    rows: int = ROWS
    batch_size: int = 32
    epochs: int = 3
    seed: int = 11
    validated: bool = False
    class_weight: dict[int, float] | None = None
    sample_weight: bool = False
    callbacks: Callable[[], list[Any]] = list
    making: Callable[[Case], Any] | None = None
    policy: str = "float32"
    compiled: Mapping[str, Any] = field(default_factory=dict)


def _unbuilt(case: Case) -> Any:
    return keras.Sequential([*case.hidden(), layers.Dense(CLASSES, "softmax", dtype="float32")])


def _built(case: Case) -> Any:
    return keras.Sequential([keras.Input(case.features.shape[1:]), *_unbuilt(case).layers])


def _two_outputs(_: Case) -> Any:
    given = keras.Input((20,))
    shared = layers.Dropout(0.3)(layers.Dense(16, "gelu")(given))
    heads = {
        "number": layers.Dense(1, name="number")(shared),
        "class": layers.Dense(6, "softmax", name="class")(shared),
    }
    return keras.Model(given, heads)


def _three_outputs(_: Case) -> Any:
    given = keras.Input((20,))
    shared = layers.Dense(8, "gelu")(given)
    return keras.Model(given, {name: layers.Dense(1, name=name)(shared) for name in "abc"})


def _numbers(case: Case) -> Any:
    return keras.Sequential(case.hidden())


def _schedule() -> Any:
    return optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1, 3, 0.8), momentum=0.9, nesterov=True)


def _convolutions() -> list[Any]:
    return [layers.Conv2D(4, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten()]


def _early(watched: str = "val_loss") -> list[Any]:
    return [keras.callbacks.EarlyStopping(watched, min_delta=10.0, restore_best_weights=True)]


def _slower() -> list[Any]:
    return [keras.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=0, min_delta=10.0)]


TWO = {
    "loss": {"number": "mean_squared_error", "class": "sparse_categorical_crossentropy"},
    "metrics": {"number": ["mean_absolute_error"], "class": ["accuracy"]},
    "loss_weights": {"number": 0.3, "class": 1.0},
}

CASES = {
    "the order of rows": Case(),
    "another seed": Case(seed=123456789),
    "seed 0": Case(seed=0),
    "batches of one": Case(rows=40, batch_size=1),
    "a short last batch": Case(batch_size=64),
    "whole batches": Case(batch_size=50, hidden=lambda: [layers.Dense(16, "gelu"), layers.BatchNormalization()]),
    "a batch above the rows": Case(batch_size=512, hidden=lambda: [layers.BatchNormalization(), layers.Dropout(0.2)]),
    "a network that is built by its inputs": Case(making=_built),
    "dropout": Case(hidden=lambda: [layers.Dense(16, "relu"), layers.Dropout(0.4), layers.GaussianNoise(0.1)]),
    "batch normalisation": Case(hidden=lambda: [layers.Dense(16, "gelu"), layers.BatchNormalization()], validated=True),
    "regularisation losses": Case(
        hidden=lambda: [layers.Dense(16, "relu", kernel_regularizer="l2", activity_regularizer="l1")], validated=True
    ),
    "constraints": Case(hidden=lambda: [layers.Dense(16, "relu", kernel_constraint="unit_norm")]),
    "validation rows": Case(validated=True, compiled={"metrics": ["accuracy", "sparse_top_k_categorical_accuracy"]}),
    "weights of classes": Case(class_weight={0: 3.0, 1: 0.5, 2: 1.0, 3: 1.0, 4: 2.0, 5: 1.5}, validated=True),
    "weights of rows": Case(sample_weight=True, compiled={"weighted_metrics": ["accuracy"]}),
    "a schedule": Case(optimizer=_schedule),
    "clipping by norm": Case(optimizer=lambda: optimizers.Adam(clipnorm=0.01)),
    "clipping by value": Case(optimizer=lambda: optimizers.SGD(0.1, clipvalue=0.001)),
    "clipping all together": Case(optimizer=lambda: optimizers.RMSprop(global_clipnorm=0.01)),
    "moving averages": Case(
        optimizer=lambda: optimizers.AdamW(use_ema=True, ema_overwrite_frequency=4), validated=True
    ),
    "moving averages put in place": Case(
        optimizer=lambda: optimizers.SGD(0.1, use_ema=True),
        callbacks=lambda: [keras.callbacks.SwapEMAWeights(swap_on_epoch=True)],
        validated=True,
    ),
    "gradients of several steps": Case(optimizer=lambda: optimizers.Adam(gradient_accumulation_steps=3)),
    "two outputs": Case(making=_two_outputs, compiled=TWO, validated=True),
    "three losses, one of them weighed": Case(
        making=_three_outputs,
        batch_size=8,
        epochs=6,
        compiled={
            "loss": dict.fromkeys("abc", "mean_squared_error"),
            "metrics": None,
            "loss_weights": {"a": 1.0, "b": 1.0, "c": 0.7},
        },
    ),
    "constants that meet": Case(
        hidden=lambda: [layers.Rescaling(0.313), layers.Rescaling(0.313), layers.Dense(6)],
        making=_numbers,
        batch_size=8,
        epochs=6,
        compiled={"loss": "mean_squared_error"},
    ),
    "mixed precision": Case(policy="mixed_bfloat16", hidden=lambda: [layers.Dense(16, "relu"), layers.Dropout(0.2)]),
    "a scaled loss": Case(policy="mixed_float16", optimizer=lambda: optimizers.LossScaleOptimizer(optimizers.SGD(0.1))),
    "early stopping": Case(callbacks=_early, validated=True, epochs=6),
    "early stopping by the loss": Case(callbacks=lambda: _early("loss"), epochs=6),
    "a learning rate on a plateau": Case(callbacks=_slower, epochs=4),
    "metrics that normalise": Case(
        hidden=lambda: [layers.Dense(6)],
        making=_numbers,
        compiled={"loss": "huber", "metrics": ["CosineSimilarity", "PearsonCorrelation"]},
    ),
    "convolutions": Case(hidden=_convolutions, features=IMAGES),
    "changes of images": Case(
        hidden=lambda: [layers.RandomFlip(), layers.RandomContrast(0.2), layers.Flatten()], features=IMAGES
    ),
    "sequences": Case(
        hidden=lambda: [layers.Embedding(30, 4, mask_zero=True), layers.LSTM(8, dropout=0.2)], features=WORDS
    ),
}


def _labels(case: Case) -> Any:
    if case.making is _two_outputs:
        return {"number": tf.constant(NUMBERS[: case.rows, :1] * 2), "class": tf.constant(LABELS[: case.rows])}
    if case.making is _three_outputs:
        return {name: tf.constant(NUMBERS[: case.rows, i : i + 1]) for i, name in enumerate("abc")}
    if case.making is _numbers:
        return tf.constant(NUMBERS[: case.rows, :CLASSES] * 1000)
    return tf.constant(LABELS[: case.rows])


def trained(case: Case, engine: str) -> Trained:
    """The variables of the model and of the optimizer, the history, the measures of all rows, and the learning rate."""
    keras.backend.clear_session(free_memory=False)
    keras.utils.set_random_seed(case.seed)
    keras.config.set_dtype_policy(case.policy)
    try:
        model = (case.making or _unbuilt)(case)
        compiled = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"], **case.compiled}
        model.compile(case.optimizer(), **compiled)
        features, labels = tf.constant(case.features[: case.rows]), _labels(case)
        some = tf.nest.map_structure(lambda values: values[:VALIDATION], (features, labels))
        rows = (features, labels, tf.constant(WEIGHTS[: case.rows])) if case.sample_weight else (features, labels)
        job = Job(
            model,
            Held(rows),
            Held(some) if case.validated else None,
            case.batch_size,
            case.epochs,
            case.seed,
            case.class_weight,
            case.callbacks(),
        )
        history = ENGINES[engine]().fit(job)
        measures = ENGINES[engine]().evaluate(model, Held((features, labels)))
    finally:
        keras.config.set_dtype_policy("float32")
    variables = [np.array(variable) for variable in (*model.variables, *model.optimizer.variables)]
    return variables, history, measures, float(model.optimizer.learning_rate)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_graph_trains_as_fit_does(case: Case) -> None:
    assert_same(trained(case, "fit"), trained(case, "graph"))


@pytest.mark.parametrize("name", shared_out(CASES, 8))
def test_xla_trains_as_a_compiled_fit_does(name: str) -> None:
    """In a loop, or step by step where a loop gives other bits."""
    case = replace(CASES[name], compiled={**CASES[name].compiled, "jit_compile": True})
    assert_same(trained(case, "fit"), trained(case, "graph" if name == "convolutions" else "xla"))


def assert_same(one: Trained, other: Trained) -> None:
    assert one[1] == other[1]
    assert [*one[1]] == [*other[1]]
    assert one[2] == other[2]
    assert [*one[2]] == [*other[2]]
    assert one[3] == other[3]
    assert [v.tobytes() for v in one[0]] == [v.tobytes() for v in other[0]]


def test_keras_says_what_cannot_be_compiled() -> None:
    sources = {name: inspect.getsource(getattr(layers, name)) for name in catalogue.family("layers")}
    never = {name for name, source in sources.items() if "supports_jit = False" in source}
    never -= RECURRENT  # which say so of a GPU's kernels alone
    assert never | {"RandomElasticTransform"} == UNCOMPILED


def test_keras_does_not_say_so_of_a_layer_that_xla_cannot_compile() -> None:
    model = keras.Sequential([layers.RandomElasticTransform(), layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mean_squared_error", jit_compile=True)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"(?s)compile"):
        model.fit(IMAGES[:8], LABELS[:8].astype("float32"), batch_size=4, verbose=0)


def test_early_stopping_stops() -> None:
    assert len(trained(CASES["early stopping"], "graph")[1]["loss"]) < CASES["early stopping"].epochs


def test_a_checkpoint_is_that_of_fit(tmp_path: Any) -> None:
    saved = []
    for engine in ("fit", "graph"):
        path = tmp_path / f"{engine}.keras"
        saving = keras.callbacks.ModelCheckpoint(path, "loss")
        trained(Case(callbacks=partial(list, [saving])), engine)
        saved.append([np.array(v).tobytes() for v in keras.models.load_model(path).variables])
    assert saved[0] == saved[1]


def test_each_epoch_has_another_order() -> None:
    def first_two() -> list[list[int]]:
        keras.utils.set_random_seed(3)
        epochs = Held((np.zeros(50), np.zeros(50))).epochs(seed=3)
        return [block.order.numpy().tolist() for _ in range(2) for block in next(epochs)]

    one, two = first_two()
    assert one != two
    assert sorted(one) == sorted(two) == list(range(50))
    assert first_two() == [one, two]
