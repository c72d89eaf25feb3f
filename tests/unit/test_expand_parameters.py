"""`parameters`: what `$word` becomes, where the value then stands, and which values are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from specrun.compiler.diagnostics import Report
from specrun.compiler.expand import expand, without_holes
from specrun.compiler.expand.references import Hole, escaped, referred, substituted
from specrun.compiler.reader import Mapping, Node, Scalar, Sequence, read
from specrun.compiler.settings import COMMAND_LINE


def expanded(text: str, *settings: str) -> tuple[Mapping, Report]:
    root, problems = read(text, "spec.yaml")
    assert isinstance(root, Mapping)
    assert problems == ()
    report = Report()
    return expand(root, "spec.yaml", Path(), settings, report), report


def plain(text: str, *settings: str) -> Any:
    root, report = expanded(text, *settings)
    assert list(report) == []
    return root.plain()


def found(text: str, *settings: str) -> list[tuple[str, int, str]]:
    """Code, line and what is underlined, of each problem."""
    _, report = expanded(text, *settings)
    return [(d.code, d.span.line, d.span.text[d.span.column - 1 : d.span.end - 1]) for d in report]


def at(root: Node | None, *keys: str | int) -> Scalar:
    for key in keys:
        if isinstance(root, Sequence):
            assert isinstance(key, int)
            root = root.items[key]
        else:
            assert isinstance(root, Mapping)
            root = root.get(str(key))
    assert isinstance(root, Scalar)
    return root


@pytest.mark.parametrize(
    ("default", "value"),
    [
        ("64", 64),
        ("0.1", 0.1),
        ("relu", "relu"),
        ('"64"', "64"),
        ("true", True),
        ("{type: text, default: null}", None),
        ("{type: number, default: 3}", 3),
        ("{default: 5, doc: Five., minimum: 1, maximum: 9}", 5),
        ("{choices: [a, b], default: b}", "b"),
        ("$$width", "$width"),
    ],
)
def test_a_word_becomes_the_default(default: str, value: object) -> None:
    assert plain(f"parameters: {{x: {default}}}\na: $x\n") == {"a": value}


@pytest.mark.parametrize(
    ("default", "setting", "value"),
    [
        ("64", "128", 128),
        ("64", "0x10", 16),
        ("0.5", "1", 1),
        ("relu", "gelu", "gelu"),
        ("relu", "12", "12"),
        ("relu", "'a: b'", "a: b"),
        ("relu", "a: b", "a: b"),
        ("relu", "true", "true"),
        ("false", "true", True),
        ("{type: integer}", "7", 7),
        ("{type: integer, default: null}", "null", None),
        ("{type: text, choices: [a, b]}", "b", "b"),
    ],
)
def test_the_command_line_gives_a_value(default: str, setting: str, value: object) -> None:
    assert plain(f"parameters: {{x: {default}}}\na: $x\n", f"x={setting}") == {"a": value}


def test_words_are_replaced_wherever_a_value_stands() -> None:
    text = """
parameters: {n: 8, word: relu}
a: {b: [$n, {c: "$n"}, [$word]]}
d: '$n'
$n: 1
"""
    assert plain(text) == {"a": {"b": [8, {"c": 8}, ["relu"]]}, "d": 8, "$n": 1}


@pytest.mark.parametrize("value", ["$Price", "$1", "$", "$$", "$$1", "a$n", "$n b", "$n-1", "", "$_n", "$é"])
def test_other_texts_stay(value: str) -> None:
    assert plain(f"a: '{value}'\n") == {"a": value}
    assert referred(value) is None
    assert escaped(value) == value


@pytest.mark.parametrize("text", ["$n", "$$n", "$$$some_word1"])
def test_a_text_that_looks_like_a_word_is_written_with_one_dollar_more(text: str) -> None:
    assert plain(f"a: {escaped(text)}\n") == {"a": text}


def test_a_value_that_begins_with_a_dollar_is_not_looked_at_again() -> None:
    text = """
parameters: {price: $$width, width: 3}
blocks:
  b:
    parameters: {name_of: $price}
    layers: [Dense: {units: $width, activation: $name_of}]
