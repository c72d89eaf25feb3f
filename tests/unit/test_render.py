from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.compiler.diagnostics import Diagnostic, Fix, Label, Severity, Span
from specrun.compiler.render import FORMATS, render_github, render_json, render_sarif, render_text, summary
from specrun.compiler.render.printable import width

LINE = "  Nr reviews: number"


def diagnostic(
    text: str = LINE,
    column: int = 3,
    end: int = 13,
    *,
    file: str = "specs/tripadvisor.yaml",
    line: int = 9,
    code: str = "S204",
    message: str = "`Nr reviews` is not a column of reviews.csv",
    hint: str = "did you mean `Nr. reviews`?",
    severity: Severity = Severity.ERROR,
    labels: tuple[Label, ...] = (),
    fix: Fix | None = None,
) -> Diagnostic:
    return Diagnostic(code, message, Span(file, line, column, end, text), hint, severity, labels, fix)


def underlined(text: str, column: int, end: int) -> tuple[str, str]:
    """The source line as shown and the row of carets under it, both without the gutter."""
    source, carets = render_text([diagnostic(text, column, end)]).splitlines()[3:5]
    return source.removeprefix(" 9 | "), carets.removeprefix("   | ")


def test_text_has_the_look_of_the_design() -> None:
    assert (
        render_text([diagnostic()])
        == """\
error[S204]: `Nr reviews` is not a column of reviews.csv
  --> specs/tripadvisor.yaml:9:3
   |
 9 |   Nr reviews: number
   |   ^^^^^^^^^^
   = help: did you mean `Nr. reviews`?"""
    )


def test_diagnostics_are_parted_by_an_empty_line() -> None:
    assert render_text([diagnostic(), diagnostic()]).count("\n\n") == 1


def test_labels_of_one_file_share_one_excerpt_in_source_order() -> None:
    spec = "spec.yaml"
    labels = (
        Label(Span(spec, 3, 1, 5, "data: {}"), "`data` begins here"),
        Label(Span(spec, 101, 1, 4, "end: 1"), "and is closed here"),
        Label(Span(spec, 100, 9, 12, "  Pool: boolean"), "first kind"),
    )
    found = diagnostic(
        "  Pool: boolean", 3, 7, file=spec, line=100, code="D310", severity=Severity.WARNING, labels=labels
    )
    assert (
        render_text([found])
        == """\
warning[D310]: `Nr reviews` is not a column of reviews.csv
    --> spec.yaml:100:3
     |
   3 | data: {}
     | ---- `data` begins here
...
 100 |   Pool: boolean
     |   ^^^^
     |         --- first kind
 101 | end: 1
     | --- and is closed here
     = help: did you mean `Nr. reviews`?"""
    )


def test_a_label_in_another_file_has_an_excerpt_of_its_own() -> None:
    labels = (
        Label(Span("reviews.csv", 12, 7, 10, "India ;3,5;x"), "a decimal comma"),
        Label(Span("reviews.csv", 11, 1, 2, "A;1;x"), "a row before"),
    )
    assert render_text([diagnostic(labels=labels)]).splitlines()[1:-1] == [
        "   --> specs/tripadvisor.yaml:9:3",
        "    |",
        "  9 |   Nr reviews: number",
        "    |   ^^^^^^^^^^",
        "    |",
        "   ::: reviews.csv:12:7",
        "    |",
        " 11 | A;1;x",
        "    | - a row before",
        " 12 | India ;3,5;x",
        "    |       --- a decimal comma",
    ]


def test_what_has_no_source_line_is_told_without_an_excerpt() -> None:
    found = diagnostic(
        "", labels=(Label(Span("a.csv", 2, 4, 5), "the other one"), Label(Span("b", 1, 1, 2, "x"), "here"))
    )
    assert (
        render_text([found])
        == """\
error[S204]: `Nr reviews` is not a column of reviews.csv
  --> specs/tripadvisor.yaml:9:3
  ::: b:1:1
   |
 1 | x
   | - here
   = note: a.csv:2:4: the other one
   = help: did you mean `Nr. reviews`?"""
    )
    assert render_text([diagnostic("", hint="")]).splitlines()[1:] == ["  --> specs/tripadvisor.yaml:9:3"]


@pytest.mark.parametrize(
    ("text", "column", "end", "source", "carets"),
    [
        ("\tunits:\t8", 9, 10, " units: 8", "        ^"),
        ("名前: 国コード", 5, 8, "名前: 国コード", "      ^^^^^^"),
        ("cafe\u0301: x", 8, 9, "cafe\u0301: x", "      ^"),
        ("cafe\u0301: x", 1, 6, "cafe\u0301: x", "^^^^"),
        ("a\x1b[31m: x", 9, 10, "a\\x1b[31m: x", "           ^"),
        ("a\u202eb: x", 2, 3, "a\\u202eb: x", " ^^^^^^"),
        ("key:", 5, 5, "key:", "    ^"),
        ("key:", 40, 50, "key:", "    ^"),
    ],
)
def test_carets_stand_under_the_span(text: str, column: int, end: int, source: str, carets: str) -> None:
    assert underlined(text, column, end) == (source, carets)


