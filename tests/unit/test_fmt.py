"""The canonical form of a spec: order, style, and where each comment goes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from specrun.compiler.diagnostics import SpecError
from specrun.compiler.formatting import format_spec
from specrun.compiler.formatting.order import CONDITIONS, SECTIONS
from specrun.compiler.language.editor_schema import editor_schema
from specrun.compiler.reader import read

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "specs").glob("*.yaml"))
OTHERS = sorted(
    path for folder in ("parity/cases", "golden/specs") for path in (ROOT / "tests" / folder).glob("*.yaml")
)

PAIRS = {
    "keys of the top": (
        "training: {epochs: 3}\ntarget: y\nname: x\nspecrun: 1\n",
        "specrun: 1\nname: x\ntarget: y\ntraining:\n  epochs: 3\n",
    ),
    "unknown keys last, as written": (
        "zebra: 1\nname: x\napple: 2\nspecrun: 1\n",
        "specrun: 1\nname: x\nzebra: 1\napple: 2\n",
    ),
    "options of a section": (
        "data:\n  split: {seed: 7, test: 0.2}\n  path: a.csv\n",
        "data:\n  path: a.csv\n  split: {test: 0.2, seed: 7}\n",
    ),
    "features as written, their options in order": (
        "features:\n  b: {clip: [0, 1], type: number}\n  a: {dim: 3, encoding: embedding, type: category}\n",
        "features:\n  b: {type: number, clip: [0, 1]}\n  a: {type: category, encoding: embedding, dim: 3}\n",
    ),
    "arguments of layers, name and inputs last": (
        "layers:\n- Dense: {inputs: [a], name: b, activation: relu, units: 3}\n",
        "layers:\n  - Dense: {units: 3, activation: relu, name: b, inputs: [a]}\n",
    ),
    "layers in layers": (
        "layers: [Bidirectional: {layer: {GRU: {activation: relu, units: 2}}}]\n",
        "layers:\n  - Bidirectional: {layer: {GRU: {units: 2, activation: relu}}}\n",
    ),
    "optimizers in order": (
        "training: {optimizer: {Adam: {clipnorm: 1, learning_rate: 1e-3}}, epochs: 2}\n",
        "training:\n  epochs: 2\n  optimizer: {Adam: {learning_rate: 1e-3, clipnorm: 1}}\n",
    ),
    "blocks, and parameters before the keys of a use": (
        "blocks:\n  tower: {layers: [Dense: $units], parameters: {units: 3}}\nlayers: [tower: {repeat: 2, units: 4}]\n",
        "blocks:\n  tower:\n    parameters: {units: 3}\n    layers:\n      - Dense: $units\n"
        "layers:\n  - tower: {units: 4, repeat: 2}\n",
    ),
    "numbers and texts": (
        "a: [1e-3, 0x1F, .5, +1, 010, NULL, ~, TRUE, False, 'NO', \"a b\", '5', 'true', ';', '?', '', 1.0]\n",
        'a: [1e-3, 0x1F, .5, +1, 010, null, null, true, false, NO, a b, "5", "true", ";", "?", "", 1.0]\n',
    ),
    "keys": ("'a b': 1\n\"*\": 2\n2018: 3\n'5': 4\n'a: b': 5\n", 'a b: 1\n"*": 2\n2018: 3\n5: 4\n"a: b": 5\n'),
    "texts with commas and colons": (
        "a: 'x, y'\nb: ['x, y', a:b]\nc: 'x: y'\nd: it's\ne: 'a #b'\n",
        'a: x, y\nb: ["x, y", "a:b"]\nc: "x: y"\nd: it\'s\ne: "a #b"\n',
    ),
    "what is not seen": ('a: "\\t"\nb: "x\\u200By"\nc: "1\\xa0234"\n', 'a: "\\t"\nb: "x\\u200by"\nc: 1\xa0234\n'),
    "empty values": ("layers:\ntraining:\n  epochs:\na: {b, c: }\n", "layers:\ntraining:\n  epochs:\na:\n  b:\n  c:\n"),
    "empty collections": ("layers: [ ]\nfeatures: { }\n", "features: {}\nlayers: []\n"),
    "lists that hold mappings": (
        "training: {metrics: [accuracy, {AUC: {curve: PR}}], callbacks: [TerminateOnNaN]}\n",
        "training:\n  metrics:\n    - accuracy\n    - AUC: {curve: PR}\n  callbacks: [TerminateOnNaN]\n",
    ),
    "what is too long": (
        f"classes: [{', '.join(['abcdefghij'] * 9)}, {'k' * 10}]\nx: {{y: [{'abcdefghij, ' * 9}{'k' * 10}]}}\n",
        "classes:\n" + "  - abcdefghij\n" * 9 + "  - kkkkkkkkkk\n"
        "x:\n  y:\n" + "    - abcdefghij\n" * 9 + "    - kkkkkkkkkk\n",
    ),
    "a long text": (
        f"description: {'word ' * 30}\n",
        f"description: >-\n  {('word ' * 21).strip()}\n  {('word ' * 9).strip()}\n",
    ),
    "a text with paragraphs": (
        'a: "x\\ny\\n"\nb: >\n  x\n  y\n\n  z\nc: |\n  x\n',
        "a: |\n  x\n  y\nb: |\n  x y\n  z\nc: >\n  x\n",
    ),
    "texts that no block can hold": ('a: "x \\ny"\nb: "\\n"\nc: "x\\n\\n"\n', 'a: "x \\ny"\nb: "\\n"\nc: "x\\n\\n"\n'),
    "documents and directives": ("%YAML 1.2\n---\na: 1\n...\n", "a: 1\n"),
    "byte order mark and line breaks": ("\ufeffb: 1\r\na:\r\n- 2\r\n", "b: 1\r\na: [2]\r\n"),
    "an anchor keeps its alias behind it": (
        "training: {seed: &s 4}\ndata: {split: {seed: *s}}\n",
        "training:\n  seed: &s 4\ndata:\n  split: {seed: *s}\n",
    ),
    "anchors that stay in order": (
        "training: {seed: *s}\ndata: &d {split: {seed: &s 4, test: 0.2}}\n".replace("training: {seed: *s}\n", "")
        + "training: {seed: *s, epochs: 2}\n",
        "data: &d\n  split: {test: 0.2, seed: &s 4}\ntraining:\n  epochs: 2\n  seed: *s\n",
    ),
    "no mapping at all": ("- a\n-   b\n", "- a\n- b\n"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_style(name: str) -> None:
    before, after = PAIRS[name]
    assert format_spec(before, "spec.yaml") == after
    assert format_spec(after, "spec.yaml") == after


COMMENTS = {
    "above, beside, below": (
        "# top\na:   # beside a\n    # above b\n    b: 1 # beside b\n    # below b\n# end\n",
        "# top\na:  # beside a\n  # above b\n  b: 1  # beside b\n  # below b\n# end\n",
    ),
    "they go with their key": (
        "# the target\ntarget: y # t\n# one\n# two\nspecrun: 1 # s\n",
        "# one\n# two\nspecrun: 1  # s\n# the target\ntarget: y  # t\n",
    ),
    "what stands above an empty line stays on top": (
        "# (c) somebody\n\n# the target\ntarget: y\nspecrun: 1\n",
        "# (c) somebody\n\nspecrun: 1\n# the target\ntarget: y\n",
    ),
    "the line for editors stays on top": (
        "# yaml-language-server: $schema=x.json\n# the target\ntarget: y\nspecrun: 1\n",
        "# yaml-language-server: $schema=x.json\nspecrun: 1\n# the target\ntarget: y\n",
    ),
    "comments in a flow collection make lines of it": (
        "a: [1, # one\n  # above two\n  2]\nb: {c: 1, # c\n d: 2 }\n",
        "a:\n  - 1  # one\n  # above two\n  - 2\nb:\n  c: 1  # c\n  d: 2\n",
    ),
    "beside an opening and a closing bracket": (
        "a: [ # open\n 1\n] # close\nb: {} # b\n",
        "# close\na: [1]  # open\nb: {}  # b\n",
    ),
    "a list": (
        "layers:\n- Dense: 1 # one\n# above two\n- Dense: 2\n#  - Dropout: 0.2\ntraining: {}\n",
        "layers:\n  - Dense: 1  # one\n  # above two\n  - Dense: 2\n#  - Dropout: 0.2\ntraining: {}\n",
    ),
    "what is commented out at the end of a section": (
        "layers:\n  - Dense: 1\n  # - Dense: 2\ntraining:\n  # epochs: 3\ntarget: y\n",
        "target: y\nlayers:\n  - Dense: 1\n  # - Dense: 2\ntraining:\n  # epochs: 3\n",
    ),
    "options that change places": (
        "layers:\n  - Dense:\n      # how\n      activation: relu\n      # how many\n      units: 3  # few\n",
        "layers:\n  - Dense:\n      # how many\n      units: 3  # few\n      # how\n      activation: relu\n",
    ),
    "texts that look like comments": (
        "a: 'x # y'\nb: |\n  # text\n  more\n# c\nc: x#y\n",
        'a: "x # y"\nb: |\n  # text\n  more\n# c\nc: x#y\n',
    ),
    "block texts": (
        "a: | # head\n  x\n  y\n\n# above b\nb: >- # long\n  z\n",
        "a: |  # head\n  x\n  y\n\n# above b\nb: z  # long\n",
    ),
    "after a dash, a key, an anchor": (
        "a:\n- # dash\n  b: 1\nc:\n  # key\n  2\nd: &x # anchor\n  e: 1\n",
        "a:\n  # dash\n  - b: 1\n# key\nc: 2\nd: &x  # anchor\n  e: 1\n",
    ),
    "two at one place": ("a: # one\n  1 # two\n", "# two\na: 1  # one\n"),
    "empty lines": (
        "\n\na: 1\n\n\n\n# b\n\nb:\n\n  c: 1\n\n  d: 2\n\n\n",
        "a: 1\n\n# b\n\nb:\n  c: 1\n\n  d: 2\n",
    ),
    "empty lines stay between sections that change places": (
        "target: y\n\nspecrun: 1\n\nname: x\n",
        "specrun: 1\n\nname: x\n\ntarget: y\n",
    ),
}


@pytest.mark.parametrize("name", COMMENTS)
def test_comments(name: str) -> None:
    before, after = COMMENTS[name]
    assert format_spec(before, "spec.yaml") == after
    assert format_spec(after, "spec.yaml") == after


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_what_ships_is_canonical(path: Path) -> None:
    text = path.read_text("utf-8")
    assert format_spec(text, path.name) == text


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_every_spec_says_the_same(path: Path) -> None:
    text = path.read_text("utf-8")
    formatted = format_spec(text, path.name)
    assert plain(formatted) == plain(text)
    assert format_spec(formatted, path.name) == formatted


def plain(text: str) -> object:
    node, problems = read(text, "spec.yaml")
    assert node is not None, problems
    return node.plain()


def test_mistakes_of_reading_are_told_with_their_place() -> None:
    with pytest.raises(SpecError) as error:
        format_spec("a: 1\nb: [2\n", "spec.yaml")
    assert [(d.code, d.span.line) for d in error.value.diagnostics] == [("Y108", 2)]


def test_what_grows_beyond_the_limits_is_refused() -> None:
    deep = "{a: " * 30 + "[" + ("1," * 1000 + "\n") * 95 + "]" + "}" * 30
    with pytest.raises(SpecError) as error:
        format_spec(f"a: {deep}\n", "spec.yaml")
    assert [(d.code, d.span.file) for d in error.value.diagnostics] == [("Y102", "spec.yaml (formatted)")]


def test_long_keys_are_refused_rather_than_lost() -> None:
    with pytest.raises(SpecError) as error:
        format_spec(f"? {'k' * 1100}\n: 1\n", "spec.yaml")
    assert error.value.diagnostics[0].span.file == "spec.yaml (formatted)"


def test_ten_thousand_layers() -> None:
    layer = "  - Dense: {activation: relu, units: 64}  # wide\n  - Dropout: 0.2\n"
    text = f"specrun: 1\nlayers:\n{layer * 5000}"
    start = time.process_time()
    formatted = format_spec(text, "spec.yaml")
    assert time.process_time() - start < 5
    assert formatted == text.replace("activation: relu, units: 64", "units: 64, activation: relu")


def test_the_order_names_every_section() -> None:
    """A new key of the top has to be given its place in `SECTIONS`."""
    assert set(editor_schema()["properties"]) - {"targets"} == set(SECTIONS) - {"targets"}


def test_every_condition_of_the_schema_is_understood() -> None:
    for condition in conditions(editor_schema()):
        assert set(condition) <= CONDITIONS, condition
        assert condition.get("pattern") is None or condition.get("type", "string") == "string"


def conditions(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if isinstance(part.get("if"), dict):
            yield part["if"]
            yield from part["if"].get("properties", {}).values()
        for inner in part.values():
            yield from conditions(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from conditions(inner)


def test_the_deepest_text_with_an_anchor_is_formatted() -> None:
    deep = "{a: [" * 31 + "1" + "]}" * 31
    assert plain(format_spec(f"b: &x {deep}\nspecrun: 1\n", "spec.yaml")) == plain(f"specrun: 1\nb: {deep}\n")
