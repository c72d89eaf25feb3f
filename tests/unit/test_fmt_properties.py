"""What holds of the canonical form of any text at all.

Texts are made by small accidents in the specs of this repository, with comments that can be told apart, and by writing
out random trees. What the reader takes is formatted: it says the same, every comment is there once, and formatting it
again changes nothing. What the reader does not take is told by diagnostics.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.compiler.diagnostics import SpecError
from specrun.compiler.formatting import format_spec, reading
from specrun.compiler.reader import compose, read

ROOT = Path(__file__).resolve().parents[2]
SPECS = [*ROOT.glob("specs/*.yaml"), *ROOT.glob("tests/*/cases/*.yaml"), *ROOT.glob("tests/ui/*/spec.yaml")]
TEXTS = [text for text in (path.read_bytes().decode("utf-8", "replace") for path in sorted(SPECS)) if len(text) < 5000]
ACCIDENTS = [
    *("#", "# x", "\n", "\n\n", " ", "  ", "\t", "\r\n", "- ", "? ", ": ", ":", ", ", "[", "]", "{", "}", "'", '"'),
    *("&a ", "*a", "*a : ", "<<", "|", "|-", ">", ">+", "|2", "---\n", "...\n", "%YAML 1.2\n---\n", "!t ", "@", "="),
    *("null", "~", "TRUE", "1e-3", ".5", "$w", "\\n", "\xa0", "é", "😀", "key: ", "{a: 1}", "[1, 2]", "|\n  x\n\n"),
]
TRIES = 1_500


def hit(text: str, chance: random.Random) -> str:
    """A text after a few accidents."""
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(text) + 1)
        lines = text.split("\n")
        line = chance.randrange(len(lines))
        what = chance.randrange(5)
        if what == 0:
            text = text[:at] + text[at + chance.randint(1, 4) :]
        elif what == 1:
            other = chance.randrange(len(lines))
            lines[line], lines[other] = lines[other], lines[line]
            text = "\n".join(lines)
        elif what == 2:
            lines[line] = " " * chance.randint(0, 4) + lines[line]
            text = "\n".join(lines)
        else:
            text = text[:at] + chance.choice(ACCIDENTS) + text[at:]
    return text


def commented(text: str, chance: random.Random) -> tuple[str, list[str]]:
    """A text with comments beside and between its lines, and these comments."""
    marks: list[str] = []
    lines: list[str] = []
    for line in text.split("\n"):
        lines.append(line)
        if chance.random() < 0.2:
            marks.append(f"mark {len(marks)}.")
            lines[-1] += f"  # {marks[-1]}"
        if chance.random() < 0.15:
            marks.append(f"mark {len(marks)}.")
            lines.append(f"{' ' * chance.randint(0, 6)}# {marks[-1]}")
        if chance.random() < 0.1:
            lines.append("")
    return "\n".join(lines), marks


def formatted(text: str, marks: list[str]) -> bool:
    """Hold a text to all the properties; whether the reader takes it."""
    node, problems = read(text, "spec.yaml")
    if node is None or problems:
        with pytest.raises(SpecError) as error:
            format_spec(text, "spec.yaml")
        assert error.value.diagnostics == problems
        return False
    result = format_spec(text, "spec.yaml")
    after, problems = read(result, "spec.yaml")
    assert after is not None, result
    assert not problems, result
    said = json.dumps(node.plain(), ensure_ascii=False, sort_keys=True)
    assert json.dumps(after.plain(), ensure_ascii=False, sort_keys=True) == said, result
    assert format_spec(result, "spec.yaml") == result
    assert [mark for mark in marks if mark not in said and result.count(mark) != 1] == [], result
    assert not any(line != line.rstrip(" ") for line in result.splitlines() if "#" not in line), result
    return True


@pytest.mark.parametrize("seed", range(2))
def test_accidents(seed: int) -> None:
    chance = random.Random(seed)
    taken = sum(formatted(*commented(hit(chance.choice(TEXTS), chance), chance)) for _ in range(TRIES))
    assert taken > TRIES / 10


def test_accidents_with_the_other_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML's own parser, where its C one is not there."""
    for module in (compose, reading):
        monkeypatch.setattr(module, "_LOADER", yaml.SafeLoader)
    chance = random.Random(5)
    assert sum(formatted(*commented(hit(chance.choice(TEXTS), chance), chance)) for _ in range(300)) > 30


WORDS = st.one_of(
    st.text(max_size=30),
    st.text(alphabet=" \n\t:#-?,[]{}&*!|>'\"%@`\\~$./<=aN01eé\xa0\u3000\u200b", max_size=12),
    st.sampled_from(
        ["NO", "null", "~", "1e-3", ".inf", "0x1F", "010", "12:30", "<<", "a: b", "a #b", "- a", "...", "---"]
    ),
    st.lists(st.sampled_from(["word", "a,", "b:", "#", "-", "  "]), max_size=60).map(" ".join),
)
TREES = st.recursive(
    st.one_of(WORDS, st.none(), st.booleans(), st.integers(-(10**6), 10**6), st.floats(-1e9, 1e9)),
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(WORDS, inner, max_size=5)),
    max_leaves=25,
)


@given(TREES, st.sampled_from([None, True, False]))
@settings(max_examples=300, deadline=None)
def test_trees(tree: object, flow: bool | None) -> None:
    formatted(json.dumps(tree), [])
    text = yaml.dump(tree, default_flow_style=flow, allow_unicode=True)
    formatted(text, [])


@given(st.dictionaries(WORDS, WORDS, min_size=1, max_size=4))
@settings(max_examples=500, deadline=None)
def test_texts_are_written_so_that_they_read_back(texts: dict[str, str]) -> None:
    pairs = ", ".join(f"{escaped(key)}: {escaped(value)}" for key, value in texts.items())
    items = ", ".join(map(escaped, texts.values()))
    assert formatted(f"outside: {{{pairs}}}\ninside: [{{{pairs}}}, [{items}]]\n", [])


def escaped(text: str) -> str:
    """A text in double quotes, all but the plainest of its characters by their numbers."""
    plain = (c if c.isascii() and (c.isalnum() or c == " ") else f"\\U{ord(c):08x}" for c in text)
    return f'"{"".join(plain)}"'


@given(st.binary(max_size=200))
@settings(max_examples=500, deadline=None)
def test_any_bytes(content: bytes) -> None:
    _, problems = read(content, "spec.yaml")
    if problems:
        with pytest.raises(SpecError) as error:
            format_spec(content, "spec.yaml")
        assert error.value.diagnostics == problems
    else:
        assert format_spec(content, "spec.yaml").endswith("\n")