def test_a_line_of_120_columns_is_shown_whole() -> None:
    assert underlined("x" * 120, 120, 121) == ("x" * 120, " " * 119 + "^")


@pytest.mark.parametrize("column", [1, 60, 119, 122, 200, 390, 400])
@pytest.mark.parametrize("filler", ["x", "国", "\x1b", "\t"])
def test_a_long_line_is_cut_around_the_span(column: int, filler: str) -> None:
    source, carets = underlined(filler * (column - 1) + "!" + filler * (400 - column), column, column + 1)
    assert source[carets.index("^") if filler in "x\t" else source.index("!")] == "!"
    assert width(source[: source.index("!")]) == carets.index("^")
    assert "…" in source
    assert width(source) <= 120


def test_a_long_span_is_cut_with_its_line() -> None:
    source, carets = underlined("a" * 10 + "b" * 500, 11, 511)
    assert source == "…" + "b" * 118 + "…"
    assert carets == " " + "^" * 118


@given(
    text=st.text(min_size=1) | st.integers(100, 300).map("x\u0301国".__mul__), column=st.integers(), end=st.integers()
)
def test_any_span_has_carets_within_the_line(text: str, column: int, end: int) -> None:
    source, carets = underlined(text, column, end)
    assert re.fullmatch(r" *\^+", carets)
    assert width(source) <= 120
    assert len(carets) <= 121


def test_a_label_outside_the_window_is_drawn_at_the_cut() -> None:
    text = "a" * 1000
    marks = tuple(Label(Span("f", 1, at, at + 1, text), f"at {at}") for at in (1, 1000))
    source, *_, first, last, _ = render_text([diagnostic(text, 500, 501, file="f", line=1, labels=marks)]).splitlines()[
        3:
    ]
    assert first == "   | - at 1"
    assert last == "   | " + " " * (source.rindex("…") - 5) + "- at 1000"


def test_one_line_of_megabytes_is_cheap_and_short() -> None:
    text = "e" + "\u0301" * 5_000_000
    assert len(render_text([diagnostic(text, column, column + 1) for column in range(1, 1000)])) < 1_000_000


HOSTILE = "\x1b]0;own\x07\x9b31m\r\n\u202e\u2066\u200b\udc80\x00\u2028"


@pytest.mark.parametrize("name", FORMATS)
@given(text=st.text() | st.just(HOSTILE))
def test_nothing_steers_the_terminal(name: str, text: str) -> None:
    span = Span(text, 1, 1, 3, text)
    found = Diagnostic("S204", text, span, text, labels=(Label(span, text),), fix=Fix(span, text))
    shown = FORMATS[name]([found])
    assert shown.encode()
    assert {unicodedata.category(c) for c in shown if c != "\n"}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})
    if name == "github":
        assert shown.count("\n") == 0


def test_colour_changes_nothing_but_colour() -> None:
    labels = (Label(Span("b.csv", 1, 1, 2, "x"), "here"), Label(Span("c.csv", 1, 1, 2), "there"))
    found = [diagnostic(severity=severity, labels=labels) for severity in Severity]
    coloured = render_text(found, colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render_text(found)
    for painted in ("\x1b[1;31merror[S204]\x1b[0m", "\x1b[1;33mwarning[S204]\x1b[0m", "\x1b[1;31m^^^^^^^^^^\x1b[0m"):
        assert painted in coloured


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ([], "no problems"),
        ([Severity.ERROR], "1 error"),
        ([Severity.WARNING, Severity.ERROR, Severity.ERROR], "2 errors, 1 warning"),
        ([Severity.NOTE, Severity.WARNING, Severity.WARNING], "2 warnings, 1 note"),
    ],
)
def test_summary_counts(severities: list[Severity], expected: str) -> None:
    assert summary([diagnostic(severity=severity) for severity in severities]) == expected


def full() -> Diagnostic:
    span = Span("specs/tripadvisor.yaml", 9, 3, 13, LINE)
    return diagnostic(
        labels=(Label(Span("reviews.csv", 1, 1, 5, "Nr. reviews"), "the header"),), fix=Fix(span, "Nr. reviews")
    )


