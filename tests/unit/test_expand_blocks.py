"""`blocks` and `repeat`: the flat list of layers that they come to, its names and what each layer takes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from specrun.compiler.diagnostics import Report
from specrun.compiler.expand import expand
from specrun.compiler.naming import AutomaticNames
from specrun.compiler.reader import Mapping, Node, Scalar, Sequence, read

RESIDUAL = """
blocks:
  residual:
    parameters: {units: 64, rate: 0.1}
    layers:
      - Dense: {units: $units}
      - Dropout: $rate
      - Dense: {units: $units, name: inner}
      - Add: {inputs: [input, inner]}
      - ReLU
"""
PAIR = """
blocks:
  pair:
    layers:
      - Dense: 1
      - Dense: {units: 2, name: second}
"""


def expanded(text: str) -> tuple[Mapping, Report]:
    root, problems = read(text, "spec.yaml")
    assert isinstance(root, Mapping)
    assert problems == ()
    report = Report()
    return expand(root, "spec.yaml", Path(), (), report), report


def layers(text: str) -> Any:
    root, report = expanded(text)
    assert list(report) == []
    plain = root.plain()
    assert isinstance(plain, dict)
    return plain["layers"]


def nodes(text: str) -> tuple[Node, ...]:
    node = expanded(text)[0].get("layers")
    assert isinstance(node, Sequence)
    return node.items


def found(text: str) -> list[tuple[str, int, str]]:
    """Code, line and what is underlined, of each problem."""
    _, report = expanded(text)
    return [(d.code, d.span.line, d.span.text[d.span.column - 1 : d.span.end - 1]) for d in report]


def residual(units: int, inner: str, given: str, rate: float = 0.1) -> list[object]:
    """The layers of a block that takes what the layer before it gives."""
    return [
        {"Dense": {"units": units}},
        {"Dropout": rate},
        {"Dense": {"units": units, "name": inner}},
        {"Add": {"inputs": [given, inner]}},
        "ReLU",
    ]


def test_a_spec_without_blocks_is_the_same_tree() -> None:
    root, _ = read("a: 1\nlayers: [Dense: 8, Dense: {units: 8, name: x, inputs: [y]}, tower, {a: 1, b: 2}, 3]\n", "f")
    assert isinstance(root, Mapping)
    report = Report()
    assert expand(root, "f", Path(), (), report).get("layers") is root.get("layers")
    assert list(report) == []


def test_a_block_takes_all_the_features_where_it_stands_first() -> None:
    assert layers(f"{RESIDUAL}layers: [residual]\n") == residual(64, "residual_1_inner", "features")


@pytest.mark.parametrize("taken", ["features: {features: number}", "groups: {features: [a]}"])
def test_all_the_features_have_another_name_where_that_is_taken(taken: str) -> None:
    assert layers(f"{taken}\n{RESIDUAL}layers: [residual]\n") == residual(64, "residual_1_inner", "features_")


def test_a_block_takes_what_the_layer_before_gives() -> None:
    text = f"{RESIDUAL}layers: [Dense: 8, Dense: 8, residual, Dense: {{units: 8, name: wide}}, residual: 32]\n"
    assert layers(text) == [
        {"Dense": 8},
        {"Dense": 8},
        *residual(64, "residual_1_inner", "dense_1"),
        {"Dense": {"units": 8, "name": "wide"}},
        *residual(32, "residual_2_inner", "wide"),
    ]


def test_a_block_gives_what_its_last_layer_gives() -> None:
    text = f"{RESIDUAL}layers: [residual: {{rate: 0.5}}, residual, Dense: 1]\n"
    first, second = residual(64, "residual_1_inner", "features", 0.5), residual(64, "residual_2_inner", "re_lu")
    assert layers(text) == [*first, *second, {"Dense": 1}]


def test_repeated_blocks_stand_on_each_other() -> None:
    assert layers(f"{RESIDUAL}layers: [Dense: 8, residual: {{units: 4, repeat: 3}}]\n") == [
        {"Dense": 8},
        *residual(4, "residual_1_inner", "dense"),
        *residual(4, "residual_2_inner", "re_lu"),
        *residual(4, "residual_3_inner", "re_lu_1"),
    ]


def test_the_name_of_a_use_is_that_of_what_the_block_gives() -> None:
    text = (
        f"{RESIDUAL}layers: [Dense: 8, residual: {{name: stem, repeat: 2}}, Concatenate: {{inputs: [stem, dense]}}]\n"
    )
    second: list[Any] = residual(64, "stem_2_inner", "re_lu")
    assert layers(text) == [
        {"Dense": 8},
        *residual(64, "stem_1_inner", "dense"),
        *second[:-1],
        {"ReLU": {"name": "stem"}},
        {"Concatenate": {"inputs": ["stem", "dense"]}},
    ]


def test_the_name_of_a_use_takes_the_place_of_that_of_the_last_layer() -> None:
    text = f"{PAIR}layers: [pair, pair: {{name: a}}, pair: {{name: b, repeat: 2}}]\n"
    assert [layer["Dense"]["name"] for layer in layers(text)[1::2]] == ["pair_1_second", "a", "b_1_second", "b"]


def test_inside_a_block_its_last_layer_has_the_name_of_the_use_too() -> None:
    text = """
