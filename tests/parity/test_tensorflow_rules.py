"""Each rule of the scripts of TensorFlow alone, with drawn options, beside Keras: outputs, measures and one step."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from math import prod
from pathlib import Path
from random import Random
from typing import Any

import pytest

from specrun.compiler import catalogue
from specrun.compiler.catalogue import REQUIRED
from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.script import write_script
from specrun.compiler.script.targets.tensorflow.activations import ACTIVATIONS
from specrun.compiler.script.targets.tensorflow.callbacks import CALLBACKS
from specrun.compiler.script.targets.tensorflow.initializers import INITIALIZERS
from specrun.compiler.script.targets.tensorflow.losses import CROSSENTROPIES, LOSSES, MEANS, METRICS
from specrun.compiler.script.targets.tensorflow.optimizers import OPTIMIZERS
from specrun.compiler.script.targets.tensorflow.program import Programmer
from specrun.compiler.script.targets.tensorflow.regularizers import REGULARIZERS
from specrun.compiler.script.targets.tensorflow.rules import LAYERS
from specrun.compiler.script.targets.tensorflow.schedules import SCHEDULES
from tests.keras.drawing import Draw, drawn_arguments, holds
from tests.keras.test_shapes_keras import DRAWS
from tests.parity.beside_keras import Beside, agree, beside, executed, said, without_chance
from tests.parity.test_every_layer import fits, plain

DRAWN = 3
"""Configurations of each layer, of those that scripts can hold."""
TOGETHER = 6
LARGEST = 600
NUMBERS: dict[str, Any] = {
    "features": {"age": "number", "income": "number"},
    "target": "three",
    "classes": [1, 2, 3],
    "layers": [{"Dense": {"units": 6, "activation": "tanh"}}],
}
TWO = {**NUMBERS, "target": "yn", "classes": ["no", "yes"]}
AMOUNT = {"features": NUMBERS["features"], "target": "visits", "layers": NUMBERS["layers"]}
SGD = {"optimizer": {"SGD": {"learning_rate": 0.05}}}


def compiled(folder: Path, of: dict[str, Any] | None = None, **changed: Any) -> Compilation:
    spec: dict[str, Any] = {
        "specrun": 1,
        "name": "rules",
        "data": {"path": "plain.csv", "split": {"test": 0.4, "stratify": of is not AMOUNT}},
        **(of or NUMBERS),
        **changed,
    }
    spec["training"] = {"epochs": 2, "batch_size": 16, **SGD, **spec.get("training", {})}
    return compile_spec(Source(json.dumps(spec), "rules.yaml", folder))


def proven(folder: Path, tmp_path: Path, of: dict[str, Any] | None = None, **changed: Any) -> Beside:
    """A script that agrees with Keras."""
    both = beside(compiled(folder, of, **changed), tmp_path)
    agree(both, near=2e-6, noise=1e-5)
    return both


# Layers


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, len(LAYERS), TOGETHER), ids=lambda first: sorted(LAYERS)[first])
def test_layers_agree(first: int, workplace: Path, tmp_path: Path) -> None:
    names = [name for name in sorted(LAYERS)[first : first + TOGETHER] if name != "Embedding"]
    layers: list[Any] = []
    ends: list[str] = []
    for name in names:
        found = list(configurations(name, workplace))
        assert len(found) == DRAWN, f"too few configurations of {name} are held"
        for number, branch in enumerate(found):
            layers += renamed(branch, f"{name}_{number}")
            ends.append(f"end_{name}_{number}")
    proven(workplace, tmp_path, layers=[*layers, {"Concatenate": {"inputs": ends}}])


def renamed(branch: list[Any], name: str) -> list[Any]:
    layers: list[Any] = json.loads(json.dumps(branch).replace("@", name))
    return layers


def configurations(name: str, folder: Path) -> Iterator[list[Any]]:
    """Branches with a layer of drawn options that scripts can hold, no two alike."""
    entry, draw, met = catalogue.family("layers")[name], DRAWS.get(name, Draw()), set()
    for seed in range(3000):
        chance = Random(f"{name} {seed}")
        inputs = draw.inputs(chance)
        arguments = drawn_arguments(entry, draw, chance, inputs)
        shapes = [tensor.shape[1:] for tensor in inputs]
        floats = all(tensor.dtype == "float32" for tensor in inputs)
        if not floats or any(None in shape or not shape or prod(n or 0 for n in shape) > LARGEST for shape in shapes):
            continue
        is_taken = not holds(draw.more_lenient, arguments, inputs)
        if not is_taken or catalogue.conflict(entry, arguments) or not fits(name, arguments, inputs):
            continue
        layer = {name: {**plain(arguments), "inputs": [f"in_@_{i}" for i in range(len(shapes))], "name": "the_@"}}
        branch = [*entries(shapes), layer, "Flatten", {"Dense": {"units": 2, "name": "end_@"}}]
        if json.dumps(branch) not in met and is_held(renamed(branch, name), folder):
            met.add(json.dumps(branch))
            yield branch
        if len(met) == DRAWN:
            return


def entries(shapes: list[Any]) -> Iterator[Any]:
    """What leads to a layer: for each of its inputs numbers of the wanted shape."""
    for number, row in enumerate(shapes):
        yield {"Dense": {"units": prod(row), "inputs": "features", "activation": "tanh"}}
        yield {"Reshape": {"target_shape": list(row), "name": f"in_@_{number}"}}


def is_held(layers: list[Any], folder: Path) -> bool:
    try:
        return not Programmer(compiled(folder, layers=layers).plan).refused
    except SpecError:
        return False


@pytest.mark.slow
def test_layers_on_padding_agree(workplace: Path, tmp_path: Path) -> None:
    """What is made of an embedded text, whose padding is left out."""
    keeping = sorted(
        name for name, rule in LAYERS.items() if rule.mask == "kept" and name not in ("PReLU", "Rescaling")
    )
    single = [name for name in keeping if catalogue.family("layers")[name].most == 1]
    options = {"Dense": {"units": 4}, "Activation": "tanh", "Dropout": 0.2, "GaussianNoise": 0.1}
    chain: list[Any] = [{name: options[name]} if name in options else name for name in single]
    several = [name for name in keeping if name not in single]
    merges = [{name: {"inputs": ["a", "b"], "name": f"m_{name}"}} for name in several]
    ends = [{"GRU": {"units": 2, "inputs": f"m_{name}", "name": f"e_{name}"}} for name in several]
    layers = [
        {"Embedding": {"output_dim": 4, "mask_zero": True, "inputs": "job"}},
        *chain,
        {"GRU": {"units": 4, "return_sequences": True, "name": "a"}},
        {"LSTM": {"units": 4, "return_sequences": True, "inputs": "embedding", "name": "b"}},
        *merges,
        *ends,
        {"Bidirectional": {"layer": {"LSTM": {"units": 3, "return_sequences": True}}, "inputs": "b", "name": "c"}},
        {"GlobalAveragePooling1D": {"name": "mean"}},
        {"GRU": {"units": 2, "go_backwards": True, "inputs": "c", "name": "back"}},
        {"Bidirectional": {"layer": {"GRU": {"units": 3}}, "merge_mode": "mul", "inputs": "c", "name": "both"}},
        {"RepeatVector": {"n": 3, "inputs": "mean", "name": "again"}},  # without padding
        {"LSTM": {"units": 2, "name": "whole_l"}},
        {"GRU": {"units": 2, "inputs": "again", "name": "whole_g"}},
        {"Concatenate": {"inputs": ["mean", "back", "both", "whole_l", "whole_g", *(f"e_{n}" for n in several)]}},
    ]
    # A name of a column holds several words, or none.
    features = {"job": {"type": "text", "vocabulary": 12, "length": 5, "split": "character"}}
    proven(workplace, tmp_path, features=features, layers=layers)


def test_masks_are_kept_where_keras_keeps_them() -> None:
    import keras

    made = {
        "Embedding": (3, 2),
        "Bidirectional": (keras.layers.GRU(1),),
        "Activation": ("relu",),
        "Reshape": ((1,),),
        "Permute": ((1,),),
    }
    for name, rule in LAYERS.items():
        needed = [argument for argument in catalogue.family("layers")[name].arguments if argument.default is REQUIRED]
        layer = getattr(keras.layers, name)(*made.get(name, (1,) * len(needed)))
        assert layer.supports_masking or rule.mask == "lost" or name == "Embedding", name
        assert rule.mask != "lost" or not layer.supports_masking, name


@pytest.mark.slow
def test_names_that_a_script_has_itself_agree(workplace: Path, tmp_path: Path) -> None:
    names = ["gru", "mean", "variance", "self", "training", "normalized", "mask"]
    dense = [{"Dense": {"units": 3, "inputs": "features", "name": name, "activation": "tanh"}} for name in names]
    layers = [*dense, {"Reshape": {"target_shape": [3, 1], "inputs": "gru"}}, {"GRU": {"units": 3, "name": "states"}}]
    layers.append("BatchNormalization")
    layers += [{"Add": {"inputs": ["batch_normalization", *names], "name": "all"}}]
    layers += [
        "LayerNormalization",
        {"Dense": 3},
        "LayerNormalization",
        {"Add": {"inputs": ["all", "layer_normalization_1"]}},
    ]
    proven(workplace, tmp_path, layers=layers)


@pytest.mark.slow
def test_a_script_of_training_rows_alone_agrees(workplace: Path, tmp_path: Path) -> None:
    stopping = {"EarlyStopping": {"monitor": "loss", "patience": 3}}
    proven(workplace, tmp_path / "plain", data={"path": "plain.csv"})
    both = proven(workplace, tmp_path / "stopping", data={"path": "plain.csv"}, training={"callbacks": [stopping]})
    names = executed(tmp_path / "stopping" / "script.py")
    assert names["logs"].keys() == {"loss"}
    assert len(both.trained.history["loss"]) == names["epoch"] + 1


@pytest.mark.slow
def test_activations_agree(workplace: Path, tmp_path: Path) -> None:
    ends = [{"Dense": {"units": 3, "activation": name, "inputs": "trunk", "name": f"a_{name}"}} for name in ACTIVATIONS]
    trunk = {"Dense": {"units": 6, "name": "trunk"}}
    joined = {"Concatenate": {"inputs": [f"a_{name}" for name in ACTIVATIONS]}}
    proven(workplace, tmp_path, layers=[trunk, *ends, joined])


@pytest.mark.slow
def test_regularizers_agree(workplace: Path, tmp_path: Path) -> None:
    layers = [
        {"Dense": {"units": 4, "kernel_regularizer": name, "bias_regularizer": {name: {}}}} for name in REGULARIZERS
    ]
    layers.append({"BatchNormalization": {"gamma_regularizer": {"L2": 0.1}}})
    proven(workplace, tmp_path, layers=layers)


@pytest.mark.slow
def test_initializers_draw_what_those_of_keras_draw(workplace: Path, tmp_path: Path) -> None:
    """The same mean, spread and bounds; where nothing is drawn, the same values."""
    import numpy as np

    options = {"Constant": {"Constant": 0.3}, "VarianceScaling": {"VarianceScaling": {"scale": 2.0, "mode": "fan_out"}}}
    layers: list[Any] = [{"Dense": {"units": 90, "name": "trunk"}}]
    for name in sorted(INITIALIZERS):
        layers.append({"Dense": {"units": 70, "kernel_initializer": options.get(name, name), "inputs": "trunk"}})
    layers.append({"Concatenate": {"inputs": ["dense" if not i else f"dense_{i}" for i in range(len(INITIALIZERS))]}})
    plan = compiled(workplace, layers=layers, training={"epochs": 1, "optimizer": {"SGD": 1e-9}})
    both = beside(plan, tmp_path)
    for mine, of_keras in both.pairs:
        if mine.shape != (90, 70):
            continue
        a, b = mine.numpy(), of_keras.numpy()
        assert abs(a.std() - b.std()) <= 0.05 * b.std() + 1e-6
        assert abs(a.mean() - b.mean()) <= 0.08 * b.std() + 1e-6
        assert abs(np.abs(a).max() - np.abs(b).max()) <= 0.2 * np.abs(b).max() + 1e-6, of_keras.path
    lstm = beside(compiled(workplace, layers=[{"Reshape": [2, 1]}, {"LSTM": 4}]), tmp_path / "lstm")
    assert lstm.network.lstm_bias.numpy().tolist() == [0.0] * 4 + [1.0] * 4 + [0.0] * 8


# Training

OPTIONS_OF_OPTIMIZERS: dict[str, list[dict[str, Any]]] = {
    "Adam": [{}, {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-3, "weight_decay": 0.1}, {"clipnorm": 0.1}],
    "AdamW": [{}, {"weight_decay": 0.2, "learning_rate": 0.05, "global_clipnorm": 0.2}],
    "RMSprop": [{}, {"rho": 0.7, "momentum": 0.6}, {"centered": True, "momentum": 0.3, "clipvalue": 0.01}],
    "SGD": [{}, {"momentum": 0.9}, {"momentum": 0.8, "nesterov": True, "weight_decay": 0.1}],
}
OPTIONS_OF_SCHEDULES: dict[str, list[dict[str, Any]]] = {
    "CosineDecay": [{"decay_steps": 9}, {"decay_steps": 5, "alpha": 0.2}],
    "ExponentialDecay": [
        {"decay_steps": 5, "decay_rate": 0.5},
        {"decay_steps": 5, "decay_rate": 0.5, "staircase": True},
    ],
    "InverseTimeDecay": [
        {"decay_steps": 5, "decay_rate": 0.5},
        {"decay_steps": 4, "decay_rate": 2.0, "staircase": True},
    ],
    "PolynomialDecay": [{"decay_steps": 9, "end_learning_rate": 0.01, "power": 2.0}],
}
OF_LOSSES: dict[str, Any] = {
    "binary_crossentropy": TWO,
    "categorical_crossentropy": NUMBERS,
    "categorical_hinge": NUMBERS,
    "cosine_similarity": NUMBERS,
    "hinge": TWO,
    "kl_divergence": NUMBERS,
    "sparse_categorical_crossentropy": NUMBERS,
    "squared_hinge": TWO,
}
OPTIONS_OF_LOSSES = {
    "binary_crossentropy": {"label_smoothing": 0.2},
    "categorical_crossentropy": {"label_smoothing": 0.1},
    "huber": {"delta": 0.5},
}
OPTIONS_OF_METRICS: dict[str, dict[str, Any]] = {
    "BinaryAccuracy": {"threshold": 0.4},
    "SparseTopKCategoricalAccuracy": {"k": 2},
    "TopKCategoricalAccuracy": {"k": 2},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_agree(name: str, workplace: Path, tmp_path: Path) -> None:
    for number, options in enumerate(OPTIONS_OF_OPTIMIZERS[name]):
        optimizer = {name: {"learning_rate": 0.01, **options}}
        proven(workplace, tmp_path / str(number), training={"optimizer": optimizer})
    # What is looked up has gradients row by row
    city = {"type": "category", "encoding": "embedding", "dim": 3}
    proven(workplace, tmp_path / "embedded", features={"city": city, "age": "number"}, training={"optimizer": name})


@pytest.mark.slow
@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_agree(name: str, workplace: Path, tmp_path: Path) -> None:
    for number, options in enumerate(OPTIONS_OF_SCHEDULES[name]):
        rate = {name: {"initial_learning_rate": 0.1, **options}}
        for optimizer in ("SGD", "Adam"):
            training = {"optimizer": {optimizer: {"learning_rate": rate}}}
            proven(workplace, tmp_path / f"{optimizer}{number}", training=training)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*CROSSENTROPIES, *LOSSES])
def test_losses_agree(name: str, workplace: Path, tmp_path: Path) -> None:
    options = [{name: OPTIONS_OF_LOSSES[name]}] if name in OPTIONS_OF_LOSSES else []
    of = OF_LOSSES.get(name, AMOUNT)
    for number, loss in enumerate([name, *options]):
        output = {"Dense": {"units": 1, "activation": "softplus"}}
        layers = [*of["layers"], output] if of is AMOUNT else of["layers"]
        proven(workplace, tmp_path / str(number), of, layers=layers, training={"loss": loss})


@pytest.mark.slow
@pytest.mark.parametrize("name", [*MEANS, *METRICS])
def test_metrics_agree(name: str, workplace: Path, tmp_path: Path) -> None:
    """Each where it fits: for two classes, for several, for several as whole numbers, and for a number."""
    entry, tried = catalogue.family("metrics")[name], 0
    metrics = [name, *([{name: OPTIONS_OF_METRICS[name]}] if name in OPTIONS_OF_METRICS else [])]
    for of, loss in (
        (TWO, "binary_crossentropy"),
        (NUMBERS, "categorical_crossentropy"),
        (NUMBERS, "sparse_categorical_crossentropy"),
        (AMOUNT, "mean_squared_error"),
    ):
        for metric in metrics:
            try:
                compilation = compiled(workplace, of, training={"loss": loss, "metrics": [metric, metrics[0]]})
            except SpecError:
                continue  # the metric does not fit
            if Programmer(compilation.plan).refused:
                continue
            tried += 1
            both = beside(compilation, tmp_path / f"{loss}{tried}")
            agree(both, near=2e-6, noise=1e-5)
            assert len(both.measured()) == 3
    assert tried, entry


@pytest.mark.slow
@pytest.mark.parametrize("name", CALLBACKS)
def test_callbacks_stop_and_slow_down_where_those_of_keras_do(name: str, workplace: Path, tmp_path: Path) -> None:
    """With the same weights and losses, both watch the same; a rate of nearly 0 makes the losses those of the start."""
    options = {
        "EarlyStopping": {"patience": 2, "min_delta": 0.5, "restore_best_weights": True},
        "ReduceLROnPlateau": {"patience": 2, "factor": 0.5, "min_lr": 1e-9},
    }
    training = {"epochs": 7, "optimizer": {"SGD": 8e-9}, "callbacks": [{name: options[name]}]}
    data = {"path": "plain.csv", "split": {"test": 0.4, "validation": 0.2}}
    both = beside(compiled(workplace, data=data, training=training), tmp_path)
    epochs = len(both.trained.history["loss"])
    (tmp_path / "script.py").write_text(without_chance((tmp_path / "script.py").read_text("utf-8")), "utf-8")
    names = executed(tmp_path / "script.py")
    assert names["epoch"] + 1 == epochs == (3 if name == "EarlyStopping" else 7)
    if name == "ReduceLROnPlateau":
        of_keras = float(both.trained.network.model.optimizer.learning_rate.numpy())
        assert float(names["learning_rate"].numpy()) == pytest.approx(of_keras)


@pytest.mark.parametrize("layer", [{"Dropout": 0.5}, {"GaussianNoise": 0.5}], ids=str)
def test_what_is_random_is_another_in_each_epoch(layer: dict[str, Any], workplace: Path, tmp_path: Path) -> None:
    """With weights that hardly move, on all the rows at once, nothing else makes the losses differ."""
    training = {"epochs": 3, "batch_size": 90, "optimizer": {"SGD": 1e-9}}
    compilation = compiled(workplace, layers=[*NUMBERS["layers"], layer], training=training)
    script = tmp_path / "script.py"
    script.write_text(write_script(compilation.plan, compilation.folder, tmp_path, "tensorflow"), "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        printed = said(script)
    assert len({line.partition("loss ")[2] for line in printed.splitlines() if line.startswith("epoch")}) == 3
