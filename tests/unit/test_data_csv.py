"""CSV files: dialects, physical lines, and every way in which a file can be no table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specrun.compiler.data import Dialect, Row, Table, lines, open_table
from specrun.compiler.diagnostics import Diagnostic, Span

SPAN = Span("spec.yaml", 3, 7, 20)
CSV = Dialect("csv")


def opened(folder: Path, content: str | bytes, dialect: Dialect = CSV) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    path = folder / "a.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_table(dialect, [path], ["a.csv"], SPAN)


def read(folder: Path, content: str | bytes, dialect: Dialect = CSV) -> tuple[list[Row], list[Diagnostic]]:
    table, found = opened(folder, content, dialect)
    assert table is not None, found
    problems: list[Diagnostic] = []
    return list(table.rows(problems)), problems


def refused(folder: Path, content: str | bytes, dialect: Dialect = CSV) -> Diagnostic:
    table, found = opened(folder, content, dialect)
    assert table is None
    (diagnostic,) = found
    return diagnostic


def test_rows_say_where_they_stand(tmp_path: Path) -> None:
    rows, problems = read(tmp_path, 'a,b\n1,x\n\n  \n2,"y\nz"\n3,w\n')
    assert rows == [
        Row("a.csv", 2, ("1", "x"), "1,x"),
        Row("a.csv", 5, ("2", "y\nz"), '2,"y'),
        Row("a.csv", 7, ("3", "w"), "3,w"),
    ]
    assert problems == []


def test_a_table_starts_afresh(tmp_path: Path) -> None:
    table, _ = opened(tmp_path, "a,b\n1,2\n3,4\n")
    assert table is not None
    assert next(table.rows()).line == 2
    assert [row.line for row in table.rows()] == [2, 3]


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_line_breaks_of_every_system(tmp_path: Path, line_break: str) -> None:
    rows, _ = read(tmp_path, line_break.join(["a,b", "1,2", "3,4"]))
    assert [(row.line, row.cells, row.text) for row in rows] == [(2, ("1", "2"), "1,2"), (3, ("3", "4"), "3,4")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    dialect = Dialect("csv", encoding=encoding)
    table, _ = opened(tmp_path, "né,b\nà,1\n".encode(encoding), dialect)
    assert table is not None
    assert table.columns[0].name == "né"
    assert next(table.rows()).cells == ("à", "1")


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    table, _ = opened(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n")
    assert table is not None
    assert [column.name for column in table.columns] == ["a", "b"]


def test_leading_zeros_and_marker_words_stay_texts(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, "code,word\n007,NA\n010,null\n")
    assert [row.cells for row in rows] == [("007", "NA"), ("010", "null")]


def test_columns_quoting_strip_and_separator(tmp_path: Path) -> None:
    dialect = Dialect("csv", separator="\t", columns=("label", "text"), quoting=False, strip=True)
    rows, _ = read(tmp_path, 'ham\t "Go\nspam\tFree" \n', dialect)
    assert [row.cells for row in rows] == [("ham", '"Go'), ("spam", 'Free"')]


def test_several_files_are_one_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    (tmp_path / "b.csv").write_text("x,y\n3,4\n")
    table, _ = open_table(CSV, [tmp_path / "a.csv", tmp_path / "b.csv"], ["a.csv", "b.csv"], SPAN)
    assert table is not None
    assert [(row.file, row.line, row.cells) for row in table.rows()] == [
        ("a.csv", 2, ("1", "2")),
        ("b.csv", 2, ("3", "4")),
    ]


def test_files_with_other_headers(tmp_path: Path) -> None:
    for name, header in {"a.csv": "x,y", "b.csv": "x,z", "c.csv": "x", "d.csv": "x,y,z"}.items():
        (tmp_path / name).write_text(f"{header}\n{','.join('1' * len(header.split(',')))}\n")
    names = ["a.csv", "b.csv", "c.csv", "d.csv"]
    table, found = open_table(CSV, [tmp_path / name for name in names], names, SPAN)
    assert table is None
    assert [(d.code, d.span.file, d.message) for d in found] == [
        ("D116", "b.csv", "column 2 of `b.csv` is `z`, and of `a.csv` `y`"),
        ("D116", "c.csv", "column 2 of `c.csv` is no more columns, and of `a.csv` `y`"),
        ("D116", "d.csv", "column 3 of `d.csv` is `z`, and of `a.csv` no more columns"),
    ]
    assert found[0].labels[0].span.file == "a.csv"


def test_a_header_alone(tmp_path: Path) -> None:
    found = refused(tmp_path, "a,b\n\n")
    assert (found.code, found.span) == ("D107", SPAN)
    assert "`columns:`" in found.hint


def test_blank_lines_alone(tmp_path: Path) -> None:
    assert refused(tmp_path, "\n  \n\n").code == "D106"


def test_a_byte_that_is_not_in_the_encoding(tmp_path: Path) -> None:
    rows, (found,) = read(tmp_path, b"a,b\n1,2\n3,caf\xe9\n5,6\n")
    assert [row.cells for row in rows] == [("1", "2")]
    assert (found.code, found.span) == ("D108", Span("a.csv", 3, 6, 7))
    assert found.span.text == "3,caf\ufffd"
    assert "latin-1" in found.hint


def test_utf_16_is_recognised_by_its_first_bytes(tmp_path: Path) -> None:
    found = refused(tmp_path, "a,b\n1,2\n".encode("utf-16"))
    assert (found.code, "utf-16" in found.hint) == ("D108", True)


def test_utf_16_without_its_mark(tmp_path: Path) -> None:
    found = refused(tmp_path, "a,b\n1,2\n", Dialect("csv", encoding="utf-16"))
    assert (found.code, "utf-8" in found.hint) == ("D108", True)


def test_a_nul_character(tmp_path: Path) -> None:
    _, (found,) = read(tmp_path, b"a,b\n1,2\n3\0,4\n")
    assert (found.code, found.span) == ("D109", Span("a.csv", 3, 2, 3))


def test_a_duplicate_column(tmp_path: Path) -> None:
    found = refused(tmp_path, "a,b,a\n1,2,3\n")
    assert (found.code, found.span) == ("D110", Span("a.csv", 1, 5, 6))
    assert found.labels[0].span == Span("a.csv", 1, 1, 2)
    assert found.hint == "rename one of them in the file"


def test_a_first_line_that_is_a_row_gives_duplicate_numbers(tmp_path: Path) -> None:
    assert "`columns:`" in refused(tmp_path, "7,0.2,7\n6,0.3,8\n").hint


def test_a_column_without_a_name(tmp_path: Path) -> None:
    found = refused(tmp_path, ",a\n0,1\n")
    assert (found.code, found.span.column) == ("D111", 1)
    assert "index=False" in found.hint
    assert "end of each line" in refused(tmp_path, "a,b,\n0,1,\n").hint


def test_rows_of_other_lengths_are_reported_and_counted(tmp_path: Path) -> None:
    rows, found = read(tmp_path, "a,b\n1,2\n1\n1,2,3\n1,2,\n" + "9,9,9\n" * 5 + "5,6\n")
    assert [row.line for row in rows] == [2, 11]
    assert [(d.code, d.span.line, d.message) for d in found] == [
        ("D112", 3, "this row has 1 cell where there are 2 columns"),
        ("D112", 4, "this row has 3 cells where there are 2 columns"),
        ("D112", 5, "this row has 3 cells where there are 2 columns"),
        ("D112", 6, "5 more rows have the same fault, from line 6 of `a.csv` on"),
    ]
    assert (found[1].span.column, found[1].hint) == (5, 'put the cell that holds a `,` in quotes (`"`)')
    assert found[2].hint == "remove the `,` at the end of the line"


def test_rows_left_unread_are_still_accounted_for(tmp_path: Path) -> None:
    table, _ = opened(tmp_path, "a,b\n" + "1\n" * 5 + "1,2\n3,4\n")
    assert table is not None
    problems: list[Diagnostic] = []
    rows = table.rows(problems)
    next(rows)
    rows.close()
    assert [d.message for d in problems][3:] == ["2 more rows have the same fault, from line 5 of `a.csv` on"]


def test_a_quote_that_joins_lines(tmp_path: Path) -> None:
    _, (found,) = read(tmp_path, 'a,b\n1,"x\n2,y\n3,z",1\n')
    assert (found.code, found.span.line) == ("D112", 2)
    assert found.hint.startswith('a `"` joins lines 2 to 4')


@pytest.mark.parametrize(("separator", "shown"), [(";", ";"), ("\t", "\\t"), ("|", "|")])
def test_a_wrong_separator(tmp_path: Path, separator: str, shown: str) -> None:
    found = refused(tmp_path, f"a{separator}b\n1{separator}2\n")
    assert (found.code, found.hint) == ("D113", f'did you mean `separator: "{shown}"`?')
    assert refused(tmp_path, "a,b\n1,2\n", Dialect("csv", separator=";")).hint == 'did you mean `separator: ","`?'


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    rows, (found,) = read(tmp_path, 'a,b\n1,2\n3,"x\n4,y\n')
    assert [row.line for row in rows] == [2]
    assert (found.code, found.span) == ("D114", Span("a.csv", 3, 3, 4))
    assert "`quoting: false`" in found.hint


def test_a_quote_that_swallows_more_than_a_cell_may_hold(tmp_path: Path) -> None:
    _, (found,) = read(tmp_path, 'a,b\n1,2\n3,"x\n' + "4,y\n" * csv.field_size_limit())
    assert (found.code, found.span.line) == ("D114", 3)


def test_a_blank_line_after_which_pandas_would_shift_the_row(tmp_path: Path) -> None:
    _, (found,) = read(tmp_path, "a,b\r1,2\r\r,4\r")
    assert (found.code, found.span.line) == ("D123", 3)


def test_columns_that_are_more_or_fewer(tmp_path: Path) -> None:
    found = refused(tmp_path, "1,2,3\n", Dialect("csv", columns=("a", "b")))
    assert (found.code, found.span) == ("D115", SPAN)
    assert found.message == "`columns:` has 2 names, and `a.csv` 3 columns"
    assert found.labels[0].span == Span("a.csv", 1, 1, 6)
    assert "separator" in refused(tmp_path, "1;2;3\n", Dialect("csv", columns=("a", "b", "c"))).hint


def test_columns_of_a_file_that_has_a_header(tmp_path: Path) -> None:
    found = refused(tmp_path, "a,b\n1,2\n", Dialect("csv", columns=("a", "b")))
    assert (found.code, found.hint) == ("D115", "remove `columns:`, as the file has a header")


def test_columns_that_name_one_twice(tmp_path: Path) -> None:
    found = refused(tmp_path, "1,2\n", Dialect("csv", columns=("a", "a")))
    assert (found.code, found.message) == ("D110", "`columns:` names `a` twice")


def test_a_cell_and_a_line_that_are_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, (found,) = read(tmp_path, f"a,b\n1,2\n3,{'x' * (csv.field_size_limit() + 1)}\n")
    assert (found.code, found.span.line, len(found.span.text)) == ("D120", 3, 500)
    monkeypatch.setattr(lines, "MAX_LINE", 10)
    _, (found,) = read(tmp_path, "a,b\n1,2\n3,4,5,6,7,8,9\n")
    assert (found.code, found.span.line) == ("D120", 3)


def test_cells_are_found_by_counting_separators(tmp_path: Path) -> None:
    table, _ = opened(tmp_path, 'a,b,c\n1,,333\n"1",2,3\n' + "x" * 600 + ",2,3\n")
    assert table is not None
    plain, in_quotes, long = table.rows()
    assert [table.span(plain, i).column for i in range(3)] == [1, 3, 4]
    assert table.span(plain, 2) == Span("a.csv", 2, 4, 7)
    assert table.span(in_quotes, 1) == Span("a.csv", 3, 1, 8)
    assert table.span(long, 2) == Span("a.csv", 4, 1, 501)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='ab,"\n\r \t', max_size=30))
@example('1,2\n\t\n 3,4\n"x"y,"a""b"\n')
@example("1,2\r\r\n3,4")
def test_what_is_read_without_complaint_is_what_pandas_reads(
    tmp_path_factory: pytest.TempPathFactory, body: str
) -> None:
    content = f"x,y\n1,2\n{body}"
    rows, problems = read(tmp_path_factory.mktemp("data"), content)
    if problems:
        return
    frame = pandas.read_csv(io.BytesIO(content.encode()), dtype=str, keep_default_na=False, index_col=False)
    assert [list(row.cells) for row in rows] == frame.to_numpy().tolist()