blocks:
  b:
    layers:
      - Dense: {units: 1, name: first}
      - Dense: {units: 2, name: last, inputs: [first, input]}
      - Add: {inputs: [last, first], name: sum}
layers: [b: {name: out, repeat: 2}]
"""
    assert layers(text) == [
        {"Dense": {"units": 1, "name": "out_1_first"}},
        {"Dense": {"units": 2, "name": "out_1_last", "inputs": ["out_1_first", "features"]}},
        {"Add": {"inputs": ["out_1_last", "out_1_first"], "name": "out_1_sum"}},
        {"Dense": {"units": 1, "name": "out_2_first"}},
        {"Dense": {"units": 2, "name": "out_2_last", "inputs": ["out_2_first", "out_1_sum"]}},
        {"Add": {"inputs": ["out_2_last", "out_2_first"], "name": "out"}},
    ]


def test_a_use_with_inputs_gives_them_to_the_first_layer_and_for_input() -> None:
    text = f"{RESIDUAL}layers: [Dense: {{units: 8, name: x}}, Dense: 8, residual: {{inputs: x, repeat: 2}}]\n"
    first: list[Any] = residual(64, "residual_1_inner", "x")
    first[0] = {"Dense": {"units": 64, "inputs": "x"}}
    assert layers(text)[2:] == [*first, *residual(64, "residual_2_inner", "re_lu")]


def test_several_inputs_stand_for_input_together() -> None:
    text = """
blocks:
  join:
    layers:
      - Concatenate
      - Dense: {units: 1, name: d}
      - Concatenate: {inputs: [d, input]}
      - Concatenate: {inputs: input}
layers: [Dense: {units: 1, name: a}, join: {inputs: [a, features]}]
"""
    assert layers(text)[1:] == [
        {"Concatenate": {"inputs": ["a", "features"]}},
        {"Dense": {"units": 1, "name": "join_1_d"}},
        {"Concatenate": {"inputs": ["join_1_d", "a", "features"]}},
        {"Concatenate": {"inputs": ["a", "features"]}},
    ]


def test_a_first_layer_keeps_the_inputs_that_it_has() -> None:
    text = "blocks: {b: {layers: [Dense: {units: 1, inputs: [input, age]}]}}\nlayers: [b: {inputs: x}]\n"
    assert layers(text) == [{"Dense": {"units": 1, "inputs": ["x", "age"]}}]


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("ReLU", {"ReLU": {"inputs": "x"}}),
        ("Dense: 8", {"Dense": {"units": 8, "inputs": "x"}}),
        ("Reshape: [2, 4]", {"Reshape": {"target_shape": [2, 4], "inputs": "x"}}),
        ("Dense: {units: 8, name: d}", {"Dense": {"units": 8, "name": "b_1_d", "inputs": "x"}}),
        ("Dense: null", {"Dense": None}),
        ("Dens: 8", {"Dens": 8}),
        ("3", 3),
        ("[Dense]", ["Dense"]),
    ],
)
def test_inputs_are_put_into_every_form_of_a_layer(layer: str, expected: object) -> None:
    text = f"blocks: {{b: {{layers: [{layer}]}}}}\nlayers: [b: {{inputs: x}}]\n"
    assert layers(text) == [expected]


def test_a_block_may_use_blocks() -> None:
    text = f"""{RESIDUAL}
  outer:
    parameters: {{width: 2}}
    layers:
      - residual: {{units: $width, name: deep}}
      - residual: {{units: 1, inputs: input}}
      - Concatenate: {{inputs: [deep, input, age]}}
