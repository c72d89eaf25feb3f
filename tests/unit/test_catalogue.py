"""The catalogue by itself; tests/keras holds it against Keras."""

import json
import math
import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from specrun.compiler import catalogue
from specrun.compiler.allowed import ATTRIBUTES, FUNCTIONS
from specrun.compiler.catalogue import REQUIRED, Argument, Entry, Inputs, Labels, mode_of
from specrun.compiler.language.sections import Keras

ENTRIES = [entry for family in catalogue.FAMILIES.values() for entry in family.values()]
ARGUMENTS = [
    pytest.param(entry, argument, id=f"{entry.family}.{entry.name}.{argument.name}")
    for entry in ENTRIES
    for argument in entry.arguments
]
each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: f"{e.family}.{e.name}")
each_argument = pytest.mark.parametrize(("entry", "argument"), ARGUMENTS)


def entry_of(family: str, name: str) -> Entry:
    found = catalogue.find(family, name)
    assert found is not None
    return found


def takes(family: str, name: str, argument: str, value: object) -> bool:
    found = entry_of(family, name).argument(argument)
    assert found is not None
    return bool(Draft202012Validator(found.schema).is_valid(value))


def fragments(schema: object) -> Iterator[Mapping[str, object]]:
    if isinstance(schema, Mapping):
        yield schema
        yield from fragments(schema.get("items"))


@each_argument
def test_a_fragment_is_valid_in_both_drafts_and_takes_its_default(entry: Entry, argument: Argument) -> None:
    Draft7Validator.check_schema(argument.schema)
    Draft202012Validator.check_schema(argument.schema)
    if argument.default is not REQUIRED:
        default = json.loads(json.dumps(argument.default))  # lists in place of tuples
        for validator in (Draft7Validator, Draft202012Validator):
            validator(argument.schema).validate(default)
        assert catalogue.typed(argument.schema, argument.default) == argument.default, entry.name
        assert type(catalogue.typed(argument.schema, argument.default)) is type(argument.default), entry.name


@each_argument
def test_a_fragment_bounds_what_it_takes(entry: Entry, argument: Argument) -> None:
    for fragment in fragments(argument.schema):
        types = fragment["type"] if isinstance(fragment["type"], list) else [fragment["type"]]
        if {"integer", "number"} & set(types):
            assert {"minimum", "exclusiveMinimum"} & set(fragment), entry.name
            assert {"maximum", "exclusiveMaximum"} & set(fragment), entry.name
            refused = [True, math.inf, -math.inf]
            assert not any(Draft202012Validator(fragment).is_valid(value) for value in refused)
        if "string" in types:
            assert {"enum", "maxLength"} & set(fragment) or argument.family, entry.name
        if "array" in types:
            assert {"items", "maxItems"} <= set(fragment), entry.name
        if "enum" in fragment and "null" in types:
            assert None in fragment["enum"]  # type: ignore[operator]


@each_argument
def test_an_argument_of_a_family_lists_names_of_it(entry: Entry, argument: Argument) -> None:
    assert argument.doc
    assert "\n" not in argument.doc
    if argument.family is None:
        return
    items = argument.schema.get("items", argument.schema)
    assert isinstance(items, Mapping)
    names = items.get("enum", [])
    assert isinstance(names, list)
    assert set(names) - {None} <= set(catalogue.family(argument.family))
    assert argument.default in {*names, REQUIRED} or argument.family == "schedules", entry.name


@each_entry
def test_an_entry_is_whole(entry: Entry) -> None:
    assert catalogue.find(entry.family, entry.name) is entry
    assert entry.doc
    assert "\n" not in entry.doc
    assert len({argument.name for argument in entry.arguments}) == len(entry.arguments)
    assert not {"name", "inputs", "dtype"} & {argument.name for argument in entry.arguments}
    assert entry.first is None or entry.argument(entry.first) is not None
    assert entry.function in FUNCTIONS
    assert 1 <= entry.fewest <= (entry.most or entry.fewest)
    assert (entry.most == 1) == (entry.inputs is Inputs.ONE)
    assert bool(entry.fits) == (entry.family in {"losses", "metrics"}) == (entry.mode in {"min", "max"})
    for needed in entry.fits.values():
        assert all(entry.argument(name) is not None for name in needed)


