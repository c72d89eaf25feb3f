"""Scripts of TensorFlow alone: what they cannot hold and where, names that meet, and what hangs on the data."""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import specrun
from specrun.compiler.catalogue import FAMILIES
from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.compiler.expressions import Literal
from specrun.compiler.script import write_script
from specrun.compiler.script.options import Options, Refused
from specrun.compiler.script.targets.tensorflow import network  # noqa: F401 - the rules are entered with it
from specrun.compiler.script.targets.tensorflow.activations import ACTIVATIONS, TWICE
from specrun.compiler.script.targets.tensorflow.callbacks import CALLBACKS
from specrun.compiler.script.targets.tensorflow.initializers import INITIALIZERS
from specrun.compiler.script.targets.tensorflow.losses import CROSSENTROPIES, LOSSES, MEANS, METRICS, TAKEN
from specrun.compiler.script.targets.tensorflow.optimizers import OPTIMIZERS
from specrun.compiler.script.targets.tensorflow.regularizers import REGULARIZERS
from specrun.compiler.script.targets.tensorflow.rules import LAYERS
from specrun.compiler.script.targets.tensorflow.schedules import SCHEDULES

SPECS = Path(__file__).parents[2] / "specs"
RULES = {
    "layers": LAYERS,
    "activations": ACTIVATIONS,
    "initializers": INITIALIZERS,
    "regularizers": REGULARIZERS,
    "optimizers": OPTIMIZERS,
    "schedules": SCHEDULES,
    "losses": [*CROSSENTROPIES, *LOSSES],
    "metrics": [*MEANS, *METRICS],
    "callbacks": CALLBACKS,
}


def compiled(**changed: Any) -> Compilation:
    spec: dict[str, Any] = {
        "specrun": 1,
        "name": "small",
        "data": {"dataset": "wine", "split": {"test": 0.2, "validation": 0.2}},
        "features": {"*": "number"},
        "target": "target",
        "classes": [0, 1, 2],
        "layers": [{"Dense": 4}],
        "training": {},
        **changed,
    }
    text = "\n".join(f"{key}: {json.dumps(value)}" for key, value in spec.items())
    return compile_spec(Source(text, "small.yaml", Path()))


def script(**changed: Any) -> str:
    return write_script(compiled(**changed).plan, Path(), Path(), "tensorflow")


def refused(**changed: Any) -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecError) as found:
        script(**changed)
    return tuple(found.value.diagnostics)


@pytest.mark.parametrize("family", RULES)
def test_what_there_is_a_rule_for_is_in_the_catalogue(family: str) -> None:
    assert [name for name in RULES[family] if name not in FAMILIES[family]] == []


def test_rules_name_options_that_there_are() -> None:
    for rule in LAYERS.values():
        of_rule = [FAMILIES["layers"][name].defaults for name, other in LAYERS.items() if other.make is rule.make]
        assert rule.options <= {option for defaults in of_rule for option in defaults}
    for family, options in (("optimizers", OPTIMIZERS), ("callbacks", CALLBACKS)):
        for name, taken in options.items():
            assert [option for option in taken if option not in FAMILIES[family][name].defaults] == [], name
    for name, taken in TAKEN.items():
        family = "metrics" if name in FAMILIES["metrics"] else "losses"
        assert [option for option in taken if option not in FAMILIES[family][name].defaults] == [], name


@pytest.mark.parametrize("name", LAYERS)
def test_an_option_that_a_rule_does_not_know_is_refused(name: str) -> None:
    entry, rule = FAMILIES["layers"][name], LAYERS[name]
    for option in entry.defaults.keys() - rule.options:
        with pytest.raises(Refused, match=f"`{option}` of the layer `{name}`"):
            Options(entry, {option: Literal("something else")}).only(rule.options)


def test_activations_that_name_their_value_twice_are_known() -> None:
    twice = {
        name for name, source in ACTIVATIONS.items() if ast.unparse(ast.parse(source)).count("x") > _x_in_words(source)
    }
    assert twice == TWICE


def _x_in_words(source: str) -> int:
    """How often the letter stands in the text beside one mention of the value itself."""
    names = [node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name) and node.id == "x"]
    return source.count("x") - len(names) + 1


@pytest.mark.parametrize(
    ("changed", "messages"),
    [
        ({"layers": [{"GroupNormalization": 1}]}, ["the layer `GroupNormalization`"]),
        (
            {"layers": [{"Dense": {"units": 4, "kernel_constraint": "UnitNorm"}}]},
            ["`kernel_constraint` of the layer `Dense`"],
        ),
        ({"layers": [{"Dense": {"units": 4, "activation": "sparsemax"}}]}, ["the activation `sparsemax`"]),
        (
            {"layers": [{"Dense": {"units": 4, "kernel_initializer": {"GlorotUniform": {"seed": 1}}}}]},
            ["`seed` of the initializer `GlorotUniform`"],
        ),
        ({"layers": [{"Dropout": {"rate": 0.1, "seed": 4}}]}, ["`seed` of the layer `Dropout`"]),
        ({"training": {"optimizer": "Lion"}}, ["the optimizer `Lion`"]),
        ({"training": {"optimizer": {"Adam": {"amsgrad": True}}}}, ["`amsgrad` of the optimizer `Adam`"]),
        (
            {
                "training": {
                    "optimizer": {
                        "SGD": {
                            "learning_rate": {
                                "PiecewiseConstantDecay": {"boundaries": [2], "values": [0.1, 0.01]},
                            }
                        }
                    }
                }
            },
            ["the schedule `PiecewiseConstantDecay`"],
        ),
        ({"training": {"callbacks": ["TerminateOnNaN"]}}, ["the callback `TerminateOnNaN`"]),
        (
            {"training": {"callbacks": [{"EarlyStopping": {"monitor": "accuracy"}}]}},
            ["`accuracy`, which the callback `EarlyStopping` watches"],
        ),
        (
            {"training": {"callbacks": [{"EarlyStopping": {"patience": 1}}, {"EarlyStopping": {"patience": 2}}]}},
            ["a second `EarlyStopping`"],
        ),
        (
            {"training": {"loss": {"sparse_categorical_crossentropy": {"reduction": "sum"}}}},
            ["`reduction` of the loss `sparse_categorical_crossentropy`"],
        ),
        ({"training": {"loss": "dice", "metrics": ["F1Score"]}}, None),
        (
            {"layers": [{"Reshape": [4, 4, 1]}, {"Conv2D": {"filters": 1, "kernel_size": 2, "groups": 2}}]},
            None,
        ),
    ],
)
def test_what_cannot_be_held_is_refused_at_its_place(changed: dict[str, Any], messages: list[str] | None) -> None:
    if messages is None:  # the compiler itself refuses it
        with pytest.raises(SpecError):
            script(**changed)
        return
    found = refused(**changed)
    assert [diagnostic.message for diagnostic in found] == [
        f"the target `tensorflow` has no rule for {message}" for message in messages
    ]
    assert {diagnostic.code for diagnostic in found} == {"S601"}
    assert all("--target keras" in diagnostic.hint for diagnostic in found)
    key = next(iter(changed))
    assert all(diagnostic.span.text.startswith(f"{key}:") for diagnostic in found)


