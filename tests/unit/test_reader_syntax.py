"""What the reader says about a text that is no YAML: code, place and message of each common slip."""

from __future__ import annotations

from importlib import import_module

import pytest
import yaml

from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.reader import read

SYNTAX = [
    ("a:\n\tb: 1", "Y106", "2:1-2", "a tab is used for indentation"),
    ("a:\n  b: 1\n\tc: 2", "Y106", "3:1-2", "a tab is used for indentation"),
    ("- \ta: 1", "Y106", "1:3-4", "a tab stands where only spaces may"),
    ("a:1\nb: 2", "Y107", "1:2-3", "no space after the colon"),
    ("a: 1\nb:2\nc: 3", "Y107", "2:2-3", "no space after the colon"),
    ("d: {units: 1, rate:8}", "Y107", "1:19-20", "no space after the colon"),
    ("a: [1, 2\nb: 3\n", "Y108", "1:4-5", "`[` is never closed"),
    ("a: {b: 1", "Y108", "1:4-5", "`{` is never closed"),
    ("a: [1, 2}\n", "Y108", "1:9-10", "`[` is closed by `}`"),
    ('a: ["x" "y"]', "Y108", "1:9-10", "expected `,` or `]` here"),
    ("a: 'foo\nb: 1\n", "Y109", "1:4-5", "the quotation mark is never closed"),
    ("a: 'x\n---\ny'", "Y109", "1:4-5", "the quotation mark is never closed"),
    ("a: 1\n b: 2", "Y110", "2:2-3", "this line is indented deeper than its neighbours"),
    ("a:\n    b: 1\n  c: 2", "Y110", "3:3-4", "the indentation of this line matches no line above"),
    ("  a: 1\nb: 2", "Y110", "2:1-2", "this line is indented less than the first one"),
    ("b: 1\n- a", "Y110", "2:1-2", "a list item (`- `) stands where the next key was expected"),
    ("- a\nb: 1", "Y110", "2:1-2", "a key stands where the next list item (`- `) was expected"),
    ("a: @x", "Y111", "1:4-5", "a value cannot begin with `@`"),
    ("a: `x`", "Y111", "1:4-5", "a value cannot begin with a backtick"),
    ("a: *.csv", "Y111", "1:4-5", "`*` repeats a value in YAML, but no name follows"),
    ("a: b: c", "Y111", "1:5-6", "a second `: ` in one line"),
    ("a: 'it's'", "Y111", "1:8-9", "there is text after the closing quotation mark"),
    ("a: ]", "Y111", "1:4-5", "a value was expected, but `]` stands here"),
    ("a: ? b", "Y111", "1:4-5", "a value cannot begin with `?`"),
    ("a: |x\n", "Y111", "1:5-6", "`|` begins a text on the lines below, so nothing may follow it"),
    ("[c:}", "Y111", "1:3-4", "a text cannot end with `:` here"),
    ("[1] foo", "Y111", "1:5-6", "`f` stands after the end of the value"),
    ("a: &a *b", "Y111", "1:7-8", "`*` does not fit here"),
    ('a: "C:\\data"', "Y112", "1:7-9", "`\\d` is not a complete escape of a double-quoted text"),
    ('a: "\\u12"', "Y112", "1:5-7", "`\\u` is not a complete escape of a double-quoted text"),
    ("- a: 8\n  Dropout 0.2\n- x: 1\n", "Y113", "2:3-14", "`Dropout 0.2` has no `: `, so it is no key"),
    ("foo\nbar: 1\n", "Y113", "1:1-4", "`foo` has no `: `, so it is no key"),
    ("a: - b", "Y105", "1:4-5", "a list item (`- `) cannot stand after a key on its line"),
    ("[1]\nfoo", "Y105", "2:1-2", "the document has ended before this line"),
    ("a: [\n---\n", "Y105", "2:1-2", "the document ends before the value"),
    ("%x", "Y105", "1:1-2", "a line that begins with `%` is a YAML directive"),
    ("x" * 1025 + ": 1", "Y105", "1:1026-1027", "a colon is not allowed here"),
    (": a", "Y120", "1:1-2", "there is no key before the colon"),
    ("a: !e!foo", "Y116", "1:4-5", "`!` begins a tag, and tags are not allowed"),
]


def place(span: Span) -> str:
    return f"{span.line}:{span.column}-{span.end}"


def problems_of(text: str) -> tuple[Diagnostic, ...]:
    return read(text, "s.yaml")[1]


def found(text: str) -> list[tuple[str, str]]:
    return [(problem.code, place(problem.span)) for problem in problems_of(text)]


@pytest.mark.parametrize(("text", "code", "where", "message"), SYNTAX)
def test_syntax(text: str, code: str, where: str, message: str) -> None:
    node, problems = read(text, "s.yaml")
    assert [(p.code, place(p.span), p.message) for p in problems] == [(code, where, message)]
    assert all(p.hint for p in problems)
    assert node is None or code == "Y107"


def test_an_unclosed_bracket_shows_where_it_was_noticed() -> None:
    (problem,) = problems_of("a: [1, 2\nbatch: 3\n")
    (label,) = problem.labels
    assert (place(label.span), label.message) == ("2:1-2", "expected `,` or `]` before this")


def test_the_pure_parser_is_understood_too(monkeypatch: pytest.MonkeyPatch) -> None:
    differs = {"%x", "[c:}"}
    expected = [found(text) for text, *_ in SYNTAX if text not in differs]
    monkeypatch.setattr(import_module("specrun.compiler.reader.compose"), "_LOADER", yaml.SafeLoader)
    assert [found(text) for text, *_ in SYNTAX if text not in differs] == expected
    node, problems = read("a: &x [1, 'b']\nc: *x", "s.yaml")
    assert problems == ()
    assert node is not None
    assert node.plain() == {"a": [1, "b"], "c": [1, "b"]}


@pytest.mark.parametrize("line", ["- " * 45_000, ":" * 90_000, ":" + " " * 90_000, "a:b" * 30_000, "-  " * 30_000])
@pytest.mark.parametrize("frame", ["a: 1\n{}\nb: 2", "{}\n b: 1", "a:1\n  {}: 3", '"{}'])
def test_explaining_a_long_line_takes_no_quadratic_time(line: str, frame: str) -> None:
    assert problems_of(frame.format(line))