layers: [Dense: 8, outer: {{width: 3, inputs: dense, name: all}}, outer]
"""
    first: list[Any] = residual(3, "all_deep_inner", "dense")
    first[0] = {"Dense": {"units": 3, "inputs": "dense"}}
    first[-1] = {"ReLU": {"name": "all_deep"}}
    second: list[Any] = residual(1, "residual_1_inner", "dense")
    second[0] = {"Dense": {"units": 1, "inputs": "dense"}}
    third: list[Any] = residual(2, "outer_1_deep_inner", "all")
    third[-1] = {"ReLU": {"name": "outer_1_deep"}}
    fourth: list[Any] = residual(1, "residual_2_inner", "all")
    fourth[0] = {"Dense": {"units": 1, "inputs": "all"}}
    assert layers(text) == [
        {"Dense": 8},
        *first,
        *second,
        {"Concatenate": {"inputs": ["all_deep", "dense", "age"], "name": "all"}},
        *third,
        *fourth,
        {"Concatenate": {"inputs": ["outer_1_deep", "all", "age"]}},
    ]


def test_a_last_layer_that_is_a_block_takes_the_name_of_the_use() -> None:
    text = f"{PAIR}  outer: {{layers: [pair, pair: {{name: out}}]}}\nlayers: [outer: {{name: a}}, outer]\n"
    assert [layer["Dense"]["name"] for layer in layers(text)[1::2]] == [
        "pair_1_second",
        "a",
        "pair_2_second",
        "outer_1_out",
    ]


def test_names_that_a_block_does_not_have_are_those_around_it() -> None:
    text = """
blocks:
  inner: {layers: [Add: {inputs: [near, far, age]}]}
  outer: {layers: [Dense: {units: 1, name: near}, inner]}
layers: [Dense: {units: 1, name: far}, Dense: {units: 1, name: near}, outer, inner]
"""
    assert layers(text)[2:] == [
        {"Dense": {"units": 1, "name": "outer_1_near"}},
        {"Add": {"inputs": ["outer_1_near", "far", "age"]}},
        {"Add": {"inputs": ["near", "far", "age"]}},
    ]


def test_a_name_that_is_given_as_a_parameter_is_of_the_place_where_it_is_written() -> None:
    text = """
blocks:
  skip:
    parameters: {to: {type: text}}
    layers: [Dense: {units: 1, name: x}, Add: {inputs: [x, $to]}]
layers: [Dense: {units: 1, name: x}, skip: {to: x}]
"""
    assert layers(text)[1:] == [
        {"Dense": {"units": 1, "name": "skip_1_x"}},
        {"Add": {"inputs": ["skip_1_x", "x"]}},
    ]


def test_a_shared_layer_of_a_block_is_that_of_the_same_repetition() -> None:
    text = """
blocks:
  twice:
    layers:
      - Dense: {units: 1, name: tower}
      - Shared: tower
      - Shared: {layer: tower, inputs: input, name: other}
      - Shared: {layer: trunk}
layers: [Dense: {units: 1, name: trunk}, twice, twice, Shared: tower]
"""
    assert layers(text)[5:] == [
        {"Dense": {"units": 1, "name": "twice_2_tower"}},
        {"Shared": {"layer": "twice_2_tower"}},
        {"Shared": {"layer": "twice_2_tower", "inputs": "shared_1", "name": "twice_2_other"}},
        {"Shared": {"layer": "trunk"}},
        {"Shared": "tower"},
    ]


def test_layers_are_repeated() -> None:
    text = (
        "layers: [Dense: {units: 3, repeat: 2}, Dense: {units: 1, name: x, inputs: a, repeat: 3}, ReLU: {repeat: 1}]\n"
    )
    assert layers(text) == [
        {"Dense": {"units": 3}},
        {"Dense": {"units": 3}},
        {"Dense": {"units": 1, "name": "x_1", "inputs": "a"}},
        {"Dense": {"units": 1, "name": "x_2"}},
        {"Dense": {"units": 1, "name": "x"}},
        {"ReLU": {}},
    ]


def test_a_repeated_layer_of_a_block_is_called_by_its_name() -> None:
    text = """
