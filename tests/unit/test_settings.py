"""`--set key.key=value`: what is set, what is refused, and where the spans of the new values stand."""

from __future__ import annotations

import pytest

from specrun.compiler.diagnostics import Report
from specrun.compiler.reader import Mapping, Plain, Scalar, read
from specrun.compiler.settings import COMMAND_LINE, Setting, apply_settings, read_settings

SPEC = "data:\n  path: a.csv\ntraining:\n  epochs: 4\n  optimizer: Adam\nlayers: []\n"


def applied(*settings: str, text: str = SPEC) -> tuple[Mapping, Report]:
    root, problems = read(text, "spec.yaml")
    assert isinstance(root, Mapping)
    assert problems == ()
    report = Report()
    return apply_settings(root, read_settings(settings, report), report), report


def value(root: Mapping, *keys: str) -> Plain:
    found: Plain = root.plain()
    for key in keys:
        assert isinstance(found, dict)
        found = found[key]
    return found


@pytest.mark.parametrize(
    ("setting", "keys", "expected"),
    [
        ("training.epochs=10", ("training", "epochs"), 10),
        ("training.seed=7", ("training", "seed"), 7),
        (
            "training.optimizer={SGD: {learning_rate: 1e-2}}",
            ("training", "optimizer"),
            {"SGD": {"learning_rate": 0.01}},
        ),
        ("target=NO", ("target",), "NO"),
        ("target='12'", ("target",), "12"),
        ("target=a=b", ("target",), "a=b"),
        ("classes=[a, b]", ("classes",), ["a", "b"]),
        ("data.split.test=0.5", ("data", "split", "test"), 0.5),
        ("data.path=12", ("data", "path"), "12"),
        ("data.path=[x]: y # z", ("data", "path"), "[x]: y # z"),
        ("data.path=", ("data", "path"), ""),
        ("training.metrics=", ("training", "metrics"), None),
    ],
)
def test_values_are_set(setting: str, keys: tuple[str, ...], expected: Plain) -> None:
    root, report = applied(setting)
    assert list(report) == []
    assert value(root, *keys) == expected


def test_the_rest_stays_and_the_last_setting_wins() -> None:
    root, report = applied("training.epochs=1", "training.epochs=2")
    assert list(report) == []
    assert value(root) == {
        "data": {"path": "a.csv"},
        "training": {"epochs": 2, "optimizer": "Adam"},
        "layers": [],
    }


def test_a_new_value_stands_on_the_command_line() -> None:
    root, _ = applied("training.epochs=10")
    training = root.get("training")
    assert isinstance(training, Mapping)
    epochs = training.get("epochs")
    assert isinstance(epochs, Scalar)
    assert (epochs.span.file, epochs.span.line, epochs.span.column, epochs.span.end) == (COMMAND_LINE, 1, 17, 19)
    assert epochs.span.text == "training.epochs=10"


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("training.epochs", "S120"),
        ("=3", "S120"),
        ("training.=3", "S120"),
        (".epochs=3", "S120"),
        ("training..epochs=3", "S120"),
        ("", "S120"),
        ("training.epochs.x=3", "S120"),
        ("layers.0=Dense", "S120"),
        ("training.epochs=[1", "Y108"),
        ("training.epochs=!!int 3", "Y116"),
        ("training.epochs=.nan", "Y126"),
        ("training.epochs=a: b", "Y127"),
    ],
)
def test_wrong_settings_are_refused(setting: str, code: str) -> None:
    root, report = applied(setting)
    (problem,) = report
    assert problem.code == code
    assert problem.span.file == COMMAND_LINE
    assert problem.hint
    assert value(root, "data") == {"path": "a.csv"}


def test_every_wrong_setting_is_told() -> None:
    _, report = applied("a", "b", "training.epochs=2")
    assert [problem.message for problem in report] == ["`a` sets nothing", "`b` sets nothing"]


@pytest.mark.parametrize(
    ("typed", "text"),
    [("12", "12"), ("null", "null"), ("'a b'", "a b"), ('"12"', "12"), ("a: b", "a: b"), ("[1", "[1"), ("", "")],
)
def test_a_value_can_be_taken_for_a_text(typed: str, text: str) -> None:
    value = Setting("file", typed).as_text()
    assert (value.value, value.quoted) == (text, True)
    assert (value.span.file, value.span.column) == (COMMAND_LINE, 6)
