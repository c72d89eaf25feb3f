"""A Parquet file that is scanned in columns gives, to the letter, what a scan of its rows gives."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow
import pyarrow.compute
import pyarrow.parquet
import pytest

from specrun.compiler.data import (
    Cell,
    Dialect,
    Expected,
    Lists,
    Row,
    Scan,
    Table,
    cells_of,
    open_table,
    parquet_table,
    scan,
    tally,
)
from specrun.compiler.data.arrow_cells import as_cells, numbers_of, texts_of
from specrun.compiler.data.batch import KEPT_VALUES, RowBatch
from specrun.compiler.data.number_cells import NumberCells
from specrun.compiler.diagnostics import Diagnostic, Span
from tests.sharing import shared_out

SPAN = Span("spec.yaml", 3, 7, 20)
WORDS = (
    "a",
    "A",
    " a",
    "no",
    "yes",
    "1",
    "2.5",
    "2,5",
    "-3",
    "nan",
    "inf",
    "",
    "NA",
    "2024-01-31",
    "train",
    "x y z u v",
)
DAYS = tuple(datetime.date(2024, 1, 1) + datetime.timedelta(days) for days in (0, 1, 40, -9000))
TYPES: dict[str, Callable[[Random], object]] = {
    "int8": lambda random: random.choice((0, 1, 2, -1, -128, 127)),
    "int64": lambda random: random.choice((0, 7, -(2**63), 2**63 - 1, random.randrange(-50, 50))),
    "uint64": lambda random: random.choice((0, 1, 2**64 - 1)),
    "float": lambda random: random.choice((0.0, -0.0, 0.5, -1.25, float("inf"), float("nan"))),
    "double": lambda random: random.choice((random.gauss(0, 1), -0.0, 0.0, 1e300, float("-inf"), float("nan"))),
    "positive": lambda random: random.random(),
    "halffloat": lambda random: random.choice((0.5, -2.0, float("nan"), float("inf"))),
    "decimal": lambda random: decimal.Decimal(random.randrange(-300, 300)) / 100,
    "bool": lambda random: random.random() < 0.5,
    "few": lambda random: random.choice(WORDS[:3]),
    "string": lambda random: random.choice(WORDS),
    "many": lambda random: f"text {random.randrange(10_000)}",
    "dictionary": lambda random: random.choice(WORDS),
    "date32": lambda random: random.choice(DAYS),
    "timestamp": lambda random: datetime.datetime(2024, random.randrange(1, 13), 1, random.choice((0, 12))),
    "time": lambda random: datetime.time(random.randrange(24)),
    "null": lambda random: None,  # noqa: ARG005 - as every type
    "texts": lambda random: random.choices(WORDS, k=random.randrange(3)),
    "numbers": lambda random: random.choices((1.0, -2.0, float("inf"), None), k=2),
}
ARROW = {
    "positive": pyarrow.float64(),
    "double": pyarrow.float64(),
    "float": pyarrow.float32(),
    "halffloat": pyarrow.float16(),
    "decimal": pyarrow.decimal128(9, 2),
    "bool": pyarrow.bool_(),
    "few": pyarrow.string(),
    "many": pyarrow.large_string(),
    "dictionary": pyarrow.string(),
    "timestamp": pyarrow.timestamp("us"),
    "time": pyarrow.time64("us"),
    "texts": pyarrow.list_(pyarrow.string()),
    "numbers": pyarrow.list_(pyarrow.float64()),
}
KINDS = ("number", "boolean", "category", "text", "datetime", "class", "key", "time", "part", "image")
OF_LISTS = {"sequence": Lists(True), "vector": Lists(True, size=2), "set": Lists(False, "|"), "labels": Lists(False)}
VALUES = ((), (0, 1), ("a", "no"), (1, 2.5, -1))


class ByRows(Table):
    """The rows of a table, which can be read in no other way."""

    def __init__(self, table: Table) -> None:
        super().__init__(table.columns)
        self._table = table

    def rows(self, problems: list[Diagnostic] | None = None) -> Generator[Row, None, None]:
        return self._table.rows(problems)

    def span(self, row: Row, index: int) -> Span:
        return self._table.span(row, index)


def array(type_: str, random: Random, size: int) -> Any:
    nulls = random.choice((0, 0, 0.1, 0.9, 1))
    values = [None if random.random() < nulls else TYPES[type_](random) for _ in range(size)]
    if random.random() < 0.2:
        values = values[:1] * size
    made = pyarrow.array(values, ARROW.get(type_, type_))
    return made.dictionary_encode() if type_ == "dictionary" else made


def written(folder: Path, random: Random) -> Table:
    """The table of some files, each in some row groups and with all the types."""
    names = [f"{number}.parquet" for number in range(random.choice((1, 1, 3)))]
    for name in names:
        size = random.choice((1, 3, 60, 400))
        columns = {type_: array(type_, random, size) for type_ in TYPES}
        rows = random.choice((7, 50, 1000))
        pyarrow.parquet.write_table(pyarrow.table(columns), folder / name, row_group_size=rows)
    table, found = open_table(Dialect("parquet"), [folder / name for name in names], names, SPAN)
    assert table is not None, found
    return table


def wanted(type_: str, kind: str, random: Random) -> Expected:
    values = random.choice(VALUES) if kind in ("class", "labels") else ("a", "no") if random.random() < 0.3 else ()
    return Expected(
        type_,
        kind,
        SPAN,
        missing_allowed=random.random() < 0.5,
        values=values,
        target=random.random() < 0.3,
        format=random.choice((None, "%Y")) if kind in ("datetime", "time") else None,
        lists=OF_LISTS.get(kind),
    )


def both(table: Table, dialect: Dialect, expected: Sequence[Expected], limit: int | None) -> tuple[Scan, Scan]:
    by_columns = scan(table, dialect, expected, limit, decimal_found=dialect.decimal == ",")
    return by_columns, scan(ByRows(table), dialect, expected, limit, decimal_found=dialect.decimal == ",")


@pytest.mark.parametrize("seed", shared_out(range(40), 2))
def test_columns_and_rows_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    random = Random(seed)
    monkeypatch.setattr(tally, "MAX_DISTINCT", random.choice((5, 70, 20_000)))
    monkeypatch.setattr(tally, "BATCH_ROWS", 64)
    monkeypatch.setattr("specrun.compiler.data.batch.BATCH_ROWS", 64)
    monkeypatch.setattr(parquet_table, "_BATCH_ROWS", random.choice((10, 128, 65_536)))
    table = written(tmp_path, random)
    total = sum(1 for _ in table.rows())
    dialect = Dialect("parquet", decimal=random.choice(".,"), missing=random.choice((("",), ("", "NA", "1"))))
    expected = [wanted(type_, kind, random) for type_ in TYPES for kind in (*KINDS, *OF_LISTS)]
    places = [random.randrange(len(TYPES)) for _ in range(3)]
    assert cells_of(table, places) == cells_of(ByRows(table), places)
    for limit in (None, 0, 1, total - 1, total, random.randrange(1, total + 1)):
        by_columns, by_rows = both(table, dialect, expected, limit)
        assert by_columns.rows == by_rows.rows == (total if limit is None else min(limit, total))
        assert repr(by_columns) == repr(by_rows)


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_file_is_read_as_far_as_its_rows_are(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    size = 20_000
    columns = {"n": [random.random() for _ in range(size)], "s": [random.choice(WORDS) for _ in range(size)]}
    for name in ("a.parquet", "b.parquet"):
        options = {"compression": random.choice(("none", "snappy")), "row_group_size": 7000, "data_page_size": 4096}
        pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / name, **options)
    paths = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    table, _ = open_table(Dialect("parquet"), paths, ["a.parquet", "b.parquet"], SPAN)
    assert table is not None
    whole = bytearray(paths[0].read_bytes())
    place = random.randrange(4, len(whole) - 5000)
    whole[place : place + 3] = bytes(random.choices(range(256), k=3))
    paths[0].write_bytes(whole)
    expected = [Expected("n", "number", SPAN), Expected("s", "category", SPAN)]
    by_columns, by_rows = both(table, Dialect("parquet"), expected, random.choice((None, 5000)))
    assert repr(by_columns) == repr(by_rows)


def test_texts_that_are_not_in_utf_8(tmp_path: Path) -> None:
    raw = pyarrow.array([b"a"] * 9000 + [b"\xff"] + [b"b"] * 9000).view("string")
    pyarrow.parquet.write_table(pyarrow.table({"s": raw}), tmp_path / "a.parquet")
    table, _ = open_table(Dialect("parquet"), [tmp_path / "a.parquet"], ["a.parquet"], SPAN)
    assert table is not None
    by_columns, by_rows = both(table, Dialect("parquet"), [Expected("s", "category", SPAN)], None)
    assert repr(by_columns) == repr(by_rows)
    assert [found.code for found in by_columns.diagnostics] == ["D121", "D306"]
    assert by_columns.rows == 8192


def test_no_rows_are_made_of_plain_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Row] = []

    def make(file: str, line: int, cells: tuple[Cell, ...], text: str) -> Row:
        made.append(Row(file, line, cells, text))
        return made[-1]

    monkeypatch.setattr(parquet_table, "Row", make)
    columns = {"n": [1.5, 2.5] * 500, "s": ["x", "y"] * 500}
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    table, _ = open_table(Dialect("parquet"), [tmp_path / "a.parquet"], ["a.parquet"], SPAN)
    assert table is not None
    assert (
        scan(table, Dialect("parquet"), [Expected("n", "number", SPAN), Expected("s", "category", SPAN)]).rows == 1000
    )
    assert [(row.line, row.cells) for row in made] == [(1, (None, "x")), (2, (None, "y"))]


def test_of_many_negative_numbers_a_few_stand_for_all() -> None:
    counts = NumberCells(pyarrow.array([float(-number % 1000) - 900 for number in range(5000)])).counts
    assert len(counts) <= KEPT_VALUES + 2
    assert sum(counts.values()) == 4500


ARRAYS = {
    "texts": pyarrow.array(["1.5", " 2 ", "", "?", None, "1e400", "-inf", "+3", ".5", "5.", "-0.0", "1.5"]),
    "numbers that are plain": pyarrow.array(["1", "2.25", "1e-3", "7"]),
    "a dictionary": pyarrow.array(["7", "?", "7", "0.1", None]).dictionary_encode(),
    "whole numbers": pyarrow.array([1, None, 2**53 + 1, -(2**63), 2**63 - 1]),
    "numbers": pyarrow.array([0.1, float("nan"), None, float("inf"), -2.0, 3.0]),
    "small numbers": pyarrow.array([0.1, None, 2.5], pyarrow.float32()),
    "booleans": pyarrow.array([True, None, False]),
    "lists": pyarrow.array([["a", "b"], None, []]),
    "dates": pyarrow.array(["2024-01-05", None]).cast(pyarrow.date32()),
}


@pytest.mark.parametrize("mark", [".", ","])
@pytest.mark.parametrize("name", ARRAYS)
def test_columns_at_once_are_the_cells_one_by_one(name: str, mark: str) -> None:
    """Numbers and texts of a column of Arrow are those that rows of the same cells give."""
    array = ARRAYS[name]
    if mark == "," and pyarrow.types.is_string(array.type):
        array = pyarrow.compute.replace_substring(array, ".", ",")
    rows = [Row("f", number, (cell,), "") for number, cell in enumerate(as_cells(array.to_pylist()))]
    by_row = RowBatch(rows)
    missing = frozenset(["", "?"])
    numbers = np.array(by_row.numbers(0, mark, missing), float)
    assert np.array(numbers_of(array, mark, missing), float).tobytes() == numbers.tobytes()
    assert list(texts_of(array)) == by_row.texts(0)