layers: [b, b: {name_of: $$x}]
"""
    assert plain(text)["layers"] == [
        {"Dense": {"units": 3, "activation": "$width"}},
        {"Dense": {"units": 3, "activation": "$x"}},
    ]


def test_what_holds_no_word_is_the_same_node() -> None:
    root, _ = read("a: {b: [1, {c: d}]}\ne: [$x, {f: 1}]\n", "spec.yaml")
    assert isinstance(root, Mapping)
    changed = substituted(root, {"x": Scalar(2, root.span)})
    assert isinstance(changed, Mapping)
    assert changed.plain() == {"a": {"b": [1, {"c": "d"}]}, "e": [2, {"f": 1}]}
    assert changed.entries[0] is root.entries[0]
    old, new = root.get("e"), changed.get("e")
    assert isinstance(old, Sequence)
    assert isinstance(new, Sequence)
    assert new.items[1] is old.items[1]
    assert substituted(root, {}) is not root
    assert substituted(root.entries[0].value, {}) is root.entries[0].value


def test_a_value_stands_where_it_was_written_and_knows_where_it_is_used() -> None:
    root, _ = expanded("parameters: {x: 64}\na: {b: $x}\n")
    span = at(root, "a", "b").span
    assert (span.line, span.column, span.end) == (1, 17, 19)
    assert span.used is not None
    assert (span.used.line, span.used.column, span.used.end) == (2, 8, 10)


def test_a_value_of_the_command_line_stands_there() -> None:
    root, _ = expanded("parameters: {x: 64}\na: $x\n", "x=128")
    span = at(root, "a").span
    assert (span.file, span.column, span.end, span.text) == (COMMAND_LINE, 3, 6, "x=128")


def test_settings_of_keys_go_on_beside_those_of_parameters() -> None:
    text = "parameters: {width: 64}\ntraining: {epochs: 1}\nlayers: [Dense: $width]\n"
    settings = ("training.epochs=$width", "width=8", "layers=[Dense: {units: $width, repeat: 2}]")
    assert plain(text, *settings) == {"training": {"epochs": 8}, "layers": [{"Dense": {"units": 8}}] * 2}


def test_the_declaration_of_a_parameter_can_be_set() -> None:
    text = "parameters: {width: {type: integer, minimum: 4}}\na: $width\n"
    assert plain(text, "parameters.width.default=5") == {"a": 5}
    assert plain(text, "parameters.width=2") == {"a": 2}


@pytest.mark.parametrize(
    ("declaration", "code", "place"),
    [
        ("[1, 2]", "S104", "x"),
        ("null", "S104", "x"),
        ("{type: integer, default: [1]}", "S104", "default"),
        ("{type: integer, default: 1.5}", "S104", "1.5"),
        ("{type: integer, default: true}", "S104", "true"),
        ("{type: text, default: 1}", "S104", "1"),
        ("{type: text, default: a, doc: 3}", "S104", "3"),
        ("{type: text, choices: a}", "S104", "a"),
        ("{type: text, choices: []}", "S104", "choices"),
        ("{type: text, choices: [a, 1]}", "S104", "1"),
        ("{type: text, choices: [[a]]}", "S104", "[a]"),
        ("{type: integer, minimum: low}", "S104", "low"),
        ("{type: text, minimum: 1}", "S102", "minimum"),
        ("{type: int}", "S105", "int"),
        ("{type: [integer]}", "S105", "type"),
        ("{type: text, choices: [a, b], default: c}", "S105", "c"),
        ("{default: 3, minimum: 4}", "S106", "3"),
        ("{default: 3, maximum: 2}", "S106", "3"),
        ("{doc: Nothing else.}", "S103", "x"),
        ("{}", "S103", "x"),
        ("{type: integer, defualt: 3}", "S102", "defualt"),
        ("{L2: 0.01}", "S102", "L2"),
        ("$y", "S503", "$y"),
        ("{type: integer, default: $x}", "S503", "$x"),
    ],
)
def test_wrong_declarations_are_refused_and_not_blamed_on_their_uses(declaration: str, code: str, place: str) -> None:
    assert found(f"parameters: {{x: {declaration}}}\na: $x\n") == [(code, 1, place)]


@pytest.mark.parametrize(
    ("declaration", "setting", "code"),
    [
        ("64", "wide", "S104"),
        ("64", "1.5", "S104"),
        ("64", "true", "S104"),
        ("64", "null", "S104"),
        ("64", "", "S104"),
        ("64", "[1]", "S104"),
        ("true", "1", "S104"),
        ("0.5", "half", "S104"),
        ("64", "[1", "Y108"),
        ("{choices: [a, b], default: a}", "c", "S105"),
        ("{default: 5, minimum: 1}", "0", "S106"),
        ("{default: 5, maximum: 9}", "10", "S106"),
    ],
)
def test_wrong_values_of_the_command_line_are_refused(declaration: str, setting: str, code: str) -> None:
    root, report = expanded(f"parameters: {{x: {declaration}}}\na: {{b: $x, c: 1}}\n", f"x={setting}")
    (problem,) = report
    assert (problem.code, problem.span.file) == (code, COMMAND_LINE)
    assert isinstance(at(root, "a", "b"), Hole)
    assert without_holes(root).plain() == {"a": {"c": 1}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("parameters: {width: {type: integer}}\na: $width\n", [("S504", 1, "width")]),
        ("parameters: {width: 1}\na: $width\nb: $widht\n", [("S503", 3, "$widht")]),
        ("a: $width\nb: [$width]\n", [("S503", 1, "$width"), ("S503", 2, "$width")]),
        ("parameters: {width: 1, depth: 2}\na: $width\n", [("S505", 1, "depth")]),
        ("parameters: {width: 1, depth: 2}\na: $other\n", [("S503", 2, "$other")]),
        ("parameters: {training: 1}\na: $training\n", [("S510", 1, "training")]),
        ("parameters: {extends: 1}\na: $extends\n", [("S510", 1, "extends")]),
        ("parameters: {Width: 1}\na: 1\n", [("S510", 1, "Width")]),
        ("parameters: {9th: 1}\na: 1\n", [("S510", 1, "9th")]),
        ("parameters: [width]\na: $width\n", [("S104", 1, "parameters")]),
        ("parameters: 3\na: $width\n", [("S104", 1, "3")]),
        ("parameters:\na: $width\n", [("S104", 1, "parameters")]),
        ("parameters: {}\na: $width\n", [("S503", 2, "$width")]),
        ("parameters: {cell: LSTM}\nlayers: [$cell: 8]\n", [("S503", 2, "$cell")]),
    ],
)
def test_mistakes_are_told_once_and_where_they_are(text: str, expected: list[tuple[str, int, str]]) -> None:
    assert found(text) == expected


def test_a_near_miss_is_known() -> None:
    _, report = expanded("parameters: {width: 1}\na: $widht\n")
    (problem,) = report
    assert problem.hint == "did you mean `$width`?"
    assert problem.fix is not None
    assert problem.fix.replacement == "$width"


@pytest.mark.parametrize(
    ("setting", "code"),
    [("widht=3", "S102"), ("extends=base.yaml", "S120"), ("extends.x=1", "S120"), ("width", "S120")],
)
def test_settings_that_set_nothing_are_refused(setting: str, code: str) -> None:
    root, report = expanded("parameters: {width: 64}\na: $width\n", setting)
    assert [problem.code for problem in report] == [code]
    assert root.plain() == {"a": 64}


def test_the_parameters_of_a_block_hide_those_of_the_spec() -> None:
    text = """
parameters: {units: 1, rate: 0.5}
blocks:
  b:
    parameters: {units: 2, more: $units}
    layers: [Dense: $units, Dropout: $rate, Dense: $more]
layers: [Dense: $units, b, b: {units: $units}]
"""
    dense: list[object] = [{"Dense": 1}, {"Dense": 2}, {"Dropout": 0.5}, {"Dense": 1}]
    assert plain(text)["layers"] == [*dense, {"Dense": 1}, {"Dropout": 0.5}, {"Dense": 1}]


def test_a_thousand_unknown_words_are_not_all_told() -> None:
    _, report = expanded("a: [" + ", ".join(f"$word{number}" for number in range(1000)) + "]\n")
    assert len(list(report)) == 200
