"""JSON Lines: flat objects, one a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.compiler.data import Column, Dialect, Row, Table, open_table
from specrun.compiler.diagnostics import Diagnostic, Span

SPAN = Span("spec.yaml", 3, 7, 20)


def opened(folder: Path, content: str) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    (folder / "a.jsonl").write_text(content, encoding="utf-8")
    return open_table(Dialect("jsonl"), [folder / "a.jsonl"], ["a.jsonl"], SPAN)


def test_columns_types_and_rows(tmp_path: Path) -> None:
    content = '{"a": 1, "b": true, "c": "x", "d": 1}\n\n{"c": null, "a": 2, "d": 1.5, "e": "é"}\n'
    table, _ = opened(tmp_path, content)
    assert table is not None
    types = {"a": "integer", "b": "boolean", "c": "text", "d": "number", "e": "text"}
    assert table.columns == tuple(Column(*item) for item in types.items())
    first, second = table.rows()
    assert first == Row("a.jsonl", 1, (1, True, "x", 1, None), content.splitlines()[0])
    assert (second.line, second.cells) == (3, (2, None, None, 1.5, "é"))
    assert table.span(second, 0) == Span("a.jsonl", 3, 1, len(second.text) + 1)


def test_values_of_several_types_make_a_column_of_texts(tmp_path: Path) -> None:
    table, _ = opened(tmp_path, '{"a": 1, "b": null}\n{"a": "x"}\n')
    assert table is not None
    assert [column.physical for column in table.columns] == ["text", "text"]


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ('{"a": 1', "D117", 7),
        ("{'a': 1}", "D117", 2),
        ('{"a": NaN}', "D117", 1),
        ('{"a": -Infinity}', "D117", 1),
        (f'{{"a": {"9" * 5000}}}', "D117", 1),
        ("[1, 2]", "D118", 1),
        ("7", "D118", 1),
        ('{"a": [1]}', "D119", 1),
        ('{"a": {"b": 1}}', "D119", 1),
        ("[" * 100_000, "D119", 1),
        ('{"a": 1, "a": 2}', "D110", 1),
    ],
)
def test_lines_that_hold_no_row(tmp_path: Path, line: str, code: str, column: int) -> None:
    table, _ = opened(tmp_path, f'{{"a": 1}}\n{line}\n{{"a": 2}}\n')
    assert table is not None
    problems: list[Diagnostic] = []
    assert [row.line for row in table.rows(problems)] == [1, 3]
    assert [(d.code, d.span.line, d.span.column) for d in problems] == [(code, 2, column)]


def test_a_key_that_comes_late(tmp_path: Path) -> None:
    table, _ = opened(tmp_path, '{"size": 1}\n' * 1000 + '{"sise": 1}\n')
    assert table is not None
    problems: list[Diagnostic] = []
    assert len(list(table.rows(problems))) == 1000
    assert [(d.code, d.span.line, d.hint) for d in problems] == [("D112", 1001, "did you mean `size`?")]


def test_a_file_without_any_object(tmp_path: Path) -> None:
    table, found = opened(tmp_path, "a,b\n" * 5)
    assert table is None
    assert [(d.code, d.span.line) for d in found] == [("D117", 1), ("D117", 2), ("D117", 3), ("D117", 4)]
    assert found[3].message == "2 more rows have the same fault, from line 4 of `a.jsonl` on"
    assert [d.code for d in opened(tmp_path, "\n\n")[1]] == ["D107"]
