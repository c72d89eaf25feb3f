"""Real files, where they lie beside the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.compiler.data import Cell, Dialect, Expected, Scan, Table, find_decimal, infer_kind, open_table, scan
from specrun.compiler.diagnostics import Severity, Span

FOLDER = Path(__file__).parents[3] / "shared" / "data"
SPEC = Span("spec.yaml", 5, 3, 6)
WINE = (*(f"measure {number}" for number in range(1, 12)), "quality")
HOTELS = "LasVegasTripAdvisorReviews-Dataset.csv"


def opened(name: str, dialect: Dialect) -> Table:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"../shared/data/{name} is not there")
    table, found = open_table(dialect, [path], [name], SPEC)
    assert table is not None, found
    return table


def scanned(table: Table, dialect: Dialect, decimal_found: bool = False) -> tuple[Scan, dict[str, str]]:
    """A scan in which every column is of the kind that its values say."""
    values: list[set[Cell]] = [set() for _ in table.columns]
    for row in table.rows():
        for cell, found in zip(row.cells, values, strict=True):
            found.add(cell)
    kinds = {
        column.name: infer_kind(found - set(dialect.missing), dialect.decimal)
        for column, found in zip(table.columns, values, strict=True)
    }
    expected = [Expected(name, kind, SPEC) for name, kind in kinds.items()]
    return scan(table, dialect, expected, decimal_found=decimal_found), kinds


def test_the_dirt_of_the_hotel_reviews() -> None:
    point = Dialect("csv", separator=";")
    table = opened(HOTELS, point)
    decimal = find_decimal(table, ["Nr. reviews", "Hotel stars", "Member years"])
    assert decimal == ","
    result, kinds = scanned(table, Dialect("csv", separator=";", decimal=decimal), decimal_found=True)
    assert (result.rows, result.complete) == (504, True)
    assert [name for name, kind in kinds.items() if kind == "boolean"] == [
        "Pool",
        "Gym",
        "Tennis court",
        "Spa",
        "Casino",
        "Free internet",
    ]
    found = {d.code: d for d in result.diagnostics}
    assert set(found) == {"D301", "D302", "D303"}
    assert {d.severity for d in result.diagnostics} == {Severity.WARNING}
    assert len(result.diagnostics) == 3
    assert (found["D301"].span, found["D301"].span.text.split(";")[14]) == (Span(HOTELS, 242, 78, 81), "4,5")
    assert found["D301"].message.startswith("`Hotel stars` writes 96 numbers with a decimal comma, such as `4,5`")
    assert (found["D302"].span.line, found["D302"].message.startswith("`-1806` in `Member years`")) == (77, True)
    assert (found["D303"].span, "`India `" in found["D303"].message) == (Span(HOTELS, 105, 1, 7), True)


def test_the_hotel_reviews_in_the_wrong_dialect() -> None:
    if not (FOLDER / HOTELS).exists():
        pytest.skip(f"../shared/data/{HOTELS} is not there")
    table, (found,) = open_table(Dialect("csv"), [FOLDER / HOTELS], [HOTELS], SPEC)
    assert table is None
    assert (found.code, found.hint) == ("D113", 'did you mean `separator: ";"`?')
    point = Dialect("csv", separator=";")
    result = scan(opened(HOTELS, point), point, [Expected("Hotel stars", "number", SPEC)])
    assert [(d.code, d.hint) for d in result.diagnostics] == [("D201", 'add `decimal: ","` to `data:`')]


def test_adult() -> None:
    dialect = Dialect("csv", missing=("", "?"))
    result, kinds = scanned(opened("adult.csv", dialect), dialect)
    assert (result.rows, result.diagnostics) == (48_842, ())
    missing = {facts.column: facts.missing for facts in result.columns if facts.missing}
    assert missing == {"workclass": 2799, "occupation": 2809, "native-country": 857}
    assert [name for name, kind in kinds.items() if kind == "number"] == [
        "age",
        "fnlwgt",
        "education-num",
        "capital-gain",
        "capital-loss",
        "hours-per-week",
    ]


@pytest.mark.parametrize(
    ("name", "dialect", "rows"),
    [
        ("penguins.csv", Dialect("csv", missing=("", "NA")), 344),
        ("california_housing.csv", Dialect("csv"), 20_640),
        ("winequality-white.csv", Dialect("csv", columns=WINE), 4_898),
        ("airline-passengers.csv", Dialect("csv"), 144),
        ("sms_spam.tsv", Dialect("csv", separator="\t", columns=("label", "text"), quoting=False), 5_574),
    ],
)
def test_other_files_are_read_whole_and_without_errors(name: str, dialect: Dialect, rows: int) -> None:
    result, _ = scanned(opened(name, dialect), dialect)
    assert result.rows == rows
    assert [d for d in result.diagnostics if d.severity is Severity.ERROR] == []


def test_penguins_without_their_missing_marker() -> None:
    dialect = Dialect("csv")
    table = opened("penguins.csv", dialect)
    (found,) = scan(table, dialect, [Expected("bill_length_mm", "number", SPEC)]).diagnostics
    assert (found.code, found.span.line, found.hint) == ("D201", 5, 'add `missing: ["NA"]` to `data:`')
