"""The kinds of feature: what each option makes of a column, as the script says it."""

from __future__ import annotations

import pytest

from specrun.compiler.diagnostics import Span
from specrun.compiler.features import KINDS, Boolean, Category, Facts, Feature, Image, Number
from specrun.compiler.script.printer import Printer

TEXT = Facts()
HERE = Span("spec.yaml", 1, 1, 2)
X = "inputs[name]"
TRAIN = "train[name]"


def steps_and_encoding(feature: Feature, facts: Facts = TEXT) -> list[str]:
    """What is done for a column, statement by statement; the last is what goes into the network."""
    recipe = feature.filled(facts).recipe(facts)
    last = [recipe.encoding] if recipe.embedding is None else [recipe.encoding, recipe.embedding]
    return [*map(Printer().statement, recipe.steps), *map(Printer(), last)]


def normalized(mean: str, variance: str, value: str = X) -> str:
    return f"layers.Normalization(mean={mean}, variance={variance})({value})"


ZSCORE = normalized(f"{TRAIN}.mean()", f"{TRAIN}.var(ddof=0) or 1")


@pytest.mark.parametrize(
    ("feature", "lines"),
    [
        (Number(), [ZSCORE]),
        (Number(normalize="none"), [X]),
        (Number(normalize="minmax"), [normalized(f"{TRAIN}.min()", f"({TRAIN}.max() - {TRAIN}.min()) ** 2 or 1")]),
        (
            Number(normalize="robust"),
            [normalized(f"{TRAIN}.median()", f"({TRAIN}.quantile(0.75) - {TRAIN}.quantile(0.25)) ** 2 or 1")],
        ),
        (
            Number(missing=0, normalize="none"),
            [f"value = ops.where(ops.isnan({X}), 0, {X})", "value"],
        ),
        (
            Number(missing="mean", normalize="none"),
            [f"value = ops.where(ops.isnan({X}), float({TRAIN}.mean()), {X})", "value"],
        ),
        (
            Number(missing="median", normalize="none"),
            [f"value = ops.where(ops.isnan({X}), float({TRAIN}.median()), {X})", "value"],
        ),
        (Number(clip=(0, 9), normalize="none"), [f"value = ops.clip({X}, 0.0, 9.0)", "value"]),
        (Number(clip=(None, 9), normalize="none"), [f"value = ops.clip({X}, -1e+30, 9.0)", "value"]),
        (
            Number(buckets=(1, 2.5)),
            [f"layers.Discretization(bin_boundaries=[1, 2.5], output_mode='one_hot')({X})"],
        ),
        (
            Number(missing=1, buckets=(1,)),
            [
                f"value = ops.where(ops.isnan({X}), 1, {X})",
                "layers.Discretization(bin_boundaries=[1], output_mode='one_hot')(value)",
            ],
        ),
        (Boolean(values=("N", "Y")), [f"ops.cast(layers.StringLookup(vocabulary=['Y'])({X}), 'float32')"]),
        (
            Boolean(values=("N", "Y"), missing="false"),
            [f"ops.cast(layers.StringLookup(vocabulary=['Y'])({X}), 'float32')"],
        ),
        (
            Boolean(values=("N", "Y"), missing="true"),
            [f"ops.cast(ops.greater(layers.StringLookup(vocabulary=['Y', ''])({X}), 0), 'float32')"],
        ),
        (
            Category(),
            [f"layers.StringLookup(vocabulary=sorted({TRAIN}.unique()), output_mode='one_hot')({X})"],
        ),
        (
            Category(unknown="zeros"),
            [f"layers.StringLookup(vocabulary=sorted({TRAIN}.unique()), output_mode='one_hot')({X})[:, 1:]"],
        ),
        (
            Category(encoding="hashing"),
            [f"layers.Hashing(num_bins=64, output_mode='one_hot')({X})"],
        ),
        (
            Category(encoding="embedding", dim=3),
            [
                f"vocabulary = sorted({TRAIN}.unique())",
                f"layers.StringLookup(vocabulary=vocabulary)({X})",
                "layers.Embedding(len(vocabulary) + 1, 3)",
            ],
        ),
    ],
)
def test_what_becomes_of_a_column(feature: Feature, lines: list[str]) -> None:
    assert steps_and_encoding(feature) == lines


def test_a_clipped_number_learns_from_clipped_values() -> None:
    (known, value, encoding) = steps_and_encoding(Number(missing="mean", clip=(0, 9)))
    assert known == f"known = {TRAIN}.clip(0, 9)"
    assert "float(known.mean())" in value
    assert encoding == normalized("known.mean()", "known.var(ddof=0) or 1", "value")


