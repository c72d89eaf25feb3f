"""Scripts for the other backends of Keras: what they hold outside of the model, and what they refuse."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.plan import Plan
from specrun.compiler.script import write_script
from specrun.compiler.script.backends import in_numbers
from specrun.compiler.script.lacks import NAMES
from specrun.compiler.script.target import BACKENDS

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "specs").glob("*.yaml"))
OTHERS = BACKENDS[1:]
ROWS = """when,born,word,kind,side,size,done
2024-01-31T10:30:00,1899-12-31,"a b",x,l,1.5,yes
2040-02-29T23:59:59,,"b c",y,r,2.5,no
2024-03-01T00:00:00,2101-01-01,"c",x,r,3.5,yes
2024-03-02T07:00:00,1970-01-01,"a",z,l,0.5,no
"""


def plan_of(folder: Path, features: dict[str, Any], **more: Any) -> Plan:
    folder.joinpath("rows.csv").write_text(ROWS, "utf-8")
    spec = {"specrun": 1, "name": "rows", "data": {"path": "rows.csv"}, "features": features, "target": "size"}
    source = Source(json.dumps({**spec, "layers": [{"Dense": 4}], **more}), "rows.yaml", folder)
    return compile_spec(source).plan


def script_of(plan: Plan, folder: Path, backend: str = "jax") -> str:
    return write_script(plan, folder, folder, backend=backend)


@pytest.mark.parametrize("backend", OTHERS)
@pytest.mark.parametrize("spec", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_spec_has_a_script_that_sets_its_backend_first(spec: Path, backend: str) -> None:
    compilation = compile_spec(Source(spec.read_text("utf-8"), spec.name, spec.parent))
    body = ast.parse(write_script(compilation.plan, spec.parent, spec.parent, backend=backend)).body
    texts = [ast.unparse(statement) for statement in body]
    chosen = texts.index(f"os.environ['KERAS_BACKEND'] = '{backend}'")
    assert chosen < min(i for i, text in enumerate(texts) if "keras" in text and text.startswith(("import", "from")))
    assert "dtype='string'" not in "".join(texts)
    assert "dtype='int64'" not in "".join(texts)
    assert "tf.constant" not in "".join(texts)


def test_the_default_backend_is_the_script_as_it_is_without_one(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"kind": "category", "when": "datetime"})
    assert script_of(plan, tmp_path, "tensorflow") == write_script(plan, tmp_path, tmp_path)
    assert "KERAS_BACKEND" not in script_of(plan, tmp_path, "tensorflow")


def test_numbers_stay_in_the_model_and_tensorflow_out_of_the_script(tmp_path: Path) -> None:
    text = script_of(plan_of(tmp_path, {"size": "number"}, target="done", classes=["no", "yes"]), tmp_path)
    assert "import tensorflow" not in text
    assert "lookups" not in text
    assert "# The saved model takes raw rows\n" in text


def test_each_layer_of_texts_is_made_once_and_shown_the_training_rows_alone(tmp_path: Path) -> None:
    features = {
        "kind": "category",
        "side": {"type": "category", "encoding": "hashing", "bins": 7},
        "word": {"type": "text", "vocabulary": 9, "output": "tf_idf"},
        "done": "boolean",
        "both": {"type": "cross", "of": ["kind", "side"], "buckets": 11},
    }
    text = script_of(plan_of(tmp_path, features), tmp_path)
    assert 'lookups[name] = layers.StringLookup(vocabulary=sorted(train[name].unique()), output_mode="one_hot")' in text
    assert "inputs[name] = keras.Input((lookups[name].vocabulary_size(),), name=name)" in text
    assert 'lookups[name] = layers.TextVectorization(9, output_mode="tf_idf", pad_to_max_tokens=True)' in text
    assert "lookups[name].adapt(train[name].to_numpy())" in text
    assert "keras.Input((7,), name=name)" in text
    assert "keras.Input((11,), name=name)" in text
    assert "tf." not in text
    assert "learner" not in text
    assert "which takes raw rows, with texts as" in text


def test_a_cross_of_three_gives_the_next_one_no_tensors(tmp_path: Path) -> None:
    features = {**dict.fromkeys(("kind", "side", "word"), "category")}
    of = {"type": "cross", "of": ["kind", "side", "word"], "buckets": 5}
    text = script_of(plan_of(tmp_path, {**features, "all": of}), tmp_path)
    assert "ops.convert_to_numpy(" in text
    assert 'layers.HashedCrossing(2147483647, dtype="int32")' in text


@pytest.mark.parametrize(
    ("parts", "raw", "parting"),
    [
        (["weekday"], '.astype("int64").to_numpy() // 86400', "days = inputs[name]"),
        (["minute"], '.astype("int64").to_numpy() % 86400', "seconds = inputs[name]"),
        (["hour", "month"], "np.stack(np.divmod(", "days, seconds = ops.split(inputs[name], 2, axis=-1)"),
    ],
)
def test_moments_are_parted_into_numbers_of_32_bits(tmp_path: Path, parts: list[str], raw: str, parting: str) -> None:
    plan = plan_of(tmp_path, {"when": {"type": "datetime", "parts": parts}})
    text = script_of(plan, tmp_path)
    assert raw in text
    assert parting in text
    assert all(group.dtype == "int32" for group in in_numbers(plan).features)


def test_a_missing_moment_is_filled_before_it_is_parted(tmp_path: Path) -> None:
    text = script_of(plan_of(tmp_path, {"born": {"type": "datetime", "missing": "mean", "parts": ["year"]}}), tmp_path)
    filled = 'rows[[name]].astype("int64").replace(np.iinfo("int64").min, int('
    assert filled in "".join(text.split()).replace(",int(", ", int(")
    assert "moment =" not in text


@pytest.mark.parametrize(
    ("backend", "layer", "what"),
    [
        ("jax", {"RandomElasticTransform": {}}, "cannot compile `RandomElasticTransform`"),
        ("torch", {"ContrastLimitedAdaptiveHistogramEqualization": {}}, "gives other values"),
        ("torch", {"AveragePooling2D": {"pool_size": 3, "padding": "same"}}, "pads"),
        ("torch", {"Resizing": {"height": 4, "width": 4, "interpolation": "bicubic"}}, "interpolation"),
        ("torch", {"Conv2D": {"filters": 1, "kernel_size": 1, "name": "a.b"}}, "name of a layer"),
    ],
)
def test_what_a_backend_lacks_is_refused_at_its_line(
    tmp_path: Path, backend: str, layer: dict[str, Any], what: str
) -> None:
    layers = [{"Dense": 192}, {"Reshape": {"target_shape": [8, 8, 3]}}, layer, "Flatten"]
    plan = plan_of(tmp_path, {"kind": "category"}, layers=layers)
    with pytest.raises(SpecError) as refused:
        script_of(plan, tmp_path, backend)
    (found,) = refused.value.diagnostics
    assert found.code == "S601"
    assert what in found.message
    assert NAMES[backend] in found.message
    assert "--backend" in found.hint
    assert found.span == plan.network.nodes[2].span
    others = {*BACKENDS} - {backend}
    assert all(script_of(plan, tmp_path, other) for other in others)


def test_averages_of_weights_are_refused_on_jax_and_distant_places_on_torch(tmp_path: Path) -> None:
    training = {"optimizer": {"Adam": {"use_ema": True}}, "metrics": ["SparseTopKCategoricalAccuracy"]}
    plan = plan_of(tmp_path, {"size": "number"}, target="kind", classes=["x", "y", "z"], training=training)
    for backend, what, span in (("jax", "use_ema", plan.training.span), ("torch", "3 classes", plan.heads[0].span)):
        with pytest.raises(SpecError) as refused:
            script_of(plan, tmp_path, backend)
        (found,) = refused.value.diagnostics
        assert what in found.message
        assert found.span == span
