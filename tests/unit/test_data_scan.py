"""Values against what the spec says of them: each mistake and each doubt, with its line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from specrun.compiler.data import Cell, Column, Dialect, Expected, Scan, open_table, scan, tally
from specrun.compiler.diagnostics import Diagnostic, Severity, Span

SPEC = Span("spec.yaml", 5, 3, 6)
SEMICOLONS = Dialect("csv", separator=";")


def scanned(
    folder: Path,
    values: Sequence[str],
    expected: Expected,
    dialect: Dialect = SEMICOLONS,
    limit: int | None = None,
    decimal_found: bool = False,
) -> Scan:
    """A scan of one column `c` (the second cell of each row; the first row stands in line 2)."""
    (folder / "a.csv").write_text("id;c\n" + "".join(f"{i};{value}\n" for i, value in enumerate(values)))
    table, found = open_table(dialect, [folder / "a.csv"], ["a.csv"], SPEC)
    assert table is not None, found
    return scan(table, dialect, [expected], limit, decimal_found=decimal_found)


def only(result: Scan) -> Diagnostic:
    (diagnostic,) = result.diagnostics
    return diagnostic


def number(missing_allowed: bool = True, target: bool = False) -> Expected:
    return Expected("c", "number", SPEC, missing_allowed=missing_allowed, target=target)


def test_values_that_are_no_numbers_are_one_diagnostic(tmp_path: Path) -> None:
    found = only(scanned(tmp_path, ["1", "abc", "2", "x y", "abc", "3", "abc", "z", "4", "5", "6"], number()))
    assert (found.code, found.severity, found.span) == ("D201", Severity.ERROR, Span("a.csv", 3, 3, 6))
    assert found.message == "`abc`, `x y` and `z` in `c` are no numbers (5 rows, also lines 5, 6, 8 and 1 more)"
    assert found.labels[0].span == SPEC
    assert found.span.text == "1;abc"


@pytest.mark.parametrize(
    ("values", "decimal", "hint"),
    [
        (["3,5", "4"], ".", 'add `decimal: ","` to `data:`'),
        (["3.5", "4"], ",", 'add `decimal: "."` to `data:`'),
        (["3,5", "4.5"], ".", "write all the numbers of the file with one decimal mark, `.` or `,`"),
        (
            ["1,234,567", "4"],
            ".",
            'write thousands without a mark, or add `decimal: ","` if this one is the decimal mark',
        ),
        (["NA", "4"], ".", 'add `missing: ["NA"]` to `data:`'),
        (["?", "-", "null", "4"], ".", 'add `missing: ["?", "-", "null"]` to `data:`'),
        (
            ["5 $", "4", "3"],
            ".",
            'mend the values, or add `missing: ["5 $"]` to `data:` if they stand for missing ones',
        ),
        (["red", "green"], ".", "if these are names, make the column a `category`"),
    ],
)
def test_hints_for_what_is_no_number(tmp_path: Path, values: list[str], decimal: str, hint: str) -> None:
    found = only(scanned(tmp_path, values, number(), Dialect("csv", separator=";", decimal=decimal)))
    assert (found.code, found.hint) == ("D201", hint)


def test_the_markers_that_are_declared_stay_in_the_hint(tmp_path: Path) -> None:
    dialect = Dialect("csv", separator=";", missing=("", "?"))
    assert only(scanned(tmp_path, ["1", "?", "NA"], number(), dialect)).hint == 'add `missing: ["?", "NA"]` to `data:`'


@pytest.mark.parametrize("text", ["1e999", "-1e999", "inf", "-Infinity", "nan", "9" * 400])
def test_numbers_that_are_not_finite(tmp_path: Path, text: str) -> None:
    found = only(scanned(tmp_path, ["1", "2", text], number()))
    assert (found.code, found.span.line) == ("D202", 4)


def test_missing_values_are_counted_with_their_lines(tmp_path: Path) -> None:
    values = ["1", "", "2", "", "NA"]
    dialect = Dialect("csv", separator=";", missing=("", "NA"))
    found = only(scanned(tmp_path, values, number(missing_allowed=False), dialect))
    assert (found.code, found.span) == ("D204", Span("a.csv", 3, 3, 4))
    assert found.message == "`c` has no value (3 rows, also lines 5 and 6)"
    assert "`missing: mean`" in found.hint
    allowed = scanned(tmp_path, values, number(), dialect)
    assert (allowed.diagnostics, allowed.columns[0].missing) == ((), 3)


@pytest.mark.parametrize("expected", [Expected("c", "class", SPEC), number(target=True)])
def test_a_target_may_not_be_missing(tmp_path: Path, expected: Expected) -> None:
    found = only(scanned(tmp_path, ["1", "", "2"], expected))
    assert (found.code, found.message) == ("D206", "the target `c` has no value")


def test_a_value_that_is_neither_of_two(tmp_path: Path) -> None:
    found = only(scanned(tmp_path, ["ja", "nein", "vielleicht"], Expected("c", "boolean", SPEC, values=("nein", "ja"))))
    assert (found.code, found.span.line) == ("D203", 4)
    assert found.message == "`vielleicht` in `c` is neither `nein` nor `ja`"
    assert "`category`" in found.hint


@pytest.mark.parametrize(
    ("values", "message", "line"),
    [
        (["NO", "YES", "MAYBE", "YES", "MAYBE"], "`MAYBE` in `c` stands beside `NO` and `YES` (2 rows)", 4),
        (
            ["male", "female"],
            "`male` and `female` in `c`: not known which is false and which true (2 rows, also line 3)",
            2,
        ),
        (["Yes", "yes", "no"], "`c` writes its two values in several ways: `Yes`, `yes` and `no`", 2),
    ],
)
def test_a_pair_that_is_not_known(tmp_path: Path, values: list[str], message: str, line: int) -> None:
    found = only(scanned(tmp_path, values, Expected("c", "boolean", SPEC)))
    assert (found.code, found.span.line) == ("D203", line)
    assert found.message.startswith(message)


def test_a_missing_marker_in_a_boolean(tmp_path: Path) -> None:
    for values in ((), ("no", "yes")):
        found = only(scanned(tmp_path, ["no", "yes", "NA"], Expected("c", "boolean", SPEC, values=values)))
        assert (found.code, found.hint) == ("D203", 'add `missing: ["NA"]` to `data:`')


def test_the_pair_that_the_data_holds(tmp_path: Path) -> None:
    result = scanned(tmp_path, ["YES", "NO", "YES"], Expected("c", "boolean", SPEC))
    assert (result.diagnostics, result.columns[0].booleans) == ((), ("NO", "YES"))


def test_a_class_that_is_not_listed(tmp_path: Path) -> None:
    expected = Expected("c", "class", SPEC, values=("Adelie", "Gentoo"))
    found = only(scanned(tmp_path, ["Adelie", "Gentoo", "Gento", "Gento"], expected))
    assert (found.code, found.hint) == ("D205", "did you mean `Gentoo`?")
    assert found.message == "`Gento` in `c` is not among the classes (2 rows, also line 5)"
    blanks = only(scanned(tmp_path, ["Adelie", "Gentoo", "Gentoo "], expected))
    assert blanks.hint == "`strip: true` in `data:` drops the blanks at its ends"
    stripped = scanned(tmp_path, ["Adelie", "Gentoo", "Gentoo "], expected, Dialect("csv", separator=";", strip=True))
    assert stripped.diagnostics == ()


def test_marker_words_are_classes_like_any_other(tmp_path: Path) -> None:
    words = ("NA", "None", "null", "nan")
    assert scanned(tmp_path, words, Expected("c", "class", SPEC, values=words)).diagnostics == ()


def test_number_classes_are_compared_as_numbers(tmp_path: Path) -> None:
    expected = Expected("c", "class", SPEC, values=(1, 2))
    found = only(scanned(tmp_path, ["1", "2.0", "3"], expected))
    assert (found.code, found.span.line) == ("D205", 4)


def test_a_listed_class_that_never_occurs(tmp_path: Path) -> None:
    expected = Expected("c", "class", SPEC, values=(1, 2, 3))
    found = only(scanned(tmp_path, ["1", "2", "1"], expected))
    assert (found.code, found.severity, found.span) == ("D305", Severity.WARNING, SPEC)
    assert found.message == "no row of `c` has the class `3`"
    assert scanned(tmp_path, ["1", "2", "1"], expected, limit=2).diagnostics == ()


def test_a_part_that_is_none(tmp_path: Path) -> None:
    found = only(scanned(tmp_path, ["train", "test", "validate"], Expected("c", "part", SPEC)))
    assert (found.code, found.hint) == ("D207", "did you mean `validation`?")


@pytest.mark.parametrize(
    "values",
    [["1949-01", "1949-02"], ["2024-01-31", "2024-01-31T12:30:00"], ["20240131", "20240201"], ["1", "2.5"]],
)
def test_times(tmp_path: Path, values: list[str]) -> None:
    assert scanned(tmp_path, values, Expected("c", "time", SPEC)).diagnostics == ()


def test_times_that_do_not_read(tmp_path: Path) -> None:
    found = only(scanned(tmp_path, ["2024-01-31", "31.1.2024", "2024-02-30"], Expected("c", "time", SPEC)))
    assert (found.code, found.span.line) == ("D208", 3)
    mixed = only(scanned(tmp_path, ["2024-01-31", "5"], Expected("c", "time", SPEC)))
    assert mixed.message == "`c` holds both numbers and dates, such as `5`"


def test_decimal_commas_that_were_found(tmp_path: Path) -> None:
    dialect = Dialect("csv", separator=";", decimal=",")
    values = ["3", "3,5", "4,5", "4"]
    found = only(scanned(tmp_path, values, number(), dialect, decimal_found=True))
    assert (found.code, found.severity, found.span) == ("D301", Severity.WARNING, Span("a.csv", 3, 3, 6))
    assert found.message == "`c` writes 2 numbers with a decimal comma, such as `3,5` (also line 4)"
    assert scanned(tmp_path, values, number(), dialect).diagnostics == ()


def test_lone_negatives(tmp_path: Path) -> None:
    values = [str(i) for i in range(150)] + ["-1806"]
    found = only(scanned(tmp_path, values, number()))
    assert (found.code, found.span) == ("D302", Span("a.csv", 152, 5, 10))
    assert "`clip: [0, null]`" in found.hint
    assert "clip" not in only(scanned(tmp_path, values, number(target=True))).hint
    assert scanned(tmp_path, [*values, "-1", "-2"], number()).diagnostics == ()


def test_texts_that_differ_in_blanks_or_letter_case(tmp_path: Path) -> None:
    category = Expected("c", "category", SPEC)
    found = only(scanned(tmp_path, ["India", "India ", "India", "Peru"], category))
    assert (found.code, found.span) == ("D303", Span("a.csv", 3, 3, 9))
    assert found.message == "`India ` in `c` differs from `India` only in blanks at the ends"
    assert [label.span.line for label in found.labels] == [2, 5]
    case = only(scanned(tmp_path, ["usa", "USA", "USA", "peru", "PERU", "PERU"], category))
    assert case.message == "`usa` in `c` differs from `USA` only in letter case, as `peru` does from another"
    assert case.hint == "write them alike in the file"


def test_blanks_at_the_ends_of_a_text(tmp_path: Path) -> None:
    found = only(scanned(tmp_path, ["India", "Peru ", "Peru "], Expected("c", "category", SPEC)))
    assert (found.code, found.span.line) == ("D304", 3)
    dialect = Dialect("csv", separator=";", strip=True)
    assert scanned(tmp_path, ["India", "Peru "], Expected("c", "category", SPEC), dialect).diagnostics == ()


@pytest.mark.parametrize("kind", ["number", "category"])
def test_a_column_of_one_value(tmp_path: Path, kind: str) -> None:
    found = only(scanned(tmp_path, ["1", "1", "1"], Expected("c", kind, SPEC)))
    assert (found.code, found.message) == ("D306", "`c` is `1` in every row")
    empty = only(scanned(tmp_path, ["", "", ""], Expected("c", kind, SPEC)))
    assert empty.message == "`c` has no value in any row"
    assert scanned(tmp_path, ["1", "1", "2"], Expected("c", kind, SPEC), limit=2).diagnostics == ()


def test_a_category_that_names_each_row(tmp_path: Path) -> None:
    found = only(scanned(tmp_path, [f"id{i}" for i in range(60)], Expected("c", "category", SPEC)))
    assert (found.code, found.span) == ("D307", SPEC)
    assert found.message == "`c` has 60 different values in 60 rows, such as `id0` and `id1`"


def test_counting_stops_at_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MAX_DISTINCT", 70)
    values = [f"id{i}" for i in range(5000)]
    result = scanned(tmp_path, values, Expected("c", "category", SPEC))
    assert (len(result.columns[0].values), result.columns[0].distinct) == (70, None)


def test_a_limit_bounds_the_rows(tmp_path: Path) -> None:
    values = ["1", "2", "abc"]
    short = scanned(tmp_path, values, number(), limit=2)
    assert (short.rows, short.complete, short.diagnostics) == (2, False, ())
    whole = scanned(tmp_path, values, number(), limit=3)
    assert (whole.rows, whole.complete, len(whole.diagnostics)) == (3, True, 1)


def test_facts(tmp_path: Path) -> None:
    numbers = scanned(tmp_path, ["1", "-2.5", "", "7"], number()).columns[0]
    assert (numbers.missing, numbers.minimum, numbers.maximum, numbers.distinct) == (1, -2.5, 7.0, None)
    texts = scanned(tmp_path, ["b", "a", "", "b"], Expected("c", "category", SPEC)).columns[0]
    assert (texts.missing, texts.values, texts.distinct) == (1, ("b", "a"), 2)


def test_first_lines_hold_across_batches(tmp_path: Path) -> None:
    values = ["a"] * 5000 + ["b "] + ["a"] * 5000 + ["b "]
    found = only(scanned(tmp_path, values, Expected("c", "category", SPEC)))
    assert (found.code, found.span.line) == ("D304", 5002)


def test_faults_of_the_structure_come_with_those_of_the_values(tmp_path: Path) -> None:
    result = scanned(tmp_path, ["1", "2;3", "abc"], number())
    assert [d.code for d in result.diagnostics] == ["D112", "D201"]
    assert result.rows == 2


def test_columns_that_are_not_there_are_passed_over(tmp_path: Path) -> None:
    assert scanned(tmp_path, ["1", "2"], Expected("nowhere", "number", SPEC)).columns == ()


def test_lines_of_several_files_are_told_apart(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("c,d\nabc,1\n5,2\n6,3\n")
    dialect = Dialect("csv")
    table, _ = open_table(dialect, [tmp_path / "a.csv", tmp_path / "b.csv"], ["a.csv", "b.csv"], SPEC)
    assert table is not None
    found = only(scan(table, dialect, [number()]))
    assert found.message == "`abc` in `c` is no number (2 rows, also line 2 of `b.csv`)"


def test_typed_values_of_json_lines(tmp_path: Path) -> None:
    rows: list[tuple[str, list[Cell]]] = [
        ('{"n": 1, "f": true}', []),
        ('{"n": true, "f": false}', []),
        ('{"n": 10.5}', []),
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(line for line, _ in rows))
    dialect = Dialect("jsonl")
    table, _ = open_table(dialect, [tmp_path / "a.jsonl"], ["a.jsonl"], SPEC)
    assert table is not None
    assert table.columns[1] == Column("f", "boolean")
    result = scan(table, dialect, [Expected("n", "number", SPEC), Expected("f", "boolean", SPEC)])
    assert [(d.code, d.span.line) for d in result.diagnostics] == [("D201", 2)]
    assert result.columns[1].booleans == ("False", "True")
    assert result.columns[1].missing == 1