def test_all_that_cannot_be_held_is_reported_at_once() -> None:
    found = refused(
        layers=[{"GroupNormalization": 1}, {"Dense": {"units": 4, "activation": "sparsemax"}}, {"AlphaDropout": 0.1}],
        training={"optimizer": "Lion", "callbacks": ["TerminateOnNaN"], "metrics": ["SparseCategoricalAccuracy"]},
    )
    assert len(found) == 5


def test_a_mask_that_keras_would_take_into_account_is_no_secret() -> None:
    features = {"message": {"type": "text", "vocabulary": 50, "length": 5}}
    data = {"path": str(SPECS / "data" / "messages.csv"), "split": {"test": 0.2}}
    embedded = {"Embedding": {"output_dim": 4, "mask_zero": True}}
    of_text = {"data": data, "features": features, "target": "topic", "classes": "auto"}
    for layers, message in (
        ([embedded, "BatchNormalization", "Flatten"], "padding that the layer `BatchNormalization` leaves out"),
        (
            [
                {**embedded, "Embedding": {**embedded["Embedding"], "name": "e"}},
                {"Dense": {"units": 4, "name": "d"}},
                {"Concatenate": {"inputs": ["e", "d"]}},
                "Flatten",
            ],
            "padding that the layer `Concatenate` joins",
        ),
    ):
        assert [found.message for found in refused(**of_text, layers=layers)] == [
            f"the target `tensorflow` has no rule for {message}"
        ]
    clipped = {"optimizer": {"Adam": {"clipnorm": 1.0}}}
    (found,) = refused(**of_text, layers=[embedded, "Flatten"], training=clipped)
    assert "the optimizer `Adam` bounds beside an embedding" in found.message


def test_names_of_layers_meet_no_name_of_the_script() -> None:
    names = ["gru", "lstm", "mean", "variance", "self", "training", "normalized", "translated", "a.b", "a_b", "1st"]
    dense = [{"Dense": {"units": 3, "inputs": "features", "name": name}} for name in names]
    text = script(layers=[*dense, {"Add": {"inputs": names}}, "BatchNormalization"])
    tree = ast.parse(text)
    (network_class,) = (node for node in tree.body if isinstance(node, ast.ClassDef))
    methods = {node.name: node for node in network_class.body if isinstance(node, ast.FunctionDef)}
    stored = [
        node.id
        for node in ast.walk(methods["__call__"])
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    assert not {"gru", "lstm", "self", "training", "normalized", "translated"} & set(stored)
    assert stored.count("mean") == stored.count("variance") == 1  # of the normalization
    attributes = [
        node.attr
        for node in ast.walk(methods["__init__"])
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    ]
    assert len(attributes) == len(set(attributes))
    assert {"a_b_kernel", "a_b_kernel_2", "layer_1st_kernel"} <= set(attributes)


@cache
def shipped(stem: str) -> str:
    return specrun.load(SPECS / f"{stem}.yaml").script("tensorflow", folder=SPECS)


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_spec_is_held_without_keras(path: Path) -> None:
    text = shipped(path.stem)
    assert "keras" not in text.lower().replace("as keras has", "")


def test_the_hotel_script_beats_its_example() -> None:
    assert len(shipped("hotel_reviews").splitlines()) < 112


def test_what_is_as_wide_as_the_data_tell_is_not_written_as_a_number() -> None:
    assert "width = len(NUMBERS + BOOLEANS) + sum(len(self.vocabulary[name]) + 1 for name in CATEGORIES)" in shipped(
        "hotel_reviews"
    )
    assert "glorot_uniform(8 + width, len(CLASSES))" in shipped("wide_and_deep")
    assert "glorot_uniform(13, 16)" in shipped("wine")


def test_only_what_a_network_needs_stands_in_its_script() -> None:
    assert "training" not in shipped("hotel_reviews").replace("# Training", "").replace("the training rows", "")
    for stem, needed in {
        "hotel_reviews": "glorot_uniform",
        "messages": "gru orthogonal squared words glorot_uniform",
    }.items():
        made = {node.name for node in ast.parse(shipped(stem)).body if isinstance(node, ast.FunctionDef)}
        assert made == {*needed.split(), "tensors", "train_epoch"}
