"""From a tree to a `Spec`: shorthands, defaults, types; and what is wrong is left out rather than stumbled over."""

from __future__ import annotations

from typing import Any

import pytest

from specrun.compiler.features import Boolean, Category, Number
from specrun.compiler.language.build import build, name_of_file
from specrun.compiler.language.sections import Data, Keras, Split, Training
from specrun.compiler.language.spec import Spec
from specrun.compiler.language.targets import Target
from specrun.compiler.language.validate import validate, without_faults
from specrun.compiler.reader import Mapping, read

MINIMAL = "specrun: 1\ndata: {dataset: iris}\nfeatures: {'*': number}\ntarget: target\nlayers: []\n"


def built(text: str, file: str = "spec.yaml") -> Spec:
    root, problems = read(text, file)
    assert problems == ()
    assert isinstance(root, Mapping)
    diagnostics = validate(root)
    assert diagnostics == ()
    return build(root)


def keras(name: str, **options: Any) -> Keras:
    return Keras(name=name, options=tuple(options.items()))


def test_what_is_left_out_has_its_default() -> None:
    spec = built(MINIMAL)
    assert (spec.name, spec.description) == ("spec", "")
    assert spec.targets == (Target(name="target", span=spec.place.span, column="target", type="number"),)
    assert spec.data == Data(dataset="iris")
    assert spec.data.split == Split(test=0.2, stratify=False)
    assert spec.training == Training(epochs=10, batch_size=32, optimizer=keras("Adam"), seed=0)
    assert spec.features[0].feature == Number(missing="error", normalize="zscore")


@pytest.mark.parametrize(
    ("feature", "expected"),
    [
        ("auto", None),
        ("number", Number()),
        ("{type: number, missing: 0, clip: [null, 3]}", Number(missing=0, clip=(None, 3))),
        ("{type: number, buckets: [1, 2]}", Number(buckets=(1, 2))),
        ("boolean", Boolean()),
        ("{type: boolean, values: [N, J], missing: 'true'}", Boolean(values=("N", "J"), missing="true")),
        ("{type: category, encoding: embedding, dim: 8}", Category(encoding="embedding", dim=8)),
    ],
)
def test_a_feature_in_short_and_in_full(feature: str, expected: object) -> None:
    spec = built(MINIMAL.replace("'*': number", f"x: {feature}"))
    assert [(f.column, f.feature) for f in spec.features] == [("x", expected)]


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("Flatten", keras("Flatten")),
        ("Dense: 8", keras("Dense", units=8)),
        ("Dense: {units: 8, activation: relu}", keras("Dense", units=8, activation=keras("relu"))),
        ("Dense: {units: 8, kernel_regularizer: {L2: 0.1}}", None),
        ("BatchNormalization: {}", keras("BatchNormalization")),
        ("Reshape: [2, 2]", keras("Reshape", target_shape=(2, 2))),
    ],
)
def test_a_layer_in_short_and_in_full(layer: str, expected: Keras | None) -> None:
    (found,) = built(MINIMAL.replace("layers: []", f"layers:\n  - {layer}")).layers
    if expected is None:
        inner = dict(found.options)["kernel_regularizer"]
        assert isinstance(inner, Keras)
        assert inner.name == "L2"
        assert [value for _, value in inner.options] == [0.1]
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ("auto", None),
        ("[a, b]", ("a", "b")),
        ("[NO, YES]", ("NO", "YES")),
        ("['1', '2']", ("1", "2")),
        ("[2, 1]", (2, 1)),
    ],
)
def test_classes(classes: str, expected: tuple[object, ...] | None) -> None:
    assert built(f"{MINIMAL}classes: {classes}\n").targets[0].classes == expected


