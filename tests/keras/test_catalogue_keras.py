"""The catalogue, held against Keras itself; the shape rules have a file of their own."""

import inspect
from collections.abc import Mapping
from typing import Any

import keras
import pytest

from specrun.compiler import catalogue
from specrun.compiler.catalogue import REQUIRED, Argument, Entry, Labels
from specrun.compiler.catalogue.facts import facts
from specrun.compiler.naming import automatic_name
from specrun.runtime import keras_facts

ENTRIES = [entry for family in catalogue.FAMILIES.values() for entry in family.values()]
OBJECTS = ("initializers", "regularizers", "constraints", "activations")

each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: f"{e.family}.{e.name}")

EVERYWHERE = {"self", "name", "dtype", "kwargs"}


def keras_object(entry: Entry) -> Any:
    found: Any = keras
    for part in entry.function.split(".")[1:]:
        found = getattr(found, part)
    return found


def parameters(entry: Entry) -> dict[str, inspect.Parameter]:
    if entry.family == "activations" or entry.name == "accuracy":
        return {}
    made = keras_object(entry).__init__
    return {} if made is object.__init__ else dict(inspect.signature(made).parameters)


def parameters_of_call(entry: Entry) -> dict[str, inspect.Parameter]:
    later = [argument.name for argument in entry.arguments if argument.of_call]
    called = inspect.signature(keras_object(entry).call).parameters if later else {}
    return {name: called[name] for name in later}


def normalized(argument: Argument, value: object) -> object:
    if argument.family in OBJECTS and isinstance(value, str):
        made = getattr(keras, argument.family).get(value)
        return made.__name__ if inspect.isfunction(made) else (type(made).__name__, made.get_config())
    return [normalized(argument, item) for item in value] if isinstance(value, tuple) else value


def test_the_data_file_is_fresh() -> None:
    assert keras_facts.file().read_text("utf-8") == keras_facts.text(), "write it anew with `make catalogue`"


FOLLOWS = {("Embedding", "input_dim"), ("ReversibleEmbedding", "input_dim")}
"""Arguments that Keras requires and the compiler can tell."""


@each_entry
def test_every_option_is_one_of_keras_with_its_default(entry: Entry) -> None:
    of_keras = parameters(entry) | parameters_of_call(entry)
    for argument in entry.arguments:
        if argument.name == "trainable":
            assert argument.default is inspect.signature(keras.layers.Layer.__init__).parameters["trainable"].default
            continue
        default = of_keras[argument.name].default
        if default is inspect.Parameter.empty:
            follows = (entry.name, argument.name) in FOLLOWS
            assert argument.default is (None if follows else REQUIRED), argument.name
            continue
        assert normalized(argument, argument.default) == normalized(argument, default), argument.name
        assert isinstance(argument.default, bool) == isinstance(default, bool), argument.name


@each_entry
def test_every_option_of_keras_is_in_the_catalogue_or_left_out_with_a_reason(entry: Entry) -> None:
    kinds = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    named = {name for name, parameter in parameters(entry).items() if parameter.kind not in kinds} - EVERYWHERE
    own = {argument.name for argument in entry.arguments if not argument.of_call}
    assert named - own <= set(catalogue.left_out(entry.family))
    assert own - {"trainable"} <= named
    if entry.first is not None and entry.family != "callbacks":  # a call gives it by place
        assert entry.first == next(n for n in parameters(entry) if n != "self")


@pytest.mark.parametrize("entry", catalogue.family("layers").values(), ids=lambda e: e.name)
def test_a_layer_without_a_name_is_called_as_keras_calls_it(entry: Entry) -> None:
    named_by_keras = keras.src.utils.naming.to_snake_case(keras_object(entry).__name__)
    assert automatic_name(entry.name) == named_by_keras


@pytest.mark.parametrize("family", catalogue.FAMILIES)
def test_what_is_left_out_is_an_option_of_keras(family: str) -> None:
    named = {argument["name"] for fact in facts(family).values() for argument in fact.get("arguments", [])}
    assert set(catalogue.left_out(family)) <= named


def string_of(entry: Entry) -> str:
    return {"optimizers": entry.name.lower(), "metrics": catalogue.logged_name(entry)}.get(entry.family, entry.name)


