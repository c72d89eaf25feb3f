"""Parquet files are read in batches, their values as plain cells."""

from __future__ import annotations

import datetime
import decimal
from pathlib import Path
from random import Random

import pyarrow
import pyarrow.parquet
import pytest

from specrun.compiler.data import Column, Dialect, Expected, Table, open_table, parquet_pages, scan
from specrun.compiler.diagnostics import Diagnostic, Span

SPAN = Span("spec.yaml", 3, 7, 20)
PARQUET = Dialect("parquet")


def opened(folder: Path, **columns: object) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    pyarrow.parquet.write_table(pyarrow.table(columns), folder / "a.parquet", row_group_size=3)
    return open_table(PARQUET, [folder / "a.parquet"], ["a.parquet"], SPAN)


def test_columns_and_cells(tmp_path: Path) -> None:
    table, _ = opened(
        tmp_path,
        whole=[1, None],
        real=[1.5, float("nan")],
        money=[decimal.Decimal("1.25"), None],
        flag=[True, False],
        word=pyarrow.array(["x", "y"]).dictionary_encode(),
        day=[datetime.date(2024, 1, 31), None],
        empty=pyarrow.nulls(2),
    )
    assert table is not None
    types = {"whole": "integer", "real": "number", "money": "number", "flag": "boolean"}
    assert table.columns[:4] == tuple(Column(*item) for item in types.items())
    assert {column.physical for column in table.columns[4:]} == {"text"}
    first, second = table.rows()
    assert first.cells == (1, 1.5, 1.25, True, "x", "2024-01-31", None)
    assert second.cells == (None, None, None, False, "y", None, None)
    assert (second.file, second.line, second.text) == ("a.parquet", 2, "")


def test_a_value_is_shown_in_place_of_a_line(tmp_path: Path) -> None:
    table, _ = opened(tmp_path, n=[1.0, float("inf")])
    assert table is not None
    (found,) = scan(table, PARQUET, [Expected("n", "number", SPAN)]).diagnostics
    assert (found.code, found.span, found.span.text) == ("D202", Span("a.parquet", 2, 5, 8), "n = inf")


def test_rows_are_numbered_through_all_groups(tmp_path: Path) -> None:
    table, _ = opened(tmp_path, n=list(range(10)))
    assert table is not None
    assert [row.line for row in table.rows()] == list(range(1, 11))
    assert [row.line for row in table.rows()] == list(range(1, 11))


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"a": [[[1, 2]]]}, "D119"),
        ({"a": [[True]]}, "D119"),
        ({"a": [{"b": 1}]}, "D119"),
        ({"a": [b"x"]}, "D119"),
        ({" ": [1]}, "D111"),
        ({"a": pyarrow.array([], "int64")}, "D107"),
    ],
)
def test_columns_that_cannot_be_used(tmp_path: Path, columns: dict[str, object], code: str) -> None:
    table, found = opened(tmp_path, **columns)
    assert table is None
    assert [(d.code, d.span) for d in found] == [(code, SPAN)]


def test_two_columns_of_one_name(tmp_path: Path) -> None:
    two = pyarrow.Table.from_arrays([pyarrow.array([1]), pyarrow.array([2])], names=["a", "a"])
    pyarrow.parquet.write_table(two, tmp_path / "a.parquet")
    _, found = open_table(PARQUET, [tmp_path / "a.parquet"], ["a.parquet"], SPAN)
    assert [d.code for d in found] == ["D110"]


def test_files_of_other_types(tmp_path: Path) -> None:
    for name, values in {"a.parquet": [1], "b.parquet": ["x"]}.items():
        pyarrow.parquet.write_table(pyarrow.table({"n": values}), tmp_path / name)
    names = ["a.parquet", "b.parquet"]
    _, found = open_table(PARQUET, [tmp_path / name for name in names], names, SPAN)
    assert [d.code for d in found] == ["D116"]


