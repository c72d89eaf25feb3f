"""Rows on their way into a network and out of it, by specrun and by scikit-learn: the seconds of all of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

NUMBERS = ["age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week"]
TEXTS = ["workclass", "education", "marital-status", "occupation", "relationship", "race", "sex", "native-country"]
SPEC = """specrun: 1
name: adult
data: {{path: "{path}", split: {{test: 0.2, seed: 7}}}}
features: {{{features}}}
target: income
classes: ["<=50K", ">50K"]
layers: [{{Dense: 64}}]
training: {{epochs: 1, batch_size: 256}}
"""


def spec_of(path: Path) -> str:
    """A spec of numbers that are scaled and texts that become zeros and a one."""
    kinds = [f"{name}: number" for name in NUMBERS] + [f"{name}: category" for name in TEXTS]
    return SPEC.format(path=path.resolve(), features=", ".join(kinds))


def checked(path: Path) -> float:
    """The check of every row, which a run begins with."""
    began = time.perf_counter()
    _compilation(path)
    return time.perf_counter() - began


def encoder_of_specrun(path: Path) -> Callable[[], float]:
    """Reading, parting, fitting and encoding by the plan, as a run does it."""
    from specrun.runtime.evaluate import Evaluator
    from specrun.runtime.network import build_network
    from specrun.runtime.rows import read_parts

    compilation = _compilation(path)

    def encode() -> None:
        evaluator = Evaluator(compilation.folder)
        evaluator.variables |= compilation.plan.constants
        frames = read_parts(compilation.plan, evaluator)
        network = build_network(compilation.plan, evaluator)
        for frame in frames.values():
            network.features(frame)

    return partial(_timed, encode)


def encoder_by_hand(path: Path) -> Callable[[], float]:
    """The same by pandas and a `ColumnTransformer`."""

    def encode() -> None:
        transformer, train, test = _parted(path)
        transformer.fit_transform(train)
        transformer.transform(test)

    return partial(_timed, encode)


def predictor_of_specrun(path: Path, folder: Path) -> Callable[[int], Callable[[], float]]:
    """Predicting so many rows of a data frame by a run."""
    import pandas as pd

    from specrun.runtime.run import run

    done, frame = run(_compilation(path), folder / "run", report=False), pd.read_csv(path, na_filter=False)
    return lambda rows: lambda: _timed(lambda: done.predict(frame.head(rows)))


def predictor_by_hand(path: Path) -> Callable[[int], Callable[[], float]]:
    """The same by a `ColumnTransformer` and a Keras model of the same layers."""
    import keras
    import pandas as pd

    transformer, train, _ = _parted(path)
    width = transformer.fit_transform(train).shape[1]
    layers = [keras.Input((width,)), keras.layers.Dense(64), keras.layers.Dense(1, "sigmoid")]
    model, frame = keras.Sequential(layers), pd.read_csv(path)
    return lambda rows: lambda: _timed(lambda: model.predict(transformer.transform(frame.head(rows)), verbose=0))


def _timed(action: Callable[[], Any]) -> float:
    action()  # the first call imports and compiles
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _compilation(path: Path) -> Any:
    from specrun.compiler.compilation import Source, compile_spec
    from specrun.runtime.profile import choose_training

    source = Source(spec_of(path), "adult.yaml", path.parent)
    return compile_spec(source, limit=None, choose_training=choose_training)


def _parted(path: Path) -> tuple[Any, Any, Any]:
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    train, test = train_test_split(pd.read_csv(path), test_size=0.2, random_state=7)
    texts = OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype="float32")
    return ColumnTransformer([("numbers", StandardScaler(), NUMBERS), ("texts", texts, TEXTS)]), train, test