@each_entry
def test_a_string_is_what_keras_takes(entry: Entry) -> None:
    if entry.family in {"layers", "schedules", "callbacks"}:
        assert entry.string is None
        return
    if entry.string is None:
        if not all(entry.fits.values()) or not entry.fits:
            with pytest.raises((ValueError, TypeError, KeyError)):
                getattr(keras, entry.family).get(string_of(entry))
        return
    if entry.string == "accuracy":
        return
    got = getattr(keras, entry.family).get(entry.string)
    expected = keras_object(entry)
    # Keras has each loss as a function too, and takes that one for the string.
    same = isinstance(got, expected) if inspect.isclass(expected) else got is expected
    assert same or got is getattr(keras.losses, entry.string)


REQUIRED_OPTIONS: Mapping[str, dict[str, object]] = {
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
}


@pytest.mark.parametrize("entry", catalogue.family("metrics").values(), ids=lambda e: e.name)
def test_a_metric_is_logged_and_judged_as_the_catalogue_says(entry: Entry) -> None:
    keras.backend.clear_session(free_memory=False)
    metric = keras_object(entry)(**REQUIRED_OPTIONS.get(entry.name, {}))
    if entry.name not in {"accuracy", "LogCoshError"}:
        assert metric.name == catalogue.logged_name(entry)
    direction = getattr(metric, "_direction", None)
    assert direction is None or entry.mode == {"up": "max", "down": "min"}[direction]


LABELS: Mapping[Labels, tuple[list[Any], list[list[float]]]] = {
    Labels.SEVERAL: ([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]], [[0.7, 0.2, 0.6], [0.3, 0.6, 0.1]]),
    Labels.NUMBERS: ([[1.5, 0.2, 2.0], [0.1, 3.0, 1.0]], [[0.7, 0.6, 1.5], [0.2, 2.5, 0.9]]),
    Labels.ONE_HOT: ([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], [[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]]),
    Labels.SPARSE: ([0, 1], [[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]]),
    Labels.BINARY: ([[1.0], [0.0]], [[0.7], [0.6]]),
    Labels.NUMBER: ([[1.5], [0.2]], [[0.7], [0.6]]),
}
NEEDED: Mapping[str, object] = {"average": "macro", "threshold": 0.5}


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.fits], ids=lambda e: f"{e.family}.{e.name}")
def test_losses_and_metrics_give_a_number_for_the_labels_that_they_fit(entry: Entry) -> None:
    if entry.name == "accuracy":
        return
    for labels, needed in entry.fits.items():
        options = {**REQUIRED_OPTIONS.get(entry.name, {}), **{name: NEEDED[name] for name in needed}}
        true, predicted = (keras.ops.convert_to_tensor(values, "float32") for values in LABELS[labels])
        measured = keras_object(entry)(**options)(true, predicted)
        assert keras.ops.shape(measured) == ()
        assert bool(keras.ops.isfinite(measured)), labels


@pytest.mark.parametrize("family", catalogue.FAMILIES)
def test_every_name_of_keras_is_in_the_catalogue_or_known_to_be_out(family: str) -> None:
    module = keras.optimizers.schedules if family == "schedules" else getattr(keras, family)
    known = {entry.function.rsplit(".", 1)[1] for entry in catalogue.family(family).values()}
    known |= set(catalogue.unavailable.get(family, {})) | set(catalogue.aliases.get(family, {}))
    known |= {"get", "serialize", "deserialize"}
    for name in dir(module):
        found = getattr(module, name)
        counts = inspect.isclass(found) or (family == "activations" and inspect.isfunction(found))
        # The lower-case names of classes, such as `he_normal`, are second spellings.
        second = counts and inspect.isclass(found) and name[0].islower()
        if counts and not second and not name.startswith("_"):
            assert name in known or name.lower() in known, name


def test_what_is_unavailable_exists_in_keras() -> None:
    for family, names in catalogue.unavailable.items():
        module = keras.optimizers.schedules if family == "schedules" else getattr(keras, family)
        assert {name for name in names if not hasattr(module, name)} == set()


def test_keras_does_not_load_a_shear_of_one_number() -> None:
    entry = catalogue.family("layers")["RandomShear"]
    for value, is_loaded in ((0.3, False), (0.0, True), ([0.0, 0.3], True)):
        saved = keras.layers.RandomShear(value, 0.0).get_config()
        assert (catalogue.conflict(entry, {"x_factor": value}) is None) == is_loaded
        if is_loaded:
            keras.layers.RandomShear.from_config(saved)
        else:
            with pytest.raises(TypeError):
                keras.layers.RandomShear.from_config(saved)