def test_json_holds_all_of_a_diagnostic() -> None:
    span = {"file": "specs/tripadvisor.yaml", "line": 9, "column": 3, "end": 13}
    document = json.loads(render_json([full(), diagnostic(severity=Severity.WARNING)]))
    assert list(document) == ["diagnostics", "errors", "warnings"]
    assert (document["errors"], document["warnings"]) == (1, 1)
    assert document["diagnostics"][0] == {
        "code": "S204",
        "severity": "error",
        "message": "`Nr reviews` is not a column of reviews.csv",
        "span": span,
        "hint": "did you mean `Nr. reviews`?",
        "labels": [{"message": "the header", "span": {"file": "reviews.csv", "line": 1, "column": 1, "end": 5}}],
        "fix": {"span": span, "replacement": "Nr. reviews"},
    }
    assert document["diagnostics"][1]["labels"] == []
    assert document["diagnostics"][1]["fix"] is None


@given(st.text())
def test_json_gives_every_text_back(text: str) -> None:
    assert json.loads(render_json([diagnostic(message=text)]))["diagnostics"][0]["message"] == text


def test_json_keeps_letters_as_they_are() -> None:
    assert '"message": "Größe 国"' in render_json([diagnostic(message="Größe 国")])


def test_github_command() -> None:
    assert render_github([full()]) == (
        "::error file=specs/tripadvisor.yaml,line=9,col=3,endColumn=13,title=S204::"
        "`Nr reviews` is not a column of reviews.csv%0Areviews.csv:1:1: the header%0Adid you mean `Nr. reviews`?"
    )


def test_github_escapes_data_and_properties() -> None:
    found = diagnostic(file="a,b:c%\n.yaml", message="100%: a, b\r\n::error::x", hint="", severity=Severity.NOTE)
    assert render_github([found]) == (
        "::notice file=a%2Cb%3Ac%25%0A.yaml,line=9,col=3,endColumn=13,title=S204::100%25: a, b%0D%0A::error::x"
    )


def sarif_run(*diagnostics: Diagnostic) -> Any:
    document = json.loads(render_sarif(diagnostics))
    assert document["version"] == "2.1.0"
    [run] = document["runs"]
    return run


def test_sarif_holds_all_of_a_diagnostic() -> None:
    run = sarif_run(full(), diagnostic(code="D310", severity=Severity.WARNING), diagnostic(severity=Severity.NOTE))
    assert run["tool"]["driver"] == {"name": "specrun", "rules": [{"id": "S204"}, {"id": "D310"}]}
    assert [(r["ruleId"], r["ruleIndex"], r["level"]) for r in run["results"]] == [
        ("S204", 0, "error"),
        ("D310", 1, "warning"),
        ("S204", 0, "note"),
    ]
    region = {"startLine": 9, "startColumn": 3, "endColumn": 13}
    artifact = {"uri": "specs/tripadvisor.yaml"}
    result = run["results"][0]
    assert result["message"]["text"] == "`Nr reviews` is not a column of reviews.csv\ndid you mean `Nr. reviews`?"
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": artifact, "region": region}}]
    assert result["relatedLocations"] == [
        {
            "id": 1,
            "physicalLocation": {
                "artifactLocation": {"uri": "reviews.csv"},
                "region": {"startLine": 1, "startColumn": 1, "endColumn": 5},
            },
            "message": {"text": "the header"},
        }
    ]
    assert result["fixes"] == [
        {
            "description": {"text": "did you mean `Nr. reviews`?"},
            "artifactChanges": [
                {
                    "artifactLocation": artifact,
                    "replacements": [{"deletedRegion": region, "insertedContent": {"text": "Nr. reviews"}}],
                }
            ],
        }
    ]
    assert {"relatedLocations", "fixes"}.isdisjoint(run["results"][1])


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b/größe#1?.yaml", "a%20b/gr%C3%B6%C3%9Fe%231%3F.yaml"),
        ("./c:d.yaml", "c%3Ad.yaml"),
        ("/data/a b.yaml", "file:///data/a%20b.yaml"),
        ("<text>", "%3Ctext%3E"),
    ],
)
def test_sarif_names_files_by_uri(file: str, uri: str) -> None:
    [result] = sarif_run(diagnostic(file=file))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_sarif_messages_hold_no_placeholder_and_no_link() -> None:
    [result] = sarif_run(diagnostic(message="`{0}` and [here](x)", hint=""))["results"]
    assert result["message"]["text"] == r"`{{0}}` and [here\](x)"


@pytest.mark.parametrize(("name", "expected"), [("text", ""), ("github", "")])
def test_no_diagnostics_no_text(name: str, expected: str) -> None:
    assert FORMATS[name]([]) == expected


def test_no_diagnostics_are_still_documents() -> None:
    assert json.loads(render_json([])) == {"diagnostics": [], "errors": 0, "warnings": 0}
    assert sarif_run()["results"] == []
