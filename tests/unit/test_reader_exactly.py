"""All that the reader gives for some texts: the tree with its places, and each diagnostic to the letter.

`tests/golden/reader.txt` holds it, which `pytest --renew` writes anew. Where PyYAML's parser in Python says something
else than the one in C, it stands there too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from unittest import mock

import pytest
import yaml

from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.reader import LIMITS, Limits, Mapping, Node, Scalar, Sequence, read, read_scalar
from specrun.compiler.reader.documents import Reading
from specrun.compiler.reader.source import Source
from specrun.compiler.reader.syntax import explain
from specrun.compiler.render.text import render_text
from tests.unit.test_reader_syntax import SYNTAX

TESTS = Path(__file__).parents[1]
GOLDEN = TESTS / "golden" / "reader.txt"
LONG = "x" * 41
TEXTS: tuple[str | bytes, ...] = (
    *(text for text, *_ in SYNTAX if len(text) < 100),
    # Trees
    "a:\n  - Dense: {units: 8,\n      rate: 1}  # c\n  - &x {b: [2, 3]}\nc: long\n  text\nd: *x  # c\n",
    "- [1, [2,\n  3], 4]\n- {a: [b],\n   c: d}\n- []\n- {}\n- [a, [b, c]  ]\n-  -  x\n   -  y: z\n",
    "é😀: [😀, x]\t# c\r\nb: 'q'\ry: 1",
    "a:\nb: &x\nc: &y z\nd: &z\n  - e\n",
    "&r\na: &s\n  b: c\n",
    "[&a [x], &b  {y: z}, *a, *b]",
    "- 'it''s'\n- \"a\\tb\"\n- |\n  x\n  y\n- >-\n  z\n- plain\n",
    "? a\n: b\n? |\n  c\n: d\n",
    "&k 010: a\n*k : b\n&l 1e999: c\n'&m': d\n",
    "2019: a\ntrue: b\nnull: e\n'': f\n'<<': h\n",
    "''",
    '""',
    "x",
    "&a",
    "&a x",
    "~",
    "|\n",
    "--- x\n...\n",
    "%YAML 1.2\n---\na: 1\n",
    "a: 1\n\n\n",
    "{a: 1, b: }",
    "{a, b: c, 'd'}",
    "[a: 1, b]",
    "a: [\n  1,\n  2\n]\nb: {\n}\n",
    "[[1], [2]]\n",
    "a: *b\n",
    # What is passed over
    "a: 1\nb: !!set {x}\na: 2\n<<: {q: 1}\n? [x]\n: 2\nd: *zz\ne: &q [*q]\nf: .inf\ng: -.INF\nh: .nan\ni: 1e999\n",
    "a: 1\n? \n: b\nc: 2",
    "{: x, a: y}",
    "{'': x, a: y}",
    "{<<: x, a: y}",
    "{[a]: b, {c: d}: e}",
    "1: x\n'1': y\n1: z\n",
    "&a k: 1\n*a : 2\n",
    "{x: 1, x: {y: 1, y: 2}}",
    "{units:8}",
    "{units:8, rate: 1, 'a':2, \"b:c\", d:'', http://x, e: {f:g}}",
    "{a\n  b:c}",
    "{x:'y'}",
    "{a: b:c}",
    "[a:b]",
    "{a :b}",
    f"- &{LONG[1:]} 1\n- *{LONG[2:]}y\n",
    f"- &{LONG} 1\n- *{LONG[1:]}y\n",
    "".join(f"- &n{n}a 1\n" for n in range(49)) + "- &wxyzv 1\n- *wxyz\n",
    "".join(f"- &n{n}a 1\n" for n in range(50)) + "- &wxyzv 1\n- *wxyz\n",
    "- &shared 1\n- *shard\n- *q\n",
    "- *" + "y" * 70,
    "a: &b [1, {c: *b}]\n",
    "a: &b {c: *b}\nd: *b",
    "[!!str 5, ! 5, !t 'x', &x !u 1, !v &y 2, !<w> 3, !s [1], !m {a: b}]",
    "a: !\nb: !x\n",
    "!t\na: b\n",
    "!t\n- a: !u\n",
    '- "x\\e[31m\\n": 1\n  "x\\e[31m\\n": 2\n',
    '"' + "k" * 61 + '": 1\n"' + "k" * 61 + '": 2',
    '"' + "k" * 60 + '": 1\n"' + "k" * 60 + '": 2',
    "# c\n%TAG !a! tag:x,  \n---\na: 1\n",
    "%TAG",
    "a: 1\n---\nb: [\n",
    "a: 1\n---\n",
    "a: 1\n...\n---\nb: 2\n---\nc: 3\n",
    "[.nan, 1e400, '.nan', -.inf, +.Inf, .INF, .NaN]",
    f"- 1{'0' * 35}e999\n- 1{'0' * 36}e999\n- 1{'0' * 37}e9999\n",
    f"- {'1' * 301}\n- 0x{'f' * 299}\n- 1.{'1' * 299}\n- 0o{'7' * 299}\n",
    # What is no YAML
    "",
    " ",
    "# c\n",
    "---\n",
    "--- # x\n...\n",
    "a: 1\na: 2\nb: 'x",
    "a: 'x\n\n\n",
    'a: "x\nb: 1\n',
    'a: "x\n---\n',
    'a: "\\',
    'a: "x\\',
    'a: "\\x1"',
    'a: "\\xzz"',
    'a: "\\u12"',
    'a: "\\UFFFFFFFF"',
    'a: "\\U0011zzzz"',
    'a: "\\ud800"',
    'a: "b\\\\c\\q"',
    'a: "\\é"',
    "'x\n  \ny",
    "a: [1, 2",
    "a: [1, 2\n\n\n",
    "a: [1, 2\n\n  # c\nb: 3\n",
    "a: [1, 2\n  b: 3\n  c: 4\n",
    "a: {b: 1\n  c: 2\n",
    "a: {b: 1]\n",
    "a: [b, {c: d]\n",
    "a: [b c: d]",
    "a: {b: 1 c: 2}",
    "a: [1 'x']\n",
    "a: [x y\n",
    "[1\n[2",
    "[a}",
    "{a]",
    "a: )\nb: [}",
    "a:\n\tb: 1",
    "a:\n  - b\n\t- c",
    "\ta: 1",
    " \ta: 1",
    "a: \tb",
    "a:\t- b",
    "-\t- a",
    "a: [\n\tb]",
    "x \t- a: b",
    "a: `x`",
    "a: @x",
    "a: %x",
    "@",
    "a: \x0b",
    "a: *",
    "a: &",
    "a: & b",
    "a: * b",
    "a: *.csv",
    "a: &.csv",
    "a: *b.c: d",
    "a: &b&c d",
    "a: b: c",
    "a: b\tc: d",
    "a: b:\tc: d",
    "a: b:c: d",
    "- a: b: c",
    "a: 'b': c",
    "a: [b]: c",
    "a: b\n c: d",
    "a: b\n  c: d\n",
    "a: b\n# e\n\n  c: d\n",
    "a:b\n  c: d\n",
    "- a:b\n  c: d\n",
    "- a: b\n   c: d\n",
    "a:b: c\n  d: e\n",
    "a\n  b: c\n",
    "- a\n  b: c\n",
    "a b c\n  d e: f\n",
    "a: 'b'\n  c: d\n",
    "a: |\n  b\n c: d\n",
    "  a: |\n    b\n c: d\n",
    "a\n: b",
    "\n a: b\n  c: d\n",
    "x" * 1025 + ": 1",
    "a: 1\n" + "x" * 1025 + ": 1\n",
    "a:1\nb: 2",
    "a: 1\nb:2\nc: 3",
    "a: 1\nb\nc: 3",
    "a: 1\n  \nb c\nd: 3",
    "a: 1\n- b:2\nc: 3",
    "- a: 1\n  b:2\n- c",
    "- a: 1\n  b c\n- c",
    "a: 1\n'b'\nc: 2\n",
    "a: 1\nb#c\nd: 2\n",
    "a: 1\n[b]\nd: 2\n",
    "a: 1\nb c:d\ne: 2\n",
    "a: 1\n'b:c'\ne: 2\n",
    "a: 1\nhttp://x\ne: 2\n",
    "[c:}",
    "{a: b:}",
    "[::x]",
    "{?:}",
    "{a: b:]}",
    "a: - b",
    "a: - b\n   - c\n",
    "- - a: - b\n",
    "a: ? b",
    "a: 1\n? b\n c: d\n",
    "- ? a\n  ? - b\n c",
    "'a' 'b': c",
    "a: 'it's'",
    'a: "b" c\nd: e',
    "a: 'b'c\n",
    "a: 'b' \n c\n",
    "a: &a *b",
    "a: &x &y b",
    "a: !x !y b",
    "a: *b c\n",
    "a: &b\n&c d\n",
    "- a\n *b\n",
    "a: [b] c\nd: e\n",
    "a: {b: c}}\n",
    "a: [b]]\n",
    "a: 1\n  - b\n",
    "a:\n  b: 1\n - c\n",
    "a:\n    b: 1\n  c: 2",
    "a:\n    - b\n  - c",
    "a:\n    - b\n  c: d",
    "  a: 1\nb: 2",
    "  - a\n- b",
    "  - a\nb",
    "# c\n\n  a: 1\n b: 2",
    "b: 1\n- a",
    "- a\nb: 1",
    "- a\nb",
    "a: 1\n: b",
    "a: 1\n: b\nc: 2",
    "- a\n: b",
    "a:\n  b: 1\n : c\n",
    ": a",
    ":",
    "a: ]",
    "a: }",
    "a: ,",
    ", a",
    "]",
    "- ]",
    "[a, ,]",
    "{a: ]",
    "a: [\n---\n",
    "a: [\n...\n",
    "a: {\n--- x\n",
    "[a, b\n---\n",
    "a: &x\n---\n",
    "a: !e!foo",
    "a: !<foo",
    "a: !<>",
    "a: !a!",
    "a: !%zz",
    "a: !x%41 b",
    "- !e!foo bar\n",
    "a: !b{c}",
    "a: !b, c",
    "a: |x\n",
    "a: >x\n",
    "a: |0\n  b\n",
    "a: |2x\n  b\n",
    "a: |\n\tb\n",
    "a: |\n    \n  b\n",
    "%x",
    "%",
    "%YAML\n---\n",
    "%YAML 1\n---\n",
    "%YAML 1.x\n---\n",
    "%YAML 2.0\n---\na",
    "%YAML 1.2\n%YAML 1.2\n---\na",
    "%YAML 1.2\na: b",
    "%x y\na: b",
    "a: 1\n%x\n",
    "a: 1\n...\n%x\n",
    "[1] foo",
    "[1]\nfoo",
    "[1] # c\n foo: bar\n",
    "{a: b} c: d",
    "'a' b",
    "x\n--- y\n z: [",
    "a: 1\n... b\n",
    "--- a: b",
    "--- - a",
    "- a\n...\nb",
    "#\n- a\n...\nb: c",
    "*a b",
    "*a: b",
    "- &a\n  !t b\n- &c\n  !u [d]\n",
    "{a:b:c}",
    'a: "\\q \\n"',
    'a: "\\q\\n"',
    '["a" X]',
    "[1,",
    "[1,\n",
    "{a: ",
    "[",
    "a: [\n",
    "- &X 1\n- *X c\n",
    "  X: 1\nb: 2",
    "a:b\n\n  c: d\n",
    "a: b\n\n\n  c: d\n",
    "a: b\n\n  c: d\n",
    "x\n\n  c: d\n",
    "a b\n  # c\n  d: e\n",
    # What YAML cannot hold
    b"a: 1\nb: \xff",
    "é: ".encode() + b"\xc3(",
    b"\xef\xbb\xbfab\x80",
    b"a\r\nb\rc\n\x00d \xe9 \xff\nz",
    b"\xff",
    b"ab\xc3",
    "a: 1".encode("utf-16-le"),
    "a: 1".encode("utf-16"),
    b"\xfe\xff\x00a",
    b"\xef\xbb\xbfa: \xc3\xa9",
    "\ufeffa: é",
    "\ufeff\ufeffa",
    "a\ufeff",
    *(f"a: 1\nb: x{character}y" for character in "\x00\x1b\x7f\x80\x85\x9f\u2028\u2029\ufffe\uffff\ud800\udfff"),
    "\n".join(f"{n}\x01\x02" for n in range(12)),
    "a\n\n\x01\n\nb\x02c\n",
    "\x00",
)
VALUES = (
    *(
        "1",
        "NO",
        "null",
        "",
        "  ",
        "'a: b'",
        "[1, [2], {a: 3}]",
        "{a: b}",
        "C:\\data",
        "foo]",
        "two words",
        "a#b",
        " x ",
    ),
    *("a: b", " a: b", "- a", "-", "a #b", "#a", "  # a", "{a: 1} # c", "[1] ", "[1] 2", "'a' # b", "- [a]", "? a"),
    *("|", ">x", "---", "--- a", "...", "%x", "  |", " --- a", "a\nb", "a\n", "\n", "\r", "*.csv", ",", "[a", "{a:1}"),
    *(
        "!x",
        "*a",
        "&a b",
        "&a",
        "\x00",
        "\t",
        "a\t",
        "\u2028",
        "''",
        "{}",
        "[]",
        "{a: b}}",
        "a\tb",
        "-1",
        ".inf",
        "@",
        "X",
        "  [a, b]",
        "a #",
    ),
)


def place(span: Span) -> str:
    shown = repr(span.text if len(span.text) <= 80 else f"{span.text[:40]}…{len(span.text)}")
    return f"{span.file}:{span.line}:{span.column}-{span.end} of {shown}"


def told(problem: Diagnostic) -> Iterator[str]:
    yield f"  {problem.code} {problem.severity.value}: {problem.message}"
    yield f"    at {place(problem.span)}"
    yield f"    {problem.hint}"
    yield from (f"    {label.message}: {place(label.span)}" for label in problem.labels)
    if problem.fix:
        yield f"    {problem.fix.replacement!r} for {place(problem.fix.span)}"


def drawn(node: Node, depth: int = 1) -> Iterator[str]:
    span = f"{node.span.line}:{node.span.column}-{node.span.end}"
    inner = depth + 1
    match node:
        case Scalar(value):
            yield f"{'  ' * depth}{span} {value!r}{' quoted' if node.quoted else ''}"
        case Sequence(items):
            yield f"{'  ' * depth}{span} list"
            for item in items:
                yield from drawn(item, inner)
        case Mapping(entries):
            yield f"{'  ' * depth}{span} mapping"
            for entry in entries:
                yield from drawn(entry.key, inner)
                yield from drawn(entry.value, inner + 1)


def shown(reading: Reading) -> str:
    node, problems = reading
    lines = [*(line for problem in problems for line in told(problem)), *(drawn(node) if node else ["  nothing"])]
    return "\n".join(lines)


def title(text: str | bytes) -> str:
    shown = repr(text)
    return shown if len(shown) <= 300 else f"{shown[:150]}…{shown[-150:]}"


def by_python(text: str | bytes) -> Reading:
    with mock.patch.object(import_module("specrun.compiler.reader.compose"), "_LOADER", yaml.SafeLoader):
        return read(text, "s.yaml")


READINGS: dict[str, Callable[[], Reading]] = {
    **{title(text): partial(read, text, "s.yaml") for text in TEXTS},
    **{f"{title(text)} by the parser in Python": partial(by_python, text) for text in TEXTS},
    **{f"the value {title(text)}": partial(read_scalar, text, "--set x") for text in VALUES},
}


@pytest.fixture(scope="module")
def golden(renew: bool) -> dict[str, str]:
    """What is held of each reading."""
    if renew:
        found = {name: shown(reading()) for name, reading in READINGS.items()}
        other = {name: text for name, text in found.items() if text != found.get(name.partition(" by the ")[0], "")}
        plain = {name: text for name, text in found.items() if " by the " not in name}
        GOLDEN.write_text("\n\n".join(f"{name}\n{text}" for name, text in {**plain, **other}.items()) + "\n", "utf-8")
    parts = (part.partition("\n") for part in GOLDEN.read_text("utf-8").removesuffix("\n").split("\n\n"))
    return {name: text for name, _, text in parts}


@pytest.mark.parametrize("name", READINGS)
def test_all_that_is_given_for_a_text(name: str, golden: dict[str, str]) -> None:
    assert shown(READINGS[name]()) == golden.get(name, golden.get(name.partition(" by the ")[0]))


@pytest.mark.parametrize("case", sorted(path.parent.name for path in (TESTS / "ui").glob("Y*/spec.yaml")))
def test_the_reader_alone_says_what_the_cases_show(case: str) -> None:
    folder = TESTS / "ui" / case
    if not (folder / "settings.txt").exists():
        _, problems = read((folder / "spec.yaml").read_bytes(), "spec.yaml")
        assert render_text(problems) in (folder / "expected.txt").read_text("utf-8")


# Limits, each at its last value and one beyond


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    few = Limits(size_bytes=70, line_characters=30, depth=3, nodes=8, characters=40, digits=5, problems=3)
    for module in ("compose", "scalars", "source"):
        monkeypatch.setattr(import_module(f"specrun.compiler.reader.{module}"), "LIMITS", few)


HINTS = (
    "is a bracket or an indentation wrong? a spec needs few levels",
    "repeat fewer and smaller values; data belongs in a file of its own",
    "is this a spec? data belongs in a file of its own, named by `data.path`",
    "write it on several lines",
    "write at most 5 characters, or quote it if it is a text",
)


@pytest.mark.usefixtures("limits")
def test_what_an_unknown_alias_stands_for_counts() -> None:
    for inner in ("1,2,3,4,5,6", "1,2,3,4,5,6,7"):
        node, problems = read(f"[{inner},*a]", "s.yaml")
        assert [problem.code for problem in problems] == (["Y114"] if node else ["Y114", "Y122"])
    assert problems[1].span == problems[0].span


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize(
    ("inside", "beyond", "message", "where"),
    [
        ("a" * 20 + "\n" * 50, "a" * 20 + "\n" * 51, "the text has 71 bytes, and at most 70 are read", (1, 1, 21)),
        ("a: " + "b" * 27, "a: " + "b" * 28, "the line has 31 characters, and at most 30 are read", (1, 1, 81)),
        ("[[[]]]", "[[[[]]]]", "lists and mappings are nested more than 3 deep", (1, 4, 5)),
        ("- - - a", "- - - - a", "lists and mappings are nested more than 3 deep", (1, 7, 8)),
        ("- &a []\n- [*a]", "- &a [[]]\n- [*a]", "lists and mappings are nested more than 3 deep", (2, 4, 6)),
        (
            "[1,2,3,4,5,6,7]",
            "[1,2,3,4,5,6,7,8]",
            "the text holds more than 8 values, counting what aliases (`*name`) repeat",
            (1, 16, 17),
        ),
        (
            "- &a [1,2]\n- *a\n- 1",
            "- &a [1,2]\n- *a\n- *a",
            "the text holds more than 8 values, counting what aliases (`*name`) repeat",
            (3, 3, 5),
        ),
        (
            "{a: b, c: d, e: }",
            "{a: b, c: d, e: , f: }",
            "the text holds more than 8 values, counting what aliases (`*name`) repeat",
            (1, 22, 23),
        ),
        (
            "- {}\n- []\n- {}\n- []\n- []\n- []\n- []",
            "- {}\n- []\n- {}\n- []\n- []\n- []\n- []\n- []",
            "the text holds more than 8 values, counting what aliases (`*name`) repeat",
            (8, 3, 4),
        ),
        (
            "- " + "x" * 18 + "\n- " + "y" * 18 + "\n- zzzz",
            "- " + "x" * 18 + "\n- " + "y" * 18 + "\n- zzzzz",
            "the text holds more than 40 characters, counting what aliases (`*name`) repeat",
            (3, 3, 8),
        ),
        (
            "- &a " + "x" * 13 + "\n- *a\n- *a\n- y",
            "- &a " + "x" * 13 + "\n- *a\n- *a\n- yy",
            "the text holds more than 40 characters, counting what aliases (`*name`) repeat",
            (4, 3, 5),
        ),
        (
            "- &a {" + "x" * 12 + ": yyy}\n- *a\n- " + "z" * 10,
            "- &a {" + "x" * 12 + ": yyy}\n- *a\n- " + "z" * 11,
            "the text holds more than 40 characters, counting what aliases (`*name`) repeat",
            (3, 3, 14),
        ),
        (
            "- &a [&b [" + "x" * 12 + ",yyy]]\n- *b",
            "- &a [&b [" + "x" * 12 + ",yyy]]\n- *a",
            "the text holds more than 8 values, counting what aliases (`*name`) repeat",
            (2, 3, 5),
        ),
        ("12345", "123456", "a number of 6 characters is too long", (1, 1, 7)),
        ("0x123", "0x1234", "a number of 6 characters is too long", (1, 1, 7)),
        ("1.e+9", "1.e+99", "a number of 6 characters is too long", (1, 1, 7)),
    ],
)
def test_a_limit(inside: str, beyond: str, message: str, where: tuple[int, int, int]) -> None:
    node, problems = read(inside, "s.yaml")
    assert all(p.hint in HINTS for p in read(beyond, "s.yaml")[1])
    found = [(p.message, (p.span.line, p.span.column, p.span.end)) for p in read(beyond, "s.yaml")[1]]
    assert problems == ()
    assert node is not None
    assert found == [(message, where)]


@pytest.mark.usefixtures("limits")
def test_the_last_problem_that_is_kept_is_the_end() -> None:
    node, problems = read("[*a, *b]", "s.yaml")
    assert node is not None
    assert [problem.code for problem in problems] == ["Y114", "Y114"]
    node, problems = read("[*a, *b, *c, *d]", "s.yaml")
    assert node is None
    assert [problem.span.column for problem in problems] == [2, 6, 10]


def test_the_limits() -> None:
    assert Limits(4_194_304, 100_000, 64, 100_000, 8_388_608, 300, 200) == LIMITS


@pytest.mark.parametrize(
    ("text", "line", "end"),
    [
        ("a" * 500, "a" * 80, 81),
        ("a\nb" * 300, "a", 2),
        ("\ufeffa\x01\n" * 300, "a\ufffd", 3),
        ("\n" + "a" * 100, "", 2),
        (b"\xff" * 100, "\ufffd" * 80, 81),
    ],
)
@pytest.mark.usefixtures("limits")
def test_of_a_text_that_is_too_large_the_first_line_is_shown(text: str | bytes, line: str, end: int) -> None:
    (problem,) = read(text, "s.yaml")[1]
    assert (problem.code, problem.span, problem.span.text) == ("Y102", Span("s.yaml", 1, 1, end), line)
    assert problem.hint == "is this a spec? data belongs in a file of its own, named by `data.path`"


def test_of_a_line_that_is_too_long_the_beginning_is_shown() -> None:
    (problem,) = read("a: 1\nb: " + "x" * 100_000 + "\n\x00", "s.yaml")[1]
    assert (problem.span, problem.span.text) == (Span("s.yaml", 2, 1, 81), "b: " + "x" * 77)
    assert problem.message == "the line has 100,003 characters, and at most 100,000 are read"
    assert problem.hint == "write it on several lines"
    (problem,) = read(b"a" * 100_001 + b"\xff", "s.yaml")[1]
    assert (problem.code, len(problem.span.text)) == ("Y101", 100_000)


@pytest.mark.parametrize("error", [yaml.YAMLError("no"), yaml.MarkedYAMLError("while", None, "no", None)])
def test_an_error_without_a_place(error: yaml.YAMLError) -> None:
    found = explain(Source("s.yaml", "a", ("a",)), error)
    span = Span("s.yaml", 1, 1, 2)
    assert found == Diagnostic("Y105", "this is not YAML", span, "see what the shipped specs look like")


def test_an_error_that_nothing_explains() -> None:
    mark = yaml.Mark("", 0, 1, 1, None, 0)
    source = Source("s.yaml", "a\nbc", ("a", "bc"))
    for error in (yaml.MarkedYAMLError(None, None, "odd", mark), yaml.MarkedYAMLError("x", mark, "odd", mark)):
        assert explain(source, error) == Diagnostic(
            "Y105",
            "this is not YAML: odd",
            Span("s.yaml", 2, 2, 3),
            "check indentation, quotes and brackets up to here",
        )
    assert explain(source, yaml.MarkedYAMLError(None, None, None, mark)).message == "this is not YAML: "


def test_a_tree_is_compared_by_its_values_alone() -> None:
    here, there = Span("s.yaml", 1, 1, 2, "a"), Span("t.yaml", 5, 2, 3, "b")
    assert Scalar(1, here) == Scalar(1, there, True)
    assert Scalar(1, here) != Scalar(2, here)
    assert Sequence((Scalar(1, here),), here) == Sequence((Scalar(1, there),), there)
    one, other = (read(text, "s.yaml")[0] for text in ("{a: 1, b: [x]}", "a: 1\nb:\n  - 'x'"))
    assert one == other
    assert repr(one) == (
        "Mapping(entries=(Entry(key=Scalar(value='a'), value=Scalar(value=1)), "
        "Entry(key=Scalar(value='b'), value=Sequence(items=(Scalar(value='x'),)))))"
    )
    assert isinstance(one, Mapping)
    assert one.get("c") is None
    assert one.entry("b") is one.entries[1]
    assert [entry.name for entry in one] == ["a", "b"]
    assert one.plain() == {"a": 1, "b": ["x"]}
