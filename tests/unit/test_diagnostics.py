"""Diagnostics as data: their order, each once, and what ends a compilation."""

from __future__ import annotations

import pytest

from specrun.compiler.diagnostics import (
    LONGEST,
    Diagnostic,
    Fix,
    Label,
    Report,
    Severity,
    Span,
    SpecError,
    in_source_order,
)


def diagnostic(
    file: str, line: int, column: int, code: str = "S100", severity: Severity = Severity.ERROR
) -> Diagnostic:
    return Diagnostic(code, "wrong", Span(file, line, column, column + 1), "mend it", severity)


def test_the_order_is_that_of_the_source_and_files_keep_theirs() -> None:
    found = [
        diagnostic("b", 9, 1),
        diagnostic("a", 2, 1),
        diagnostic("b", 1, 5, "S200"),
        diagnostic("b", 1, 5, "S100"),
        diagnostic("b", 1, 2),
    ]
    places = [(d.span.file, d.span.line, d.span.column, d.code) for d in in_source_order(found)]
    assert places == [
        ("b", 1, 2, "S100"),
        ("b", 1, 5, "S100"),
        ("b", 1, 5, "S200"),
        ("b", 9, 1, "S100"),
        ("a", 2, 1, "S100"),
    ]


def test_each_is_kept_once() -> None:
    report = Report()
    report.add(diagnostic("a", 2, 1), diagnostic("a", 1, 1))
    report.add(diagnostic("a", 2, 1))
    assert [d.span.line for d in report] == [1, 2]
    assert len(in_source_order([diagnostic("a", 1, 1)] * 3)) == 1


@pytest.mark.parametrize("severity", Severity)
def test_only_an_error_ends_the_compilation(severity: Severity) -> None:
    report = Report()
    report.stop_on_errors()
    report.add(diagnostic("a", 1, 1, severity=severity))
    assert report.has_errors == (severity is Severity.ERROR)
    if report.has_errors:
        with pytest.raises(SpecError) as stopped:
            report.stop_on_errors()
        assert stopped.value.diagnostics == tuple(report)
    else:
        report.stop_on_errors()


@pytest.mark.parametrize("length", [LONGEST, LONGEST + 1, 100_000])
def test_a_name_without_end_is_cut_in_its_midst(length: int) -> None:
    text = f"`{'x' * (length - 10)}` is wrong"
    found = Diagnostic("S100", text, Span("a", 1, 1, 2), text)
    assert found.message == found.hint
    assert len(found.message) == min(len(text), LONGEST)
    assert found.message.startswith("`xx")
    assert found.message.endswith("xx` is wrong")
    assert ("…" in found.message) == (len(text) > LONGEST)


def test_an_error_says_what_is_wrong_in_source_order() -> None:
    error = SpecError([diagnostic("a", 2, 1, "S102"), diagnostic("a", 1, 1, "S101")])
    assert str(error) == "S101: wrong; S102: wrong"


def test_spans_compare_by_place_alone() -> None:
    assert Span("a", 1, 1, 2, "x") == Span("a", 1, 1, 2, "y")
    assert Span("a", 1, 1, 2) < Span("a", 1, 2, 3)
    assert diagnostic("a", 1, 1) != diagnostic("a", 1, 2)
    span = Span("a", 1, 1, 2)
    assert Diagnostic("S1", "m", span, "h", labels=(Label(span, "x"),)) != Diagnostic("S1", "m", span, "h")
    assert Diagnostic("S1", "m", span, "h", fix=Fix(span, "x")) != Diagnostic("S1", "m", span, "h")