@pytest.mark.parametrize("family", catalogue.FAMILIES)
def test_a_name_stands_alone_where_no_option_is_required(family: str) -> None:
    entries = catalogue.family(family).values()
    bare = {entry.name for entry in entries if all(a.default is not REQUIRED for a in entry.arguments)}
    assert set(catalogue.family(family).bare()) == bare


def test_what_is_only_nested_is_a_cell() -> None:
    assert {entry.name for entry in catalogue.family("layers").values() if entry.only_nested} == {
        *catalogue.ONLY_NESTED
    }


def test_unknown_names_are_not_found() -> None:
    assert catalogue.find("layers", "dense") is None
    with pytest.raises(KeyError):
        catalogue.family("layer")


@pytest.mark.parametrize("family", catalogue.unavailable)
def test_what_is_unavailable_has_a_reason_and_cannot_be_called(family: str) -> None:
    module = {"schedules": "optimizers.schedules"}.get(family, family)
    for name, reason in catalogue.unavailable[family].items():
        assert catalogue.find(family, name) is None
        assert reason
        prepares_a_column = "say so under `features`" in reason  # and the plan makes it
        assert prepares_a_column or f"keras.{module}.{name}" not in FUNCTIONS


@pytest.mark.parametrize("family", catalogue.aliases)
def test_an_alias_leads_to_a_name(family: str) -> None:
    for alias, name in catalogue.aliases[family].items():
        assert catalogue.find(family, alias) is None
        assert catalogue.find(family, name) is not None or name in catalogue.unavailable[family]


def test_nothing_that_runs_code_or_opens_the_network_can_be_called() -> None:
    banned = {"eval", "exec", "open", "getattr", "compile", "__import__", "keras.layers.Lambda", "pandas.read_pickle"}
    assert not banned & FUNCTIONS
    assert not any(name.endswith((".get", ".deserialize", "load_model")) for name in FUNCTIONS)
    assert not any(name.startswith("_") for name in ATTRIBUTES)


@pytest.mark.parametrize("value", [0, -1, True, 1.5, 2**31, "8", None, [8]])
def test_units_are_whole_and_positive(value: object) -> None:
    assert not takes("layers", "Dense", "units", value)
    assert takes("layers", "Dense", "units", 8)


@pytest.mark.parametrize("value", [-0.1, 1, 1.0, True, "0.2", math.inf])
def test_a_rate_is_a_share(value: object) -> None:
    assert not takes("layers", "Dropout", "rate", value)
    assert takes("layers", "Dropout", "rate", 0)
    assert takes("layers", "Dropout", "rate", 0.99)


@pytest.mark.parametrize("value", [0, -1.0, 0.0, True, math.inf, 1e9, None])
def test_a_learning_rate_is_positive_and_finite(value: object) -> None:
    assert not takes("optimizers", "Adam", "learning_rate", value)
    assert takes("optimizers", "Adam", "learning_rate", 1e-3)


def test_a_vector_takes_no_initializer_or_regularizer_of_matrices() -> None:
    assert takes("layers", "Dense", "kernel_initializer", "Orthogonal")
    assert not takes("layers", "Dense", "bias_initializer", "Orthogonal")
    assert takes("layers", "Dense", "kernel_regularizer", "OrthogonalRegularizer")
    assert not takes("layers", "Dense", "bias_regularizer", "OrthogonalRegularizer")


def test_defaults_are_filled_in_and_typed() -> None:
    filled = catalogue.with_defaults(entry_of("layers", "Dense"), {"units": 8.0})
    assert filled["units"] == 8
    assert isinstance(filled["units"], int)
    assert filled["kernel_initializer"] == "GlorotUniform"
    assert next(iter(filled)) == "units"
    rate = catalogue.with_defaults(entry_of("optimizers", "SGD"), {"learning_rate": 1, "momentum": 0})
    assert isinstance(rate["learning_rate"], float)
    assert isinstance(rate["momentum"], float)


