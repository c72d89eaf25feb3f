"""The YAML reader: values, places, every diagnostic, and every known trap of YAML."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.reader import LIMITS, Mapping, Node, Plain, Scalar, Sequence, read, read_scalar


def place(span: Span) -> str:
    return f"{span.line}:{span.column}-{span.end}"


def value(text: str | bytes) -> Plain:
    node, problems = read(text, "s.yaml")
    assert problems == ()
    assert node is not None
    return node.plain()


def tree(text: str) -> Node:
    node, problems = read(text, "s.yaml")
    assert problems == ()
    assert node is not None
    return node


def problems_of(text: str | bytes) -> list[Diagnostic]:
    return list(read(text, "s.yaml")[1])


def only_problem(text: str | bytes) -> Diagnostic:
    (problem,) = problems_of(text)
    return problem


def found(text: str | bytes) -> list[tuple[str, str]]:
    return [(problem.code, place(problem.span)) for problem in problems_of(text)]


# Values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[(text, None) for text in ("null", "Null", "NULL", "~")],
        *[(text, True) for text in ("true", "True", "TRUE")],
        *[(text, False) for text in ("false", "False", "FALSE")],
        *[("0", 0), ("-12", -12), ("+3", 3), ("010", 10), ("0o17", 15), ("0x1F", 31)],
        *[("1e-3", 0.001), (".5", 0.5), ("1.", 1.0), ("-1.5E+2", -150.0), ("1e5", 100000.0)],
        *[(text, text) for text in ("NO", "no", "on", "Yes", "y", "nULL", "tRUE", "12:30", "12:30:45", "2024-01-02")],
        *[(text, text) for text in ("1_000", "0b1", "-0x1F", "0o8", "1e", ".", "+", "e3", "1/255", "١٢", "=")],
    ],
)
def test_plain_scalars_follow_the_core_schema(text: str, expected: Plain) -> None:
    got = value(text)
    assert got == expected
    assert type(got) is type(expected)


def test_quoted_and_block_scalars_are_texts() -> None:
    node = tree("- '5'\n- \"null\"\n- |\n  1\n- >\n  true\n- 5\n")
    assert isinstance(node, Sequence)
    assert node.plain() == ["5", "null", "1\n", "true\n", 5]
    assert [isinstance(item, Scalar) and item.quoted for item in node.items] == [True, True, True, True, False]


def test_an_absent_value_is_null() -> None:
    assert value("a:\nb: [x, {y: }]\n") == {"a": None, "b": ["x", {"y": None}]}


def test_keys_are_their_source_text() -> None:
    text = "2019: a\ntrue: b\n010: c\nNO: d\nnull: e\n'': f\n1e999: g\n'<<': h\n? k\n: i\n"
    assert value(text) == dict(
        zip(("2019", "true", "010", "NO", "null", "", "1e999", "<<", "k"), "abcdefghi", strict=True)
    )


def test_an_alias_shares_its_node_and_counts_as_a_key_too() -> None:
    node = tree("a: &x [1, 2]\nb: *x\nc: &k 010\n*k : d\n")
    assert isinstance(node, Mapping)
    assert node.get("a") is node.get("b")
    assert node.plain() == {"a": [1, 2], "b": [1, 2], "c": 10, "010": "d"}


def test_an_anchor_can_be_named_again() -> None:
    assert value("- &a 1\n- *a\n- &a [&a 2, *a]\n- *a") == [1, 1, [2, 2], 2]


def test_a_byte_order_mark_is_dropped() -> None:
    assert value(b"\xef\xbb\xbfa: \xc3\xa9") == {"a": "é"}
    assert value("\ufeffa: é") == {"a": "é"}


def test_a_version_directive_and_document_marks_are_allowed() -> None:
    assert value("%YAML 1.2\n---\na: 1\n...\n") == {"a": 1}


# Places


def test_spans_of_a_nested_text() -> None:
    text = "a:\n  - Dense: {units: 8,\n      rate: 1}  # c\n  - &x {b: [2, 3]}\nc: long\n  text\nd: *x  # c\n"
    root = tree(text)
    assert isinstance(root, Mapping)
    a, c, d = root.entries
    assert isinstance(a.value, Sequence)
    dense, second = a.value.items
    assert isinstance(dense, Mapping)
    assert isinstance(second, Mapping)
    inner = second.get("b")
    assert inner is not None
    assert [place(entry.key.span) for entry in root] == ["1:1-2", "5:1-2", "7:1-2"]
    assert place(root.span) == "1:1-2"
    assert place(a.value.span) == "2:3-21"
    assert place(dense.entries[0].value.span) == "2:12-21"
    assert place(second.span) == "4:8-19"
    assert place(inner.span) == "4:12-18"
    assert place(c.value.span) == "5:4-8"
    assert d.value is second
    assert second.span.text == "  - &x {b: [2, 3]}"
    assert second.span.text is inner.span.text


def test_columns_count_characters() -> None:
    root = tree("é😀: [😀, x]\t# c\r\nb: 'q'\ry: 1")
    assert isinstance(root, Mapping)
    first, second, third = root.entries
    assert isinstance(first.value, Sequence)
    assert [place(item.span) for item in first.value.items] == ["1:6-7", "1:9-10"]
    assert (place(second.value.span), second.value.span.text) == ("2:4-7", "b: 'q'")
    assert place(third.key.span) == "3:1-2"


def test_the_span_of_an_absent_value_is_not_empty() -> None:
    root = tree("a:\nb: &x\n")
    assert isinstance(root, Mapping)
    assert [place(entry.value.span) for entry in root] == ["1:3-4", "2:4-6"]


# Mistakes


def test_all_that_can_be_passed_over_is_reported_at_once() -> None:
    text = (
        "a: 1\nb: !!set {x}\na: 2\n<<: {q: 1}\n? [x]\n: 2\nd: *zz\ne: &q [*q]\n"
        "f: .inf\ng: -.INF\nh: .nan\ni: 1e999\n: 3\nj: 4\n"
    )
    assert [code for code, _ in found(text.replace(": 3\n", ""))] == [
        *("Y116", "Y118", "Y117", "Y119", "Y114", "Y115", "Y126", "Y126", "Y126", "Y126"),
    ]
    node, _ = read("a: 1\na: 2\n<<: {q: 1}\nb: 3", "s.yaml")
    assert node is not None
    assert node.plain() == {"a": 1, "b": 3}


def test_mistakes_before_a_syntax_error_are_kept() -> None:
    assert found("a: 1\na: 2\nb: 'x") == [("Y118", "2:1-2"), ("Y109", "3:4-5")]


@pytest.mark.parametrize("text", ["a: 1\na: 2", "1: x\n'1': y", "{x: 1, x: 2}", "&a k: 1\n*a : 2"])
def test_a_duplicate_key_points_to_the_first(text: str) -> None:
    problem = only_problem(text)
    (label,) = problem.labels
    assert problem.code == "Y118"
    assert label.message == "first given here"
    assert (label.span.line, label.span.column) < (problem.span.line, problem.span.column)


def test_the_same_key_in_two_mappings_is_no_duplicate() -> None:
    assert value("a: {x: 1}\nb: {x: 1}") == {"a": {"x": 1}, "b": {"x": 1}}


@pytest.mark.parametrize(
    ("text", "where", "tag"),
    [
        ("a: !!set {x}", "1:4-9", "!!set"),
        ("a: !!binary aGk=", "1:4-12", "!!binary"),
        ("a: !!str 5", "1:4-9", "!!str"),
        ("a: ! 5", "1:4-5", "!"),
        ("[&x !t, 2]", "1:5-7", "!t"),
        ("- !!python/object/apply:os.system [ls]", "1:3-34", "!!python/object/apply:os.system"),
        ("!<tag:yaml.org,2002:int> 3", "1:1-25", "!<tag:yaml.org,2002:int>"),
    ],
)
def test_tags_are_refused(text: str, where: str, tag: str) -> None:
    problem = only_problem(text)
    assert (problem.code, place(problem.span)) == ("Y116", where)
    assert problem.message == f"the tag `{tag}` is not allowed"


def test_tag_directives_are_refused_before_they_take_quadratic_time() -> None:
    text = "# c\n" + "".join(f"%TAG !a{n}! tag:x,\n" for n in range(100_000)) + "---\na: 1\n"
    assert found(text) == [("Y116", "2:1-17")]


def test_merge_complex_and_empty_keys() -> None:
    assert found("<<: {a: 1}") == [("Y117", "1:1-3")]
    assert found("? [a]\n: b") == [("Y119", "1:3-6")]
    assert found("{[a]: b, {c: d}: e}") == [("Y119", "1:2-5"), ("Y119", "1:10-16")]
    assert found("a: 1\n? \n: b")[0][0] == "Y120"


def test_unknown_and_self_referring_aliases() -> None:
    problem = only_problem("a: &shared 1\nb: *shard")
    assert (problem.code, place(problem.span)) == ("Y114", "2:4-10")
    assert problem.hint == "did you mean `shared`?"
    assert found("a: &x [1, {b: *x}]") == [("Y115", "1:15-17")]
    assert found("&x k: *x") == []


@pytest.mark.parametrize(
    ("text", "where"),
    [(b"a: 1\nb: \xff", "2:4-5"), ("é: ".encode() + b"\xc3(", "1:4-5"), (b"\xef\xbb\xbfab\x80", "1:3-4")],
)
def test_bytes_that_are_not_utf8(text: bytes, where: str) -> None:
    assert found(text) == [("Y101", where)]
    assert "not valid UTF-8" in only_problem(text).message


def test_utf16_is_named() -> None:
    assert only_problem("a: 1".encode("utf-16")).message == "the text is UTF-16, not UTF-8"


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x07", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffe", "\ud800"])
def test_forbidden_characters(character: str) -> None:
    problem = only_problem(f"a: 1\nb: x{character}y")
    assert (problem.code, place(problem.span)) == ("Y104", "2:5-6")
    assert f"U+{ord(character):04X}" in problem.message
    assert problem.span.text == "b: x\ufffdy"


def test_control_characters_reach_no_message() -> None:
    problem = only_problem('"\\e[31m\\n": 1\n"\\e[31m\\n": 2')
    assert problem.message == "the key `\ufffd[31m\ufffd` is given twice"


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "\n\n", "--- # x\n...\n", b"\xef\xbb\xbf"])
def test_an_empty_document(text: str | bytes) -> None:
    node, problems = read(text, "s.yaml")
    assert node is None
    assert [problem.code for problem in problems] == ["Y123"]


def test_a_root_need_not_be_a_mapping() -> None:
    assert value("null") is None
    assert value("''") == ""
    assert value("- 1") == [1]


def test_a_second_document() -> None:
    assert found("a: 1\n---\nb: [\n") == [("Y124", "2:1-4")]


def test_numbers_too_long_or_not_finite() -> None:
    assert value(f"[{'1' * LIMITS.digits}]") == [int("1" * LIMITS.digits)]
    assert found("a: " + "1" * 5000) == [("Y125", "1:4-5004")]
    assert found("a: 0x" + "f" * 5000) == [("Y125", "1:4-5006")]
    assert found("a: 1." + "1" * 5000) == [("Y125", "1:4-5006")]
    assert found("[.nan, 1e400, '.nan', -.inf]") == [("Y126", "1:2-6"), ("Y126", "1:8-13"), ("Y126", "1:23-28")]


# Limits


@pytest.mark.parametrize("opening", ["[", "{", "[\n", "- ", "? ", "{a: ", "[{"])
def test_depth_is_bounded_before_recursion(opening: str) -> None:
    assert [code for code, _ in found(opening * 20_000)] == ["Y121"]


def test_depth_at_the_limit() -> None:
    assert value("[" * LIMITS.depth + "]" * LIMITS.depth) is not None
    assert [code for code, _ in found("[" * (LIMITS.depth + 1) + "]" * (LIMITS.depth + 1))] == ["Y121"]


def test_aliases_cannot_add_up_to_more_depth() -> None:
    half = LIMITS.depth // 2
    deep = "[" * half
    text = f"- &a {deep}{deep.replace('[', ']')}\n- {deep}*a{deep.replace('[', ']')}\n"
    assert [code for code, _ in found(text)] == ["Y121"]


def test_an_alias_bomb_is_stopped() -> None:
    lines = ["- &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"- &a{n + 1} [{','.join([f'*a{n}'] * 9)}]" for n in range(9)]
    node, problems = read("\n".join(lines), "s.yaml")
    assert node is None
    assert [problem.code for problem in problems] == ["Y122"]


def test_aliases_cannot_multiply_text() -> None:
    text = "- &a " + "x" * 90_000 + "\n" + "- *a\n" * 100
    assert [code for code, _ in found(text)] == ["Y122"]


def test_nodes_are_bounded_without_aliases_too() -> None:
    inside = "\n".join(["-"] * (LIMITS.nodes - 1))
    assert problems_of(inside) == []
    assert [code for code, _ in found(inside + "\n-")] == ["Y122"]


def test_the_number_of_problems_is_bounded() -> None:
    assert len(problems_of("- *a\n" * 100_000)) == LIMITS.problems


@pytest.mark.parametrize("text", ["a: 1\n" + "#" * LIMITS.size_bytes, b"\xff" * (LIMITS.size_bytes + 1)])
def test_a_text_that_is_too_large(text: str | bytes) -> None:
    problem = only_problem(text)
    assert problem.code == "Y102"
    assert len(problem.span.text) <= 80


def test_a_line_that_is_too_long() -> None:
    problem = only_problem("a: 1\nb: " + "x" * LIMITS.line_characters)
    assert (problem.code, problem.span.line, len(problem.span.text)) == ("Y103", 2, 80)


# The command line's values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[("1", 1), ("1e-3", 0.001), ("NO", "NO"), ("null", None), ("", None), (" ", None), ("'a: b'", "a: b")],
        *[("[1, [2], {a: 3}]", [1, [2], {"a": 3}]), ("{a: b}", {"a": "b"}), ("C:\\data", "C:\\data")],
        *[("data/*.csv", "data/*.csv"), ("foo]", "foo]"), (";", ";"), ("two words", "two words"), ("a#b", "a#b")],
    ],
)
def test_read_scalar(text: str, expected: Plain) -> None:
    node, problems = read_scalar(text, "--set")
    assert problems == ()
    assert node is not None
    assert node.plain() == expected
    assert (node.span.file, node.span.line) == ("--set", 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *[(text, "Y127") for text in ("a: b", "- a", "-", "a #b", "#a", "{a: 1} # c", "|", ">", "---", "...", "%x")],
        *[("a\nb", "Y127"), ("*.csv", "Y111"), (",", "Y111"), ("[a", "Y108"), ("{a:1}", "Y107"), ("!x", "Y116")],
        *[("*a", "Y114"), ("\x00", "Y104"), ("[" * 100, "Y121"), ("1" * 400, "Y125")],
    ],
)
def test_read_scalar_refuses(text: str, code: str) -> None:
    _, problems = read_scalar(text, "--set")
    assert [problem.code for problem in problems] == [code]
    assert problems[0].span.line == 1


# Any text

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn"], exclude_characters="\ufeff")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc:#é 😀'", max_size=5), inner, max_size=4),
    max_leaves=12,
)
PIECES = (
    "a|b: |c:|- |\n|\n  |[|]|{|}|,|'|\"|>|&x |*x|!t |# |%|---|? |: |\t|\\|😀|\r\n|1e9|.inf|<<: |@|`|x:1|~|\x00|\u2028"
)
YAML_LIKE = st.lists(st.sampled_from(["|", *PIECES.split("|")]), max_size=14).map("".join)


@given(JSON)
@settings(max_examples=200, deadline=None)
def test_json_is_read_as_json(data: Plain) -> None:
    assert value(json.dumps(data, ensure_ascii=False)) == data
    assert value(json.dumps(data, ensure_ascii=False, indent=1)) == data


@given(YAML_LIKE | st.text() | st.binary())
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_or_refused(text: str | bytes) -> None:
    node, problems = read(text, "s.yaml")
    assert node is not None or problems
    assert list(problems) == sorted(problems, key=lambda problem: (problem.span.line, problem.span.column))
    for problem in problems:
        assert problem.hint
        assert problem.message.isprintable()
        assert 1 <= problem.span.column < problem.span.end <= len(problem.span.text) + 2


@given(YAML_LIKE | st.text())
@settings(max_examples=300, deadline=None)
def test_any_value_of_the_command_line_is_read_or_refused(text: str) -> None:
    node, problems = read_scalar(text, "--set")
    assert node is not None or problems
    assert all(problem.span.line == 1 or "\n" in text or "\r" in text for problem in problems)
