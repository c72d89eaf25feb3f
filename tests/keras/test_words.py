"""Texts and lists in Keras: what is learnt, from which rows, and that it is saved and served as it was trained."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from keras import layers

import specrun
from specrun.compiler.diagnostics import SpecError
from specrun.runtime.run import Run

WORDS = ("the", "Dog", "sat\u2028on", "a\x85mat", "[UNK]", "cafÉ", "😀", "it's", "-")
"""Words with line breaks within, and one that is Keras's own."""


def notes(count: int = 60) -> list[str]:
    chance = np.random.default_rng(2)
    return [" ".join(chance.choice(WORDS, chance.integers(0, 7))) for _ in range(count)]


def run(folder: Path, features: str, layers: str, rows: str = "rows.csv", data: str = "") -> Run:
    text = (
        f"specrun: 1\nname: notes\ndata: {{path: {rows}{data}}}\nfeatures:\n{features}\n"
        f"target: score\nlayers:\n{layers}\ntraining: {{epochs: 1}}\n"
    )
    (folder / "notes.yaml").write_text(text, encoding="utf-8")
    return specrun.load(folder / "notes.yaml").run(out=folder / "run")


READ = "  - Embedding: {output_dim: 3, mask_zero: true, inputs: note}\n  - GRU: 4"

ALONE = """
import sys
import keras, numpy, pandas, tensorflow

model = keras.models.load_model(sys.argv[1])
rows = pandas.read_csv(sys.argv[2], dtype=str, keep_default_na=False)
given = {"note": tensorflow.constant(rows[["note"]].to_numpy())}
sys.stdout.buffer.write(numpy.asarray(model(given)).tobytes())
"""


@pytest.mark.parametrize("options", ["length: 4", "split: character, length: 9", "output: tf_idf", "output: count"])
def test_a_saved_model_reads_texts_alone_as_it_was_trained(options: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"note": notes(), "score": range(60)})
    frame.to_csv(tmp_path / "rows.csv", index=False)
    feature = f"  note: {{type: text, vocabulary: 30, {options}}}"
    done = run(tmp_path, feature, READ if "length" in options else "  - Dense: 4")
    frame[:20].to_csv(tmp_path / "some.csv", index=False)
    (tmp_path / "alone.py").write_text(ALONE, encoding="utf-8")
    command = [sys.executable, "alone.py", "run/model.keras", "some.csv"]
    alone = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    given = {"note": tf.constant(frame[["note"]][:20].to_numpy())}
    assert alone.stdout == np.asarray(done.model(given)).tobytes()
    assert np.isfinite(done.predict(frame)).all()


def test_words_are_learnt_from_the_training_rows_alone(tmp_path: Path) -> None:
    frame = pd.DataFrame({"note": ["ship sea sea"] * 8 + ["train"] * 4, "score": range(12), "part": "train"})
    frame.loc[8:, "part"] = "test"
    frame.to_csv(tmp_path / "rows.csv", index=False)
    run(tmp_path, "  note: {type: text, output: tf_idf, ngrams: 2}", "  - Dense: 2", data=", split: {column: part}")
    learnt = json.loads((tmp_path / "run" / "fitted.json").read_text("utf-8"))["columns"]["note"]
    assert learnt["vocabulary"] == ["sea", "ship sea", "ship", "sea sea"]
    assert learnt["idf_weights"] == [float(np.log(1 + 8 / 9))] * 4


def test_the_order_of_words_is_a_function_of_the_words() -> None:
    texts = np.array(notes(), dtype=object)
    vocabularies = set()
    for order in (texts, texts[::-1], np.random.default_rng(5).permutation(texts)):
        learner = layers.TextVectorization(12)
        learner.adapt(order)
        vocabularies.add(tuple(learner.get_vocabulary()))
    assert len(vocabularies) == 1


def test_a_layer_that_learnt_by_itself_is_saved_as_lines(tmp_path: Path) -> None:
    """Why one layer learns and another is given the words: once this fails, one will do."""
    given = keras.Input((1,), dtype="string")
    layer = layers.TextVectorization(output_sequence_length=4)
    layer.adapt(np.array(notes(), dtype=object))
    keras.Model(given, layer(given)).save(tmp_path / "learnt.keras")
    loaded = keras.models.load_model(tmp_path / "learnt.keras")
    texts = tf.constant([["the sat\u2028on a\x85mat dog"]])
    assert not np.array_equal(loaded(texts), layer(texts))