def test_a_corrupt_file(tmp_path: Path) -> None:
    opened(tmp_path, n=list(range(1000)))
    path = tmp_path / "a.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    _, (found,) = open_table(PARQUET, [path], ["a.parquet"], SPAN)
    assert (found.code, found.span) == ("D121", SPAN)
    assert "\n" not in found.message


def test_a_file_that_is_corrupt_further_on(tmp_path: Path) -> None:
    table, _ = opened(tmp_path, n=[str(i) for i in range(1000)])
    assert table is not None
    path = tmp_path / "a.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:200] + b"\xff" * 400 + whole[600:])
    problems: list[Diagnostic] = []
    assert len(list(table.rows(problems))) < 1000
    assert [d.code for d in problems] == ["D121"]


def test_texts_that_repeat_are_no_bomb_while_they_are_short(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    words = [f"word {i % 30}" for i in range(3_000)]
    pyarrow.parquet.write_table(pyarrow.table({"a": ["z" * 5_000, *words[1:]]}), path)
    assert parquet_pages.opens_to(path) is None
    assert parquet_pages._repeated_size(path, "a", 10**9) == 5_000 + sum(map(len, words[1:]))


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd", "brotli"])
def test_a_text_that_a_file_has_once_and_its_rows_often_is_counted_as_often(compression: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    once = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 5_000, "int32"), pyarrow.array(["x" * 100_000]))
    pyarrow.parquet.write_table(pyarrow.table({"a": once}), path, compression=compression, store_schema=False)
    assert path.stat().st_size < 200_000
    assert parquet_pages.opens_to(path) == 500_000_000


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd", "brotli", "lz4"])
@pytest.mark.parametrize("dictionary", [True, False])
def test_a_file_tells_of_its_columns_what_pyarrow_is_told(compression: str, dictionary: bool, tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    columns = {
        "whole": pyarrow.array([*range(999), None]),
        "text": pyarrow.array([f"word {i % 40}" for i in range(1000)]),
        "truth": pyarrow.array([True, None] * 500),
        "real": pyarrow.array([i / 7 for i in range(1000)]),
        "texts": pyarrow.array([["a", "b"], []] * 500),
        "when": pyarrow.array([datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)] * 1000),
        **{f"more {i}": pyarrow.array([None] * 1000, "float64") for i in range(20)},
    }
    options = {"compression": compression, "use_dictionary": dictionary, "row_group_size": 300}
    pyarrow.parquet.write_table(pyarrow.table(columns), path, **options)
    metadata = pyarrow.parquet.read_metadata(path)
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    said = [group.column(number) for group in groups for number in range(metadata.num_columns)]
    with path.open("rb") as file:
        found = parquet_pages._chunks(file)
        pages = list(parquet_pages._pages(file))
    assert len(found) == len(said) == 4 * 26
    for chunk, column in zip(found, said, strict=True):
        start = column.dictionary_page_offset or column.data_page_offset
        name = column.path_in_schema if column.physical_type == "BYTE_ARRAY" else None
        assert chunk[:4] == (start, start + column.total_compressed_size, name, column.num_values)
    words = [page.words for page in pages if page.words]
    assert len(words) == (8 if dictionary else 0)
    assert all(b"word 7" in each for each in words[::2])


@pytest.mark.parametrize("seed", range(60))
def test_a_footer_of_any_bytes_ends(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    columns = {"a": [1, None] * 20, "b": ["x"] * 40, "c": [["x"], []] * 20}
    pyarrow.parquet.write_table(pyarrow.table(columns), path, row_group_size=9)
    chance, whole = Random(seed), bytearray(path.read_bytes())
    begin = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    for _ in range(chance.choice((1, 2, 9))):
        whole[chance.randrange(begin, len(whole) - 8)] = chance.choice(
            (0, 0x0C, 0x1C, 0x19, 0xFC, chance.randrange(256))
        )
    path.write_bytes(whole)
    table, problems = open_table(PARQUET, [path], ["rows.parquet"], SPAN)
    assert (table is None) == bool(problems)
    assert {problem.code for problem in problems} <= {"D107", "D110", "D111", "D119", "D121", "D126"}
