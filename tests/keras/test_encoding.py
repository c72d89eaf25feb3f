"""Encoding each different text of a column once: the same bytes as encoding every row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from specrun.compiler.compilation import Source, compile_spec
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.network import Network, build_network
from specrun.runtime.prediction import Predictor
from specrun.runtime.rows import read_parts

ROWS = 200
FEATURES = {
    "looked up": "{city: category, size: number}",
    "embedded": "{city: {type: category, encoding: embedding, dim: 3}, size: number}",
    "hashed": "{city: {type: category, encoding: hashing, bins: 5}, open: boolean}",
    "of one column": "{city: category}",
    "a text": "{remark: text}",
    "crossed": '{city: category, day: category, "city x day": {type: cross, of: [city, day], buckets: 7}}',
    "no texts": "{size: number}",
    "all texts differ": "{name: {type: category, encoding: hashing, bins: 9}, city: category}",
}


def network_of(features: str, folder: Path) -> tuple[Network, dict[str, Any]]:
    """The network of features of a file with few different texts, and the rows of each part."""
    chance = np.random.default_rng(3)
    cities, days, remarks = ["Rome", "", "São Paulo", "x"], ["mon", "tue"], ["a fine day", "rain", "a day of rain"]
    rows = (
        f"{chance.choice(cities)},{chance.choice(days)},{chance.choice(remarks)},{chance.choice(['yes', 'no'])}"
        f",{chance.normal():.4f},n{i},{i % 7}"
        for i in range(ROWS)
    )
    (folder / "rows.csv").write_text("city,day,remark,open,size,name,score\n" + "\n".join(rows) + "\n", "utf-8")
    spec = f"specrun: 1\nname: rows\ndata: {{path: rows.csv}}\nfeatures: {features}\ntarget: score\nlayers: []\n"
    plan = compile_spec(Source(spec, "rows.yaml", folder), count_values=True).plan
    evaluator = Evaluator(folder)
    evaluator.variables |= plan.constants
    frames = read_parts(plan, evaluator)
    return build_network(plan, evaluator), frames


@pytest.mark.parametrize("features", FEATURES.values(), ids=FEATURES)
def test_is_what_the_encoder_makes_of_every_row(features: str, tmp_path: Path) -> None:
    network, frames = network_of(features, tmp_path)
    for rows in frames.values():
        whole = keras.Model(network.inputs, network.parts)(network.raw(rows))
        expected, found = keras.tree.flatten(whole), keras.tree.flatten(network.features(rows))
        assert [(v.shape, v.dtype, np.asarray(v).tobytes()) for v in found] == [
            (v.shape, v.dtype, np.asarray(v).tobytes()) for v in expected
        ]


def test_the_encoder_leaves_the_variables_as_they_were(tmp_path: Path) -> None:
    network, frames = network_of(FEATURES["looked up"], tmp_path)
    first = np.asarray(network.features(frames["train"]))
    network.features(frames["train"].head(3))
    assert np.asarray(network.features(frames["train"])).tobytes() == first.tobytes()


@pytest.mark.parametrize("rows", [0, 1, 3, 130])
def test_predicts_in_batches_of_any_size(rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network, frames = network_of(FEATURES["looked up"], tmp_path)
    model = network.served()
    some = network.raw(frames["train"].head(rows))
    monkeypatch.setattr("specrun.runtime.prediction._BATCH_ROWS", 50)
    found = Predictor(model)(some)
    assert found.shape == (rows, 1)
    np.testing.assert_allclose(found, np.asarray(model(some)), rtol=1e-5)


def test_a_predictor_is_compiled_once(tmp_path: Path) -> None:
    network, frames = network_of(FEATURES["looked up"], tmp_path)
    predictor = Predictor(network.served())
    for rows in (1, 5, 60):
        predictor(network.raw(frames["train"].head(rows)))
    assert predictor._call.experimental_get_tracing_count() == 1
