"""The filled-in spec reads back as the same spec, whatever texts are in it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.api import compiled
from specrun.compiler.diagnostics import Report, Span
from specrun.compiler.expand import expand
from specrun.compiler.features import Boolean, Category, Feature, Number
from specrun.compiler.language.build import build
from specrun.compiler.language.dump import digest, plain, to_yaml
from specrun.compiler.language.sections import ENGINES, Data, Keras, Split, Training
from specrun.compiler.language.spec import FeatureSpec, Spec
from specrun.compiler.language.targets import Target
from specrun.compiler.language.validate import validate
from specrun.compiler.reader import Mapping, Scalar, read

ROOT = Path(__file__).resolve().parents[2]
SPECS = [path for folder in ("specs", "tests/golden/specs") for path in sorted((ROOT / folder).glob("*.yaml"))]
HERE = Span("spec.yaml", 1, 1, 2)
TRICKY = [
    *("1e-3", "NO", "no", "on", "0x1F", "0o7", "010", "~", "null", "true", "False", "", " x ", "12:30", "2024-01-02"),
    *(
        "$$x",
        ".inf",
        ".nan",
        "1e999",
        "1" * 400,
        "-",
        "- a",
        "? b",
        "a: b",
        "a #b",
        "#a",
        "*",
        "&x",
        "!x",
        "!!int 3",
        "%a",
        "@a",
    ),
    *(
        "`a`",
        "'",
        '"',
        "'a'",
        '"a"',
        "\\",
        "\\n",
        "a\nb",
        "a\n",
        "\na",
        "a\n\nb\n",
        "  a\n b",
        "\t",
        "a\tb",
        "a\r\nb",
        "\r",
    ),
    *(
        "[",
        "]",
        "{",
        "}",
        "[a]",
        "{a: b}",
        ",",
        "|",
        ">",
        "|-",
        "---",
        "...",
        "<<",
        "=",
        "yes",
        "Y",
        "é",
        "😀",
        "\u202e",
    ),
    *(
        "\x00",
        "\x1b[31m",
        "\x7f",
        "\x85",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "\xa0",
        "x" * 300,
        "a " * 150,
        "k: |",
        "$x",
        "${x}",
    ),
]


def read_back(spec: Spec) -> Spec:
    root, problems = read(to_yaml(spec), "spec.yaml")
    assert problems == ()
    assert isinstance(root, Mapping)
    report = Report()
    root = expand(root, "spec.yaml", Path(), (), report)
    assert list(report) == []
    assert validate(root) == ()
    return build(root)


def assert_same(found: Spec, spec: Spec) -> None:
    # `repr` tells 1 from 1.0 and True, where `==` does not.
    assert repr(found) == repr(spec)
    assert found == spec
    assert digest(found) == digest(spec)


def target_of(column: str, classes: tuple[str | int, ...] | None, **options: Any) -> Target:
    kind = "number" if classes == () else "class"
    return Target(name=column, span=HERE, column=column, type=kind, classes=classes, **options)


def spec_of(*texts: str) -> Spec:
    """A spec that has the texts wherever a text may stand."""
    columns = tuple(dict.fromkeys(f"{text}" for text in texts if text)) or ("x",)
    return Spec(
        name="model",
        description="".join(texts).strip()[:2000],
        data=Data(path=columns[0], columns=columns, missing=texts, split=Split(group=columns[-1])),
        features=tuple(FeatureSpec(column, Number(), HERE) for column in columns),
        targets=(target_of(columns[0], tuple(dict.fromkeys((*texts, "a", "b")))),),
        layers=(),
        training=Training(),
        place=Scalar(None, HERE),
    )


@pytest.mark.parametrize("text", TRICKY)
def test_tricky_texts_read_back(text: str) -> None:
    spec = spec_of(text)
    assert_same(read_back(spec), spec)


NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40) | st.sampled_from(
    [t for t in TRICKY if t]
)
FLOATS = st.floats(-1e30, 1e30, allow_nan=False, allow_subnormal=True)
NUMBERS = st.builds(
    Number,
    missing=st.sampled_from(["error", "mean", "median"]) | FLOATS | st.integers(-(10**9), 10**9),
    normalize=st.sampled_from(["zscore", "minmax", "robust", "none"]),
    clip=st.none() | st.tuples(st.none() | FLOATS, st.none() | FLOATS),
    buckets=st.none() | st.lists(FLOATS, min_size=1, max_size=4).map(tuple),
)
BOOLEANS = st.builds(
    Boolean, values=st.none() | st.tuples(TEXTS, TEXTS), missing=st.sampled_from(["error", "false", "true"])
)
CATEGORIES = st.builds(
    Category,
    encoding=st.sampled_from(["one_hot", "embedding", "hashing"]),
    dim=st.none() | st.integers(1, 99),
    bins=st.none() | st.integers(1, 99),
    unknown=st.sampled_from(["own", "zeros"]),
    missing=st.sampled_from(["own", "unknown", "error"]),
)
FEATURES = st.dictionaries(TEXTS, st.none() | NUMBERS | BOOLEANS | CATEGORIES, min_size=1, max_size=4)
LAYERS = st.lists(
    st.sampled_from(
        [
            Keras(name="Flatten"),
            Keras(name="Dense", options=(("units", 8), ("activation", Keras(name="relu")))),
            Keras(
                name="Dense", options=(("units", 8), ("bias_regularizer", Keras(name="L2", options=(("l2", 1e-5),))))
            ),
            Keras(name="Dropout", options=(("rate", 1e-3),)),
            Keras(name="Reshape", options=(("target_shape", (2, -1)),)),
        ]
    ),
    max_size=3,
).map(tuple)
FRACTIONS = st.floats(1e-12, 0.999)
SPLITS = st.builds(
    Split,
    test=FRACTIONS,
    validation=st.none() | FRACTIONS,
    stratify=st.booleans(),
    group=st.none() | TEXTS,
    time=st.none() | TEXTS,
    column=st.none() | TEXTS,
    seed=st.none() | st.integers(0, 2**31 - 1),
)
DATA = st.builds(
    Data,
    path=TEXTS,
    separator=st.none() | st.sampled_from([",", ";", "\t", "|", "é", "'", " ", "~", "#"]),
    decimal=st.sampled_from(["auto", ".", ","]),
    columns=st.none() | st.lists(TEXTS, min_size=1, max_size=3).map(tuple),
    missing=st.lists(TEXTS | st.just(""), min_size=1, max_size=4).map(tuple),
    quoting=st.booleans(),
    strip=st.booleans(),
    split=SPLITS,
)
TRAININGS = st.builds(
    Training,
    engine=st.sampled_from(["auto", *ENGINES]),
    epochs=st.integers(1, 10**6),
    batch_size=st.integers(1, 10**6),
    optimizer=st.floats(1e-9, 1.0).map(lambda rate: Keras(name="Adam", options=(("learning_rate", rate),))),
    class_weights=st.none() | st.just("balanced") | st.lists(st.floats(1e-6, 1e6), min_size=2, max_size=3).map(tuple),
    callbacks=TEXTS.map(lambda log: (Keras(name="EarlyStopping", options=(("monitor", log[:200]),)),)),
    seed=st.integers(0, 2**31 - 1),
)
CLASSES = st.none() | st.lists(TEXTS | st.integers(), min_size=2, max_size=4, unique=True).map(tuple)
COLUMNS = st.lists(TEXTS, min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def one_target(draw: st.DrawFn, name: str | None = None) -> Target:
    """A target of any kind, with options that go together."""
    kind = draw(st.sampled_from(["class", "ordinal", "labels", "number"]))
    column = draw(TEXTS | COLUMNS if kind in ("labels", "number") else TEXTS)
    is_one = isinstance(column, str)
    options: dict[str, Any] = {"classes": () if kind == "number" else draw(CLASSES) if is_one else column}
    if is_one and kind == "number":
        options["horizon"] = draw(st.none() | st.integers(1, 1000))
    if is_one and kind == "labels":
        options["separator"] = draw(TEXTS)[:10]
    options["loss"] = draw(st.none() | st.just(Keras(name="huber", options=(("delta", 0.5),))))
    options["metrics"] = draw(st.none() | st.just(()) | st.just((Keras(name="accuracy"),)))
    if name is not None:
        options |= {"from_": draw(st.none() | TEXTS), "weight": draw(st.floats(0, 1e9))}
    first = column if isinstance(column, str) else column[0]
    return Target(name=name or first, span=HERE, column=column, type=kind, **options)


@st.composite
def some_targets(draw: st.DrawFn) -> tuple[Target, ...]:
    names = draw(st.lists(TEXTS, min_size=2, max_size=3, unique=True))
    return tuple(draw(one_target(name)) for name in names)


TARGETS = one_target().map(lambda target: (target,)) | some_targets()


def features_of(found: dict[str, Feature | None]) -> tuple[FeatureSpec, ...]:
    return tuple(FeatureSpec(column, feature, HERE) for column, feature in found.items())


@given(NAMES, TEXTS, DATA, FEATURES, TARGETS, LAYERS, TRAININGS)
@settings(max_examples=200, deadline=None)
def test_any_spec_reads_back(
    name: str,
    description: str,
    data: Data,
    features: dict[str, Feature | None],
    targets: tuple[Target, ...],
    layers: tuple[Keras, ...],
    training: Training,
) -> None:
    place = Scalar(None, HERE)
    if len(targets) > 1:
        training = replace(training, class_weights=None)
    spec = Spec(name, description.strip(), data, features_of(features), targets, layers, training, place)
    assert_same(read_back(spec), spec)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_the_filled_in_spec_of_a_compilation_reads_back(path: Path) -> None:
    spec = compiled(path, every_row=True).spec
    assert json.dumps(plain(read_back(spec))) == json.dumps(plain(spec))
    assert digest(read_back(spec)) == digest(spec)


def test_a_digest_is_of_all_that_is_said_but_the_path() -> None:
    spec = spec_of("x")
    assert digest(spec) == digest(replace(spec, data=replace(spec.data, path="elsewhere/y.csv")))
    assert digest(spec) != digest(replace(spec, data=replace(spec.data, missing=("y",))))
    assert digest(spec) != digest(replace(spec, training=replace(spec.training, seed=1)))
    assert len(digest(spec)) == 64


def test_options_that_are_not_set_are_left_out() -> None:
    found = plain(spec_of("x"))
    assert found["specrun"] == 1
    assert "dataset" not in found["data"]
    assert "loss" not in found["training"]
    assert found["features"] == {"x": {"type": "number", "missing": "error", "normalize": "zscore"}}