def test_weighed_bags_are_those_of_keras(tmp_path: Path) -> None:
    texts = notes()
    pd.DataFrame({"note": texts, "score": 1.0, "part": "train"}).to_csv(tmp_path / "rows.csv", index=False)
    done = run(
        tmp_path, "  note: {type: text, vocabulary: 9, output: tf_idf}", "  - Dense: 2", data=", split: {column: part}"
    )
    own = layers.TextVectorization(9, output_mode="tf_idf", pad_to_max_tokens=True)
    own.adapt(np.array(texts, dtype=object))
    (ours,) = (layer for layer in done.model.layers if isinstance(layer, layers.TextVectorization))
    np.testing.assert_allclose(ours(texts), own(texts), rtol=1e-6)


BAG, SERIES = "  - Dense: 2", "  - GRU: {units: 2}"


@pytest.mark.parametrize(
    ("options", "layers", "values", "words"),
    [
        ("type: text, length: 3", READ, "!?", "no word in any training row, and its vocabulary"),
        ("type: text, output: tf_idf", BAG, "!?", "no word in any training row, and its vocabulary"),
        ("type: sequence, length: 3", READ, "", "no value in any training row, and its vocabulary"),
        ("type: sequence, length: 3, of: number", SERIES, "", "no value in any training row, and its mean"),
        ("type: vector, size: 3, missing: mean", BAG, "", "no value in any training row, and its mean"),
        ("type: set", BAG, "", "no label in any training row, and its vocabulary"),
    ],
)
def test_nothing_to_learn_is_said(options: str, layers: str, values: str, words: str, tmp_path: Path) -> None:
    pd.DataFrame({"note": values, "score": range(12)}).to_csv(tmp_path / "rows.csv", index=False)
    with pytest.raises(SpecError, match=f"D404: `note` has {words} is learnt from them"):
        run(tmp_path, f"  note: {{{options}}}", layers)


LISTS = """\
  tags: {type: set, separator: "|"}
  seen: {type: sequence, length: 3, vocabulary: 9}
  steps: {type: sequence, length: 3, of: number}
  place: {type: vector, size: 2, missing: mean}
  note: {type: text, output: count, vocabulary: 20}"""
GROUPED = """\
  - Embedding: {output_dim: 3, mask_zero: true, inputs: seen}
  - GRU: {units: 3, name: saw}
  - GRU: {units: 3, inputs: steps, name: went}
  - Concatenate: {inputs: [saw, went, tags, place, note]}
  - Dense: 3"""


def cells(index: int) -> dict[str, Any]:
    return {
        "tags": ["sea", "night"][: index % 3],
        "seen": [100 + index % 4, 7, 8, 9][: index % 5],
        "steps": [index / 2, 1.5][: index % 3],
        "place": [index, 2.5] if index % 7 else None,
        "note": f"a ship {index % 5}",
        "score": index,
    }


def in_csv(row: dict[str, Any]) -> dict[str, Any]:
    between = {"tags": "|", "seen": " ", "steps": " ", "place": " "}
    split = {name: mark.join(map(str, row[name] or ())) for name, mark in between.items()}
    return {**row, **split}


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_predict_takes_cells_as_pandas_reads_them(form: str, tmp_path: Path) -> None:
    rows = [cells(index) for index in range(40)]
    path = tmp_path / f"rows.{form}"
    if form == "csv":
        pd.DataFrame(map(in_csv, rows)).to_csv(path, index=False)
        frame = pd.read_csv(path)
    elif form == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        frame = pd.read_json(path, lines=True)
    else:
        pd.DataFrame(rows).to_parquet(path)
        frame = pd.read_parquet(path)
    done = run(tmp_path, LISTS, GROUPED, path.name)
    some = frame[["place", "note", "seen", "tags", "steps"]].iloc[[7, 3, 0, 11]]
    predicted = done.predict(some)
    everything = done.predict(frame)
    assert predicted.shape == (4, 1)
    np.testing.assert_allclose(predicted, everything[[7, 3, 0, 11]], rtol=1e-5)
    changed = some.assign(tags=[some["tags"].iloc[3]] * 4)
    assert not np.allclose(done.predict(changed), predicted)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("text", ["a \0 b", "c"]),
        ("text", ["a\0", "a"]),
        ("set", ["\0", "c"]),
        ("{type: sequence, length: 2}", ["\0", "c"]),
    ],
)
def test_words_of_which_keras_loses_the_end_are_refused(kind: str, words: list[str], tmp_path: Path) -> None:
    rows = [json.dumps({"note": words[i % 2], "score": i}) for i in range(40)]
    (tmp_path / "rows.jsonl").write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(SpecError, match=r"D406.*NUL"):
        run(tmp_path, f"  note: {kind}", "  - Flatten: {inputs: note}", "rows.jsonl")