blocks: {b: {layers: [Dense: {units: 1, name: x, repeat: 2}, Add: {inputs: [x, input]}]}}
layers: [b, b: {name: y}]
"""
    assert [next(iter(layer.values())).get("name") for layer in layers(text)] == [
        "b_1_x_1",
        "b_1_x",
        None,
        "y_x_1",
        "y_x",
        "y",
    ]


def test_automatic_names_are_those_of_keras() -> None:
    names = AutomaticNames()
    made = [names.fresh(layer) for layer in ("Dense", "MaxPooling2D", "Dense", "LSTM", "ReLU", "Dense", "MaxPooling2D")]
    assert made == ["dense", "max_pooling2d", "dense_1", "lstm", "re_lu", "dense_2", "max_pooling2d_1"]


def test_layers_without_a_name_are_counted_class_by_class() -> None:
    text = """
blocks: {b: {layers: [Add: {inputs: [input, input]}]}}
layers: [Dense: 1, ReLU, b, Dense: {units: 1, name: x}, b, Dense: 1, b, Shared: x, b]
"""
    given = [layer["Add"]["inputs"][0] for layer in layers(text) if "Add" in layer]
    assert given == ["re_lu", "x", "dense_1", "shared"]


def test_a_layer_of_a_block_stands_where_it_was_written_and_knows_its_use() -> None:
    text = f"{RESIDUAL}  outer: {{layers: [ReLU, residual: {{repeat: 2}}]}}\nlayers: [residual, outer]\n"
    flat = nodes(text)
    assert [node.span.line for node in flat] == [6, 7, 8, 9, 10, 11, 6, 7, 8, 9, 10, 6, 7, 8, 9, 10]
    first, last = flat[0].span.used, flat[-1].span.used
    assert first is not None
    assert last is not None
    assert (first.line, first.column, first.used) == (12, 10, None)
    assert (last.line, last.column, last.used and (last.used.line, last.used.column)) == (11, 26, (12, 20))


def test_names_and_inputs_stand_where_they_were_written() -> None:
    add = nodes(f"{RESIDUAL}layers: [Dense: 1, residual]\n")[4]
    assert isinstance(add, Mapping)
    options = add.entries[0].value
    assert isinstance(options, Mapping)
    inputs = options.get("inputs")
    assert isinstance(inputs, Sequence)
    places = [(item.value, item.span.line, item.span.column) for item in inputs.items if isinstance(item, Scalar)]
    assert places == [("dense", 9, 24), ("residual_1_inner", 9, 31)]


@pytest.mark.parametrize(
    ("blocks", "uses", "expected"),
    [
        ("b: {layers: [ReLU]}", "b: {x: 1}", ("S102", 2, "x")),
        ("b: {layers: [ReLU], layer: 1}", "b", ("S102", 1, "layer")),
        ("b: {layer: [ReLU]}", "b", ("S102", 1, "layer")),
        ("b: {doc: Nothing.}", "b", ("S103", 1, "b")),
        ("b: {parameters: {x: {type: integer}}, layers: [Dense: $x]}", "b", ("S103", 2, "b")),
        ("b: {parameters: {x: 1}, layers: [Dense: $x]}", "b: a", ("S104", 2, "a")),
        ("b: {parameters: {x: 1}, layers: [Dense: $x]}", "b: [1]", ("S104", 2, "b")),
        ("b: {parameters: {x: 1}, layers: [Dense: $x]}", "b: {x: [1]}", ("S104", 2, "x")),
        ("b: {parameters: {x: 1}, layers: [Dense: $x]}", "b: null", ("S104", 2, "b")),
        ("b: {layers: [ReLU]}", "b: 3", ("S104", 2, "3")),
        ("b: {layers: [ReLU]}", "b: {name: 3}", ("S104", 2, "3")),
        ("b: {layers: [ReLU]}", "b: {name: a/b}", ("S107", 2, "a/b")),
        ("b: {layers: [ReLU]}", "b: {inputs: [a, 1]}", ("S104", 2, "inputs")),
        ("b: {layers: [ReLU]}", "b: {inputs: []}", ("S104", 2, "inputs")),
        ("b: {layers: [ReLU]}", "b: {repeat: two}", ("S104", 2, "two")),
        ("b: {layers: [ReLU]}", "b: {repeat: true}", ("S104", 2, "true")),
        ("b: {layers: [ReLU]}", "b: {repeat: 0}", ("S106", 2, "0")),
        ("b: {layers: [ReLU]}", "b: {repeat: 10001}", ("S106", 2, "10001")),
        ("b: {layers: [ReLU]}", "{b: 1, repeat: 2}", ("S108", 2, "repeat")),
        ("b: {layers: [ReLU]}", "{b: 1, Dense: 2}", ("S108", 2, "Dense")),
        ("b: {layers: [ReLU]}", "b, c_, bb", ("S105", 2, "bb")),
        ("b: {layers: ReLU}", "b", ("S104", 1, "ReLU")),
        ("b: {layers: []}", "b", ("S107", 1, "layers")),
        ("b: {layers: null}", "b", ("S104", 1, "layers")),
        ("b: [ReLU]", "b", ("S104", 1, "b")),
        ("b: 3", "b", ("S104", 1, "3")),
        ("b: null", "b", ("S104", 1, "b")),
        ("b: {layers: [ReLU], doc: 3}", "b", ("S104", 1, "3")),
        ("b: {layers: [ReLU], parameters: [x]}", "b", ("S104", 1, "parameters")),
        ("b: {layers: [Dense: $x], parameters: 3}", "b", ("S104", 1, "3")),
        ("b: {layers: [Dense: {units: 1, name: x}, ReLU: {name: x}]}", "b, b", ("S207", 1, "x")),
        ("b: {layers: [Dense: $x]}", "b, b", ("S503", 1, "$x")),
        ("b: {layers: [Dense: $x], parameters: {x: $y}}", "b", ("S503", 1, "$y")),
        ("b: {layers: [ReLU]}", "ReLU", ("S505", 1, "b")),
        ("b: {layers: [ReLU], parameters: {x: 1}}", "b", ("S505", 1, "x")),
        ("b: {layers: [ReLU, b]}", "b", ("S506", 1, "b")),
        ("a: {layers: [b, b]}, b: {layers: [c, a]}, c: {layers: [a]}", "a", ("S506", 1, "b")),
        ("a: {layers: [b]}, b: {layers: [b]}", "a", ("S506", 1, "b")),
        ("b: {layers: [Dense: {units: 1, name: input}]}", "b, b", ("S508", 1, "input")),
        ("b: {layers: [ReLU: {name: x}]}", "b, ReLU: {name: b_1_x}", ("S508", 1, "x")),
        ("b: {layers: [ReLU: {name: x}]}", "ReLU: {name: b_1_x}, b", ("S508", 1, "x")),
        ("b: {layers: [ReLU]}", "b: {name: x}, b: {name: x}", ("S508", 2, "x")),
        ("b: {layers: [ReLU: {name: x, repeat: 3}]}", "b: {name: y}, ReLU: {name: y_2}", ("S508", 1, "x")),
        (f"b: {{layers: [ReLU: {{name: {'x' * 80}}}]}}", "b, b", ("S508", 1, "x" * 80)),
        ("b: {layers: [ReLU]}", "b: {inputs: input}", ("S509", 2, "input")),
        ("b: {layers: [ReLU]}", "b, ReLU: {inputs: [input, b]}", ("S509", 2, "input")),
        ("B: {layers: [ReLU]}", "ReLU", ("S510", 1, "B")),
        ("b: {layers: [Dense: $name], parameters: {name: 1}}", "b", ("S510", 1, "name")),
    ],
)
def test_mistakes_are_told_once_and_where_they_are(blocks: str, uses: str, expected: tuple[str, int, str]) -> None:
    assert found(f"blocks: {{{blocks}}}\nlayers: [{uses}]\n") == [expected]


@pytest.mark.parametrize(("section", "place"), [("[b]", "blocks"), ("3", "3"), ("", "blocks")])
def test_blocks_are_a_mapping(section: str, place: str) -> None:
    assert found(f"blocks: {section}\nlayers: [ReLU]\n") == [("S104", 1, place)]


@pytest.mark.parametrize("known", ["features: {input: number}", "groups: {input: [a]}", "x: 1"])
def test_something_else_may_be_called_input(known: str) -> None:
    more = ", ReLU: {name: input}" if known.startswith("x") else ""
    text = f"{known}\nlayers: [ReLU: {{inputs: input}}{more}]\n"
    assert found(text) == []


@pytest.mark.parametrize("repeat", ["1.0", "2.0", "10000"])
def test_whole_numbers_repeat(repeat: str) -> None:
    assert len(nodes(f"layers: [Dense: {{units: 1, repeat: {repeat}}}]\n")) == int(float(repeat))


def deep(levels: int, body: str = "b{}, b{}") -> str:
    """Blocks of which each uses the one before, twice."""
    blocks = [f"  b{n}: {{layers: [{body.format(n - 1, n - 1)}]}}\n" for n in range(1, levels)]
    return f"blocks:\n  b0: {{layers: [ReLU]}}\n{''.join(blocks)}layers: [b{levels - 1}]\n"


def test_blocks_may_stand_twenty_deep() -> None:
    assert len(nodes(deep(20, "b{}"))) == 1
    assert found(deep(21, "b{}")) == [("S506", 3, "b0")]
    assert found(deep(5000, "b{}"))[0][0] == "S506"


@pytest.mark.parametrize(
    "text",
    [
        deep(19),
        deep(12_000),
        deep(19, ", ".join(["b{}"] * 2 + ["b0"] * 500)),
        "blocks: {b: {layers: [Dense: {units: 1, repeat: 10000}]}}\nlayers: [b: {repeat: 10000}]\n",
        "blocks: {b: {layers: [Dense: {units: 1, repeat: 5000}]}}\nlayers: [" + "b: {repeat: 10}, " * 3 + "]\n",
        "layers: [" + "ReLU: {repeat: 1000}, " * 11 + "]\n",
        "layers: [Dense: {x: [" + "1, " * 200 + "], repeat: 10000}]\n",
    ],
)
def test_too_many_layers_are_not_built(text: str) -> None:
    root, report = expanded(text)
    assert [problem.code for problem in report] == ["S507"]
    flat = root.get("layers")
    assert isinstance(flat, Sequence)
    assert len(flat.items) <= 10_000


def test_ten_thousand_layers_are_built() -> None:
    assert len(nodes("layers: [" + "ReLU: {repeat: 1000}, " * 10 + "]\n")) == 10_000


def test_a_repeated_block_holds_what_is_alike_once() -> None:
    flat = nodes(f"{RESIDUAL}layers: [Dense: 8, residual: {{repeat: 50}}]\n")
    assert len(flat) == 251
    assert len({id(node) for node in flat}) == 1 + 3 + 2 * 50


def calls(action: Callable[[], object]) -> int:
    """How many functions an action calls, those of Python's own included."""
    count = 0

    def seen(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "layers_of",
    [
        lambda n: f"layers: [Dense: {{units: 8, repeat: {n}}}]\n",
        lambda n: f"{RESIDUAL}layers: [residual: {{repeat: {n // 5}}}]\n",
        lambda n: f"{RESIDUAL}layers: [{'residual: {units: 8}, ' * (n // 5)}]\n",
        lambda n: "layers:\n" + "".join(f"- Dense: {{units: 8, name: l{i}, inputs: m{i}}}\n" for i in range(n)),
        lambda n: f"parameters: {{x: 8}}\nlayers: [{'Dense: $x, ' * n}]\n",
        lambda n: "blocks:\n" + "".join(f"  b{i}: {{layers: [b{i + 1}]}}\n" for i in range(n)) + "layers: []\n",
    ],
)
def test_the_work_grows_with_the_layers(layers_of: Callable[[int], str]) -> None:
    def work(size: int) -> int:
        root, _ = read(layers_of(size), "spec.yaml")
        assert isinstance(root, Mapping)
        return calls(lambda: expand(root, "spec.yaml", Path(), (), Report()))

    work(100)
    assert work(4000) < 12 * work(400)