def test_arguments_that_do_not_fit_the_entry_are_refused() -> None:
    dense = entry_of("layers", "Dense")
    with pytest.raises(ValueError, match="untis"):
        catalogue.with_defaults(dense, {"untis": 8, "units": 8})
    with pytest.raises(ValueError, match="missing"):
        catalogue.with_defaults(dense, {})


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "number"}, 2, 2.0),
        ({"type": ["number", "null"]}, None, None),
        ({"type": ["number", "array"], "items": {"type": "number"}}, [1, 0.5], [1.0, 0.5]),
        ({"type": "integer"}, 3.0, 3),
        ({"type": "integer"}, 3.5, 3.5),
        ({"type": "boolean"}, True, True),
        ({"type": "string"}, "relu", "relu"),
        ({"type": "number"}, {"CosineDecay": {}}, {"CosineDecay": {}}),
    ],
)
def test_values_get_the_type_that_keras_wants(schema: object, value: object, expected: object) -> None:
    assert repr(catalogue.typed(schema, value)) == repr(expected)


@pytest.mark.parametrize(
    ("family", "name", "given", "words"),
    [
        ("optimizers", "Adam", {"clipnorm": 1.0, "clipvalue": 1.0}, "`clipnorm` and `clipvalue`"),
        ("initializers", "RandomUniform", {"minval": 1.0}, "`minval` is 1.0"),
        ("constraints", "MinMaxNorm", {"min_value": 2.0}, "above `max_value`"),
        ("schedules", "PiecewiseConstantDecay", {"boundaries": [5, 9], "values": [1, 2]}, "3 `values`"),
        ("schedules", "PiecewiseConstantDecay", {"boundaries": [9, 5], "values": [1, 2, 3]}, "rise"),
        (
            "schedules",
            "CosineDecay",
            {"initial_learning_rate": 0, "decay_steps": 9, "warmup_steps": 3},
            "only together",
        ),
    ],
)
def test_arguments_that_exclude_each_other(family: str, name: str, given: dict[str, object], words: str) -> None:
    message = catalogue.conflict(entry_of(family, name), given)
    assert message is not None
    assert words in message


@pytest.mark.parametrize(
    ("family", "name", "given"),
    [
        ("optimizers", "Adam", {"clipnorm": 1.0}),
        ("initializers", "RandomUniform", {}),
        ("layers", "Dense", {"units": 3}),
        ("schedules", "PiecewiseConstantDecay", {"boundaries": [5, 9], "values": [1, 2, 3]}),
        (
            "schedules",
            "CosineDecay",
            {"initial_learning_rate": 0, "decay_steps": 9, "warmup_steps": 3, "warmup_target": 0.1},
        ),
    ],
)
def test_arguments_that_go_together(family: str, name: str, given: dict[str, object]) -> None:
    assert catalogue.conflict(entry_of(family, name), given) is None