@pytest.mark.parametrize(
    ("text", "read_back"),
    [
        (
            "training: {epochs: 2.0, batch_size: 4.0, seed: 1.0}",
            lambda s: (s.training.epochs, s.training.batch_size, s.training.seed),
        ),
        ("data: {dataset: iris, split: {seed: 3.0}}", lambda s: (s.data.split.seed,)),
        ("features: {x: {type: category, encoding: embedding, dim: 4.0}}", lambda s: (s.features[0].feature.dim,)),
        ("features: {x: {type: category, encoding: hashing, bins: 4.0}}", lambda s: (s.features[0].feature.bins,)),
        ("classes: [0.0, 1.0]", lambda s: s.targets[0].classes),
    ],
)
def test_a_whole_number_is_an_int_however_it_is_written(text: str, read_back: Any) -> None:
    key = text.partition(":")[0]
    rest = [line for line in MINIMAL.splitlines() if not line.startswith(f"{key}:")]
    assert {type(value) for value in read_back(built("\n".join([*rest, text])))} == {int}


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("specs/wine.yaml", "wine"),
        ("a b/c d.yaml", "c-d"),
        (".hidden.yaml", "hidden"),
        ("..yaml", "model"),
        ("x\n#coding: utf_7.yaml", "x--coding--utf_7"),
        ("é😀.yaml", "model"),
        ('".yaml', "model"),
        ("x" * 100 + ".yaml", "x" * 80),
        ("", "model"),
    ],
)
def test_the_name_of_a_file_is_made_one_of_a_model(file: str, name: str) -> None:
    assert name_of_file(file) == name


FAULTY = [
    "layers: [Dens]",
    "layers: [{Dropout: 2.0}]",
    "layers: [{Dens: {units: 8}}]",
    "layers: [{Dense: {units: 8, kernel_regularizer: {L2: -1}}}]",
    "layers: [{}]",
    "layers: [null]",
    "layers: 3",
    "features: {x: nubmer}",
    "features: {x: {type: nubmer}}",
    "features: {x: {type: nubmer, clip: [0, 1]}}",
    "features: {x: {}}",
    "features: {x: {TYPE: number}}",
    "features: {x: {kind: number, clip: [0, 1]}}",
    "features: {x: {type: number, clip: [a, 1]}}",
    "features: {x: {type: number, clip: [[], 1]}}",
    "features: {x: {type: boolean, values: [1, x]}}",
    "features: [x]",
    "data: 3",
    "data: {dataset: iris, split: 3}",
    "data: {dataset: iris, missing: [1]}",
    "classes: [1, null]",
    "classes: 3",
    "target: {a: b}",
    "name: [x]",
    "training: {optimizer: {Adam: -1}}",
    "training: {optimizer: {Adam: {learning_rate: {CosineDecay: {}}}}}",
    "training: {optimizer: {}}",
    "training: {loss: {huber: -1}}",
    "training: {metrics: accuracy}",
    "training: {metrics: [{SparseTopKCategoricalAccuracy: -1}]}",
    "training: {callbacks: [{EarlyStopping: {patience: x}}]}",
]


@pytest.mark.parametrize("faulty", FAULTY)
def test_a_spec_is_built_without_its_faulty_parts(faulty: str) -> None:
    key = faulty.partition(":")[0]
    text = "\n".join([*(line for line in MINIMAL.splitlines() if not line.startswith(f"{key}:")), faulty])
    root, problems = read(text, "spec.yaml")
    assert problems == ()
    assert root is not None
    assert validate(root)
    rest = without_faults(root)
    assert rest is not None
    spec = build(rest if isinstance(rest, Mapping) else Mapping((), root.span))
    assert [target.name for target in spec.targets] == ([] if key == "target" else ["target"])
    for feature in spec.features:
        assert feature.feature is None or list(feature.feature.conflicts()) == []


@pytest.mark.parametrize(
    ("faulty", "left"),
    [
        ("target: {column: target, horizon: 0}", ["target"]),
        ("target: {column: 3}", []),
        ("target: [target, '']", []),
        ("targets: {a: regression, b: number, c: {classes: [1], from: x}}", ["b", "c"]),
        ("targets: {a: {column: []}, b: {type: 3}, c: {weight: -1, loss: nope}}", ["c"]),
        ("targets: {a: number}", []),
        ("targets: 3", []),
    ],
)
def test_targets_are_built_without_their_faulty_parts(faulty: str, left: list[str]) -> None:
    root, _ = read(MINIMAL.replace("target: target\n", f"{faulty}\n"), "spec.yaml")
    assert root is not None
    assert validate(root)
    rest = without_faults(root)
    assert isinstance(rest, Mapping)
    targets = build(rest).targets
    assert [target.name for target in targets] == left
    assert all(target.classes is None for target in targets if target.name == "c" and target.type == "class")