def test_what_learns_nothing_looks_at_no_training_values() -> None:
    (value, encoding) = steps_and_encoding(Number(normalize="none", clip=(0, 9)))
    assert value.startswith("value = ")
    assert encoding == "value"


def test_missing_texts_that_are_unknown_are_no_part_of_a_vocabulary() -> None:
    (encoding,) = steps_and_encoding(Category(missing="unknown"), Facts(missing=("", "NA")))
    assert f"sorted({TRAIN}[~{TRAIN}.isin(['', 'NA'])].unique())" in encoding


@pytest.mark.parametrize(
    ("feature", "facts", "width"),
    [
        (Number(), TEXT, 1),
        (Number(buckets=(1, 2, 3)), TEXT, 4),
        (Boolean(values=("N", "Y")), TEXT, 1),
        (Category(), TEXT, None),
        (Category(), Facts(distinct=3), 4),
        (Category(unknown="zeros"), Facts(distinct=3), 3),
        (Category(encoding="embedding", dim=5), Facts(distinct=3), 5),
        (Category(encoding="hashing", bins=7), Facts(distinct=3), 7),
    ],
)
def test_widths(feature: Feature, facts: Facts, width: int | None) -> None:
    assert feature.filled(facts).recipe(facts).tensor.shape == (None, width)


@pytest.mark.parametrize(
    ("feature", "facts", "dtype"),
    [
        (Number(), TEXT, "float32"),
        (Category(), TEXT, "string"),
        (Boolean(), Facts(booleans=("no", "yes")), "string"),
        (Boolean(), Facts("boolean", booleans=("False", "True")), "float32"),
        (Boolean(), Facts("integer", booleans=("0", "1")), "float32"),
        (Boolean(values=("1", "2")), Facts("integer"), "string"),
    ],
)
def test_the_type_of_the_raw_input(feature: Feature, facts: Facts, dtype: str) -> None:
    assert feature.filled(facts).recipe(facts).dtype == dtype


def test_what_is_not_said_is_filled_in() -> None:
    assert Boolean().filled(Facts(booleans=("no", "yes"))).values == ("no", "yes")
    assert Boolean(values=("a", "b")).filled(Facts(booleans=("no", "yes"))).values == ("a", "b")
    assert Category(encoding="embedding").filled(TEXT).dim == 8
    assert Category(encoding="hashing").filled(TEXT).bins == 64
    assert (Category().filled(TEXT).dim, Category().filled(TEXT).bins) == (None, None)
    assert Number().filled(TEXT) == Number()


@pytest.mark.parametrize(
    ("feature", "option"),
    [
        (Number(clip=(2, 1)), "clip"),
        (Number(clip=(1, 1)), "clip"),
        (Number(buckets=(2, 1)), "buckets"),
        (Number(buckets=(1, 1)), "buckets"),
        (Boolean(values=("x", "x")), "values"),
        (Category(encoding="embedding", unknown="zeros"), "unknown"),
    ],
)
def test_options_that_contradict_each_other(feature: Feature, option: str) -> None:
    assert [name for name, message, hint in feature.conflicts() if message and hint] == [option]


@pytest.mark.parametrize("feature", [Number(clip=(None, 1)), Number(buckets=(1, 2)), Boolean(), Category()])
def test_options_that_agree(feature: Feature) -> None:
    assert list(feature.conflicts()) == []


@pytest.mark.parametrize(
    ("feature", "allowed"),
    [
        (Number(), False),
        (Number(missing="mean"), True),
        (Boolean(), False),
        (Boolean(missing="true"), True),
        (Category(), True),
        (Category(missing="error"), False),
    ],
)
def test_what_a_feature_expects_of_its_column(feature: Feature, allowed: bool) -> None:
    expected = feature.expected("x", HERE)
    assert (expected.column, expected.kind, expected.span) == ("x", feature.kind, HERE)
    assert expected.missing_allowed is allowed


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_it_is(kind: str) -> None:
    section = KINDS[kind]
    assert section.kind == kind
    assert section.plural.isidentifier()
    assert section.plural.isupper()
    assert section.doc
    assert section.__doc__
    assert "shape" in section.__doc__ or "(batch" in section.__doc__


@pytest.mark.parametrize(("rescale", "is_wrong"), [("2.5/3", False), ("1/255", False), ("0", True), ("9" * 15, True)])
def test_a_fraction_of_an_image_is_a_number_above_zero(rescale: str, is_wrong: bool) -> None:
    found = [option for option, _, _ in Image(size=(8, 8), rescale=rescale).conflicts()]
    assert found == (["rescale"] if is_wrong else [])