def of_keras(name: str, **options: object) -> Keras:
    return Keras(name=name, options=tuple(options.items()))


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("Conv2D", {"filters": 6, "kernel_size": 3, "strides": 2, "dilation_rate": [1, 2]}, "cannot both be above 1"),
        ("Conv2D", {"filters": 6, "kernel_size": 3, "groups": 4}, "6, which is no multiple of `groups`, 4"),
        ("Conv1DTranspose", {"filters": 6, "kernel_size": 3, "strides": 2, "output_padding": 2}, "less than `strides`"),
        ("DepthwiseConv2D", {"kernel_size": 3, "strides": [1, 2]}, "the same along both axes"),
        ("GroupQueryAttention", {"head_dim": 2, "num_query_heads": 3, "num_key_value_heads": 2}, "no multiple"),
        ("Permute", {"dims": [2, 3]}, "each of the axes 1 to 2 once"),
        ("Resizing", {"height": 2, "width": 2, "crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True}, "exclude"),
        ("RandomGaussianBlur", {"kernel_size": [3, 4]}, "has to be odd"),
        ("STFTSpectrogram", {"frame_length": 8, "frame_step": 9}, "`frame_step` is 9, above `frame_length`"),
        ("Bidirectional", {"layer": of_keras("GRU", units=3, go_backwards=True)}, "from the end already"),
        (
            "Bidirectional",
            {"layer": of_keras("GRU", units=3), "backward_layer": of_keras("GRU", units=3)},
            "has to set `go_backwards: true`",
        ),
        (
            "Bidirectional",
            {
                "layer": of_keras("GRU", units=3, return_sequences=True),
                "backward_layer": of_keras("GRU", units=3, go_backwards=True),
            },
            "`return_sequences` has to be the same",
        ),
        ("Dense", {"units": 3, "kernel_constraint": of_keras("MaxNorm", axis=2)}, "and the kernel has 2 axes"),
        ("Dense", {"units": 3, "bias_constraint": of_keras("MaxNorm", axis=1)}, "and the bias has one axis"),
        (
            "EinsumDense",
            {"equation": "ab,b->a", "output_shape": 3, "kernel_initializer": "Orthogonal"},
            "the kernel has one axis",
        ),
    ],
)
def test_options_of_a_layer_that_exclude_each_other(name: str, given: dict[str, object], words: str) -> None:
    message = catalogue.conflict(entry_of("layers", name), given)
    assert message is not None
    assert words in message


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("Conv2D", {"filters": 6, "kernel_size": 3, "strides": 2, "groups": 3}),
        ("Conv1DTranspose", {"filters": 6, "kernel_size": 3, "strides": 2, "output_padding": 1}),
        ("Bidirectional", {"layer": of_keras("GRU", units=3)}),
        (
            "Bidirectional",
            {"layer": of_keras("GRU", units=3), "backward_layer": of_keras("GRU", units=3, go_backwards=True)},
        ),
        (
            "Conv2D",
            {"filters": 6, "kernel_size": 3, "kernel_constraint": of_keras("MaxNorm", axis=(0, 1, 2))},
        ),
        ("GRU", {"units": 3, "bias_constraint": of_keras("MaxNorm", axis=1)}),
        ("LayerNormalization", {"axis": [1, 2], "gamma_constraint": of_keras("MaxNorm", axis=1)}),
        ("EinsumDense", {"equation": "ab,bc->ac", "output_shape": 3, "kernel_initializer": "Orthogonal"}),
    ],
)
def test_options_of_a_layer_that_go_together(name: str, given: dict[str, object]) -> None:
    assert catalogue.conflict(entry_of("layers", name), given) is None


@pytest.mark.parametrize(
    ("name", "argument", "reason"),
    [("LSTM", "return_state", "one output"), ("AUC", "from_logits", "probability"), ("Dense", "lora_rank", "tunes")],
)
def test_why_an_argument_of_keras_is_left_out(name: str, argument: str, reason: str) -> None:
    assert reason in str(catalogue.why_left_out(name, argument))


def test_what_keras_does_not_have_is_not_left_out() -> None:
    assert catalogue.why_left_out("Dense", "return_state") is None
    assert catalogue.why_left_out("Dense", "units") is None
    assert catalogue.why_left_out("dens", "lora_rank") is None


@pytest.mark.parametrize("labels", Labels)
def test_each_kind_of_labels_has_a_loss_and_a_metric(labels: Labels) -> None:
    for family in ("losses", "metrics"):
        assert any(labels in entry.fits for entry in catalogue.family(family).values())


def test_a_score_of_two_classes_asks_for_a_threshold() -> None:
    assert entry_of("metrics", "F1Score").fits[Labels.BINARY] == ("average", "threshold")
    assert Labels.SPARSE not in entry_of("losses", "categorical_crossentropy").fits


def test_names_in_a_history() -> None:
    names = {name: catalogue.logged_name(entry_of("metrics", name)) for name in ("AUC", "R2Score", "accuracy")}
    assert names == {"AUC": "auc", "R2Score": "r2_score", "accuracy": "accuracy"}


def test_the_catalogue_loads_no_framework() -> None:
    code = (
        "import sys, specrun.compiler.allowed, specrun.compiler.shapes; "
        "print([m for m in ('tensorflow', 'keras', 'pandas', 'numpy', 'sklearn', 'jsonschema') if m in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


@pytest.mark.parametrize(
    ("measure", "mode"),
    [
        ("loss", "min"),
        ("val_loss", "min"),
        ("accuracy", "max"),
        ("binary_accuracy", "max"),
        ("mean_absolute_error", "min"),
        ("late_auc_2", "max"),
        ("minutes_loss", "min"),
        ("false_positives", "min"),
        ("true_positives", "max"),
        ("speed", None),
    ],
)
def test_what_is_better_of_a_measure(measure: str, mode: str | None) -> None:
    assert mode_of(measure) == mode
