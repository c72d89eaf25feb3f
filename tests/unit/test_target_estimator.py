"""Scripts of estimators: what they hold, and what they refuse. `make estimator` runs them under TensorFlow 2.15."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import specrun
from specrun.compiler.diagnostics import SpecError

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "tests" / "golden" / "scripts" / "estimator").glob("*.py"))
PEOPLE = ROOT / "tests" / "golden"
SPEC = """specrun: 1
data: {path: data/people.csv, missing: ["?"], split: {test: 0.25, validation: 0.1, seed: 3}}
features: {hours: {type: number, missing: mean}, city: category}
target: plan
classes: [basic, silver, gold]
layers: [{Dense: {units: 8, activation: relu}}]
training: {epochs: 2}
"""


def script(*changes: tuple[str, str]) -> str:
    """The script of the spec with some of its text changed."""
    text = SPEC
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return specrun.check(text, PEOPLE).script("estimator", folder=PEOPLE)


def refused(*changes: tuple[str, str]) -> list[tuple[int, str]]:
    """Why there is no script of the spec with some of its text changed: the lines, and what is said."""
    with pytest.raises(SpecError) as error:
        script(*changes)
    found = error.value.diagnostics
    assert {diagnostic.code for diagnostic in found} == {"S601"}
    assert all("--target keras" in str(diagnostic.hint) for diagnostic in found)
    return [(d.span.line, d.message.removeprefix("the target `estimator` ")) for d in found]


FEATURES, LAYERS = "{type: number, missing: mean}, city: category", "[{Dense: {units: 8, activation: relu}}]"
CLASSES, TRAINING = "target: plan\nclasses: [basic, silver, gold]", "{epochs: 2}"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_is_one_of_the_python_that_it_needs(path: Path) -> None:
    module = ast.parse(path.read_bytes(), feature_version=(3, 9))
    said = " ".join(str(ast.get_docstring(module)).split())
    assert "needs TensorFlow 2.11 to 2.15 (Python 3.11 at most, NumPy below 2)" in said


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ("[{Dense: 8}, {Dense: 4}]", "hidden_units=[8, 4], activation_fn=tf.identity, feature_columns"),
        ("[{Dense: {units: 8, activation: gelu}}, {Dropout: 0.3}]", "activation_fn=tf.nn.gelu, dropout=0.3, f"),
        ("[{Dense: 8}, {BatchNormalization: {momentum: 0.999}}]", "activation_fn=tf.identity, batch_norm=True, f"),
        (
            "[{Dense: 8}, {Dropout: 0.1}, {BatchNormalization: {momentum: 0.999}},"
            " {Dense: 9}, {Dropout: 0.1}, {BatchNormalization: {momentum: 0.999}}]",
            "hidden_units=[8, 9], activation_fn=tf.identity, dropout=0.1, batch_norm=True, f",
        ),
        ("[]", "hidden_units=[], feature_columns"),
        ("[{Dense: {units: 8, use_bias: true, kernel_initializer: GlorotUniform, name: x}}]", "hidden_units=[8], "),
    ],
)
def test_a_stack_of_layers_is_held(layers: str, said: str) -> None:
    assert said in " ".join(script((LAYERS, layers)).split()).replace("( ", "(")


@pytest.mark.parametrize(
    ("layers", "reasons"),
    [
        ("[{Dense: 8}, LayerNormalization]", ["has no rule for the layer `LayerNormalization`"]),
        ("[{Dense: {units: 8, use_bias: false}}]", ["has no rule for `use_bias` of the layer `Dense`"]),
        ("[{Dense: {units: 8, activation: mish}}]", ["has no rule for the activation `mish`"]),
        (
            "[{Dense: 8}, {Dense: {units: 8, activation: relu}}]",
            ["has one activation for all hidden layers, and this layer has another"],
        ),
        (
            "[{Dense: 8}, {Dropout: 0.1}, {Dense: 8}]",
            ["has the same layers after each hidden layer, and this one has others than the first"],
        ),
        (
            "[{Dense: 8}, {Dropout: 0.1}, {Dense: 8}, {Dropout: 0.2}]",
            ["has the same layers after each hidden layer, and this one has others than the first"],
        ),
        (
            "[{Dense: 8}, {BatchNormalization: {momentum: 0.999}}, {Dropout: 0.1}]",
            ["has a `Dropout` and then a `BatchNormalization` after a layer, each at most once"],
        ),
        ("[{Dense: 8}, BatchNormalization]", ["normalizes batches with a `momentum` of 0.999 alone"]),
        ("[{Dropout: 0.1}, {Dense: 8}]", ["has its `Dropout` after a `Dense` layer, and here there is none"]),
        (
            "[{Dense: 8}, {Dense: {units: 3, activation: softmax, use_bias: false}}]",
            ["has no rule for `use_bias` of the layer `Dense`"],
        ),
        (
            "[{Dense: 3}, Softmax]",
            ["ends with a `Dense` layer whose activation is `softmax`, and this spec with another"],
        ),
        (
            "[{Dense: {units: 8, name: a}}, {Dense: {units: 8, name: b}}, {Concatenate: {inputs: [a, b]}}]",
            [
                "has a stack of layers on all the features, and this layer takes something else",
                "has no rule for the layer `Concatenate`",
            ],
        ),
    ],
)
def test_another_network_is_refused_where_it_stands(layers: str, reasons: list[str]) -> None:
    assert refused((LAYERS, layers)) == [(6, reason) for reason in reasons]


@pytest.mark.parametrize(
    ("features", "reasons"),
    [
        (
            "{type: number, missing: mean}, job: {type: text, output: count}",
            ["has no rule for features of the kind `text`"],
        ),
        (
            "{type: number, missing: mean}, joined: {type: datetime}",
            ["has no rule for features of the kind `datetime`"],
        ),
        (
            "{type: number, missing: mean}, city: category, job: category, a: {type: cross, of: [city, job], "
            "buckets: 5}, b: {type: cross, of: [city, job], buckets: 5}",
            ["takes the same cross once"],
        ),
    ],
)
def test_other_features_are_refused(features: str, reasons: list[str]) -> None:
    assert [what for line, what in refused((FEATURES, features)) if line == 3] == reasons


@pytest.mark.parametrize(
    ("target", "training", "reasons"),
    [
        (
            "target: spend",
            "{epochs: 2, loss: huber}",
            ["has no rule for the loss `huber` of a target that is a number"],
        ),
        (
            "target: spend",
            "{epochs: 2, metrics: [R2Score]}",
            ["has no rule for the metric `R2Score` of a target that is a number"],
        ),
        (
            CLASSES,
            "{epochs: 2, loss: {categorical_crossentropy: {label_smoothing: 0.1}}}",
            ["has no rule for `label_smoothing` of the loss `categorical_crossentropy`"],
        ),
        (
            "target: {column: plan, type: ordinal}\nclasses: [basic, silver, gold]",
            TRAINING,
            ["has no rule for a target that is one class in an order"],
        ),
        (
            "target: stays\nclasses: ['no', 'yes']",
            "{epochs: 2, loss: categorical_crossentropy}",
            ["has one output for two classes, and this loss asks for two"],
        ),
        (
            "targets: {a: {column: spend, type: number}, b: {column: income/year, type: number}}",
            TRAINING,
            [
                "has one target, and this is another",
                "has a stack of layers on all the features, and this layer takes something else",
            ],
        ),
    ],
)
def test_another_target_is_refused(target: str, training: str, reasons: list[str]) -> None:
    features = (FEATURES, "{type: number, missing: mean}, city: category")
    assert [what for _, what in refused((CLASSES, target), (TRAINING, training), features)] == reasons


@pytest.mark.parametrize(
    ("training", "reason"),
    [
        ("{epochs: 2, optimizer: Nadam}", "has no rule for the optimizer `Nadam`"),
        ("{epochs: 2, optimizer: {Adam: {clipnorm: 1.0}}}", "has no rule for `clipnorm` of the optimizer `Adam`"),
        (
            "{optimizer: {SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: 9}}}}}",
            "has no rule for a `learning_rate` that changes",
        ),
        ("{epochs: 2, callbacks: [TerminateOnNaN]}", "has no rule for the callback `TerminateOnNaN`"),
        ("{callbacks: [EarlyStopping, EarlyStopping]}", "stops early by one `EarlyStopping`"),
        (
            "{epochs: 2, callbacks: [{EarlyStopping: {min_delta: 0.1}}]}",
            "has no rule for `min_delta` of the callback `EarlyStopping`",
        ),
        (
            "{epochs: 2, callbacks: [{EarlyStopping: loss}]}",
            "stops early by a `val_loss` that falls no more, and by nothing else",
        ),
    ],
)
def test_another_training_is_refused(training: str, reason: str) -> None:
    assert refused((TRAINING, training)) == [(7, reason)]


def test_all_that_is_refused_is_said_at_once() -> None:
    changes = (
        (FEATURES, "{type: number, missing: mean}, job: {type: text, output: count}"),
        (LAYERS, "[{Dense: 8}, Flatten]"),
    )
    found = refused(*changes, (TRAINING, "{epochs: 2, optimizer: Lion}"))
    assert found == [
        (3, "has no rule for features of the kind `text`"),
        (6, "has no rule for the layer `Flatten`"),
        (7, "has no rule for the optimizer `Lion`"),
    ]


@pytest.mark.parametrize(
    ("training", "said"),
    [
        ("{epochs: 2}", "optimizer=tf.keras.optimizers.legacy.Adam(),"),
        ("{optimizer: {SGD: {learning_rate: 0.1, momentum: 0.9}}}", "legacy.SGD(0.1, momentum=0.9),"),
        ("{optimizer: {RMSprop: {rho: 0.8, weight_decay: null}}}", "legacy.RMSprop(rho=0.8),"),
        ("{seed: 7}", "tf.estimator.RunConfig(tf_random_seed=7)"),
        ("{callbacks: [EarlyStopping]}", '"average_loss", 1 * steps, run_every_secs=None'),
        ("{class_weights: [1, 2, 3]}", "class_weight = {0: 1.0, 1: 2.0, 2: 3.0}"),
    ],
)
def test_a_training_is_held(training: str, said: str) -> None:
    assert said in script((TRAINING, training))


def test_names_that_are_no_scopes_are_replaced_for_the_columns_alone() -> None:
    plain, odd = script(), script((FEATURES, "{type: number, missing: mean}, city: category, income/year: number"))
    assert "KEYS" not in plain
    assert "KEYS" not in odd  # Keras takes no `/` either: the plan has another name already
    with_blank = specrun.check(
        "specrun: 1\ndata: {dataset: breast_cancer}\nfeatures: {mean radius: number}\ntarget: target\n"
        "classes: [0, 1]\nlayers: []\n",
    ).script("estimator", folder=ROOT)
    assert 'KEYS = {name: f"column_{i}" for i, name in enumerate(NUMBERS)}' in with_blank
    assert 'NUMBERS = ["mean radius"]' in with_blank


def test_the_weights_of_rows_take_no_name_of_a_feature(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("weight,kind\n" + "1,a\n2,b\n3,c\n" * 9, "utf-8")
    text = (
        "specrun: 1\ndata: {path: a.csv}\nfeatures: {weight: number}\ntarget: kind\nclasses: [a, b, c]\nlayers: []\n"
        "training: {class_weights: balanced}\n"
    )
    written = specrun.check(text, tmp_path).script("estimator", folder=tmp_path)
    assert 'weight_column="weight_",' in written
    assert 'inputs["weight_"] =' in written
