"""A CSV file that is scanned in columns gives, to the letter, what a scan of its rows gives."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from specrun.compiler.data import Dialect, Expected, Lists, Table, cells_of, csv_columns, open_table, scan, tally
from specrun.compiler.data.arrow_batch import ArrowTable
from specrun.compiler.data.batch import Damaged, row_batches
from specrun.compiler.data.csv_columns import CsvColumns
from specrun.compiler.data.csv_table import CsvTable
from specrun.compiler.diagnostics import Diagnostic, Span
from tests.sharing import shared_out

SPAN = Span("spec.yaml", 3, 7, 20)
TEXTS = ("a", "A", " a", "a ", "no", "yes", "", "NA", "2024-01-31", "train", "x y z", "Zürich", "Münster", "日本")
NUMBERS = (
    "1",
    "2.5",
    "2,5",
    "-3",
    "-3.0",
    "+4",
    " 5",
    "6 ",
    "1e3",
    "-1e-2",
    "nan",
    "inf",
    "1e400",
    "-999",
    "0x1",
    "1_0",
)
KINDS = ("number", "boolean", "category", "text", "datetime", "class", "key", "time", "part")
OF_LISTS = {"sequence": Lists(True), "vector": Lists(True, size=2), "set": Lists(False, "|")}
COLUMNS = ("clean", "rare", "odd", "few", "many", "days")


@pytest.fixture(autouse=True)
def _any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_columns, "LARGE", 0)
    monkeypatch.setattr(csv_columns, "MANY_ROWS", 0)


def cell(column: str, random: Random, mark: str) -> str:
    if column == "clean":
        return f"{random.gauss(0, 1):.3f}".replace(".", mark)
    if column == "rare":
        return str(random.randrange(200)) if random.random() < 0.97 else random.choice(NUMBERS)
    if column == "odd":
        return random.choice(NUMBERS)
    if column == "days":
        return f"2024-0{random.randrange(1, 10)}-1{random.randrange(10)}"
    return random.choice(TEXTS) if column == "few" else f"text {random.randrange(10_000)}"


def written(folder: Path, random: Random, dialect: Dialect) -> Table:
    """The table of some files, most of which are plain."""
    quotes = dialect.quoting and random.random() < 0.3
    names = [f"{number}.csv" for number in range(random.choice((1, 1, 3)))]
    for name in names:
        lines = [] if dialect.columns else [dialect.separator.join(COLUMNS)]
        for _ in range(random.choice((1, 3, 60, 400))):
            cells = [
                cell(column, random, random.choice(".,") if dialect.separator != "," else ".") for column in COLUMNS
            ]
            cells = [text.replace(",", ".") if dialect.separator == "," else text for text in cells]
            if quotes:
                cells = [f'"{text}"' if random.random() < 0.2 else text for text in cells]
            lines.append(dialect.separator.join(cells))
        end = random.choice(("\n", "\r\n"))
        content = end.join(lines) + end * random.choice((0, 1, 1, 3))
        start = "\ufeff" if dialect.encoding == "utf-8" and random.random() < 0.2 else ""
        (folder / name).write_bytes((start + content).encode(dialect.encoding, errors="replace"))
    return opened(folder, names, dialect)


def opened(folder: Path, names: Sequence[str], dialect: Dialect) -> Table:
    table, found = open_table(dialect, [folder / name for name in names], names, SPAN)
    assert table is not None, found
    return table


def in_columns(table: Table) -> int | None:
    """The number of rows that are read in columns; None where they are read row by row."""
    assert isinstance(table, ArrowTable)
    try:
        return sum(len(batch) for batch in table.batches(range(len(table.columns)), None))
    except Damaged:
        return None


def by_rows(table: Table, dialect: Dialect) -> CsvTable:
    """The same table, which is no `BatchTable`."""
    assert isinstance(table, CsvTable)
    return CsvTable(dialect, table._sources, [column.name for column in table.columns])


def dialects() -> Iterator[Dialect]:
    for encoding in ("utf-8", "latin-1", "cp1252"):
        for separator in (",", ";", "\t"):
            for names in ((), COLUMNS):
                yield Dialect("csv", separator, encoding=encoding, columns=names)


@pytest.mark.parametrize("seed", shared_out(range(60), 2))
def test_columns_and_rows_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    random = Random(seed)
    monkeypatch.setattr(tally, "MAX_DISTINCT", random.choice((5, 70, 20_000)))
    monkeypatch.setattr(tally, "BATCH_ROWS", 64)
    monkeypatch.setattr("specrun.compiler.data.batch.BATCH_ROWS", 64)
    monkeypatch.setattr(csv_columns, "_BLOCK", random.choice((300, 3000, 1 << 20)))
    plain = list(dialects())[seed % 18]
    dialect = Dialect(
        "csv",
        plain.separator,
        decimal=random.choice(".,"),
        encoding=plain.encoding,
        columns=plain.columns,
        missing=random.choice((("",), ("", "NA", "-999", "1"))),
        quoting=random.random() < 0.7,
        strip=random.random() < 0.4,
    )
    table = written(tmp_path, random, dialect)
    total = sum(1 for _ in table.rows())
    assert in_columns(table) == table.count() == total
    assert table.index("odd") is not None
    expected = [
        Expected(
            column,
            kind,
            SPAN,
            missing_allowed=random.random() < 0.5,
            values=random.choice(((), ("a", "no"), (1, 2.5))) if kind == "class" else (),
            target=random.random() < 0.3,
            lists=OF_LISTS.get(kind),
        )
        for column in COLUMNS
        for kind in (*KINDS, *OF_LISTS)
    ]
    for limit in (None, 0, 1, total - 1, total, random.randrange(1, total + 1)):
        found = [
            scan(one, dialect, expected, limit, decimal_found=dialect.decimal == ",")
            for one in (table, by_rows(table, dialect))
        ]
        assert repr(found[0]) == repr(found[1])
    places = [random.randrange(len(COLUMNS)) for _ in range(3)]
    assert cells_of(table, places) == cells_of(by_rows(table, dialect), places)
    chosen = bytes(random.choice((0, 1)) for _ in range(total))
    parts = [scan(one.chosen(chosen), dialect, expected) for one in (table, by_rows(table, dialect))]
    assert repr(parts[0].columns) == repr(parts[1].columns)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(alphabet='a1,;"\n\r\t -.ü', max_size=40),
    st.sampled_from([",", ";", "\t", " ", "-"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([5, 12, 1000]),
)
@example('a"b,c"d\n"x""y",z\n', ",", True, False, 1000)
@example('1,"a\n2,b"\n', ",", True, False, 1000)
@example('1,"a\n', ",", True, False, 1000)
@example('1,2\n"3,"",\n', ",", True, False, 1000)
@example("1,2\n\n\r\n", ",", True, False, 1000)
@example("1,2\n \n", ",", True, True, 1000)
@example("1,2\n3\n", ",", True, False, 1000)
def test_whatever_stands_in_a_file(
    folder: Path, content: str, separator: str, quoting: bool, strip: bool, block: int
) -> None:
    dialect = Dialect("csv", separator, columns=("a", "b"), quoting=quoting, strip=strip)
    (folder / "a.csv").write_bytes(content.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_columns, "_BLOCK", block)
        table, _ = open_table(dialect, [folder / "a.csv"], ["a.csv"], SPAN)
        if table is None or in_columns(table) is None:
            return
        problems: list[Diagnostic] = []
        batches = list(row_batches(by_rows(table, dialect), None, problems, all_texts=True))
        rows = [batch.row(number, 0) for batch in batches for number in range(len(batch))]
        assert isinstance(table, ArrowTable)
        found = [
            (batch.row(number, 0), batch.row(number, 1))
            for batch in table.batches((0, 1), None)
            for number in range(len(batch))
        ]
        assert not problems
        assert [(row.line, row.text, row.cells) for row in rows] == [
            (a.line, a.text, (a.cells[0], b.cells[1])) for a, b in found
        ]


@pytest.mark.parametrize(
    "content",
    [
        b'a,b\n1,"x\ny"\n',
        b"a,b\n1,2\n\n3,4\n",
        b"a,b\n1,2\n3\n",
        b"a,b\n1,2,3\n",
        b"a,b\r1,2\r",
        b"a,b\n1,\xff\n",
        b"a,b\n1,\0\n",
        b'a,b\n1,"x\n',
        b"a,b\n1," + b"x" * (1 << 17) + b"\n",
    ],
)
def test_what_is_not_plain_is_read_row_by_row(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    table, found = open_table(Dialect("csv"), [tmp_path / "a.csv"], ["a.csv"], SPAN)
    if table is None:
        assert found
        return
    assert in_columns(table) is None
    expected = [Expected("a", "number", SPAN), Expected("b", "category", SPAN)]
    scans = [scan(one, Dialect("csv"), expected) for one in (table, by_rows(table, Dialect("csv")))]
    assert repr(scans[0]) == repr(scans[1])


@pytest.mark.parametrize(
    ("content", "dialect"),
    [
        ("a\n1\n", Dialect("csv")),
        ("a,b\n1,2\n", Dialect("csv", encoding="utf-16")),
        ("a§b\n1§2\n", Dialect("csv", "§")),
    ],
)
def test_what_columns_cannot_hold(tmp_path: Path, content: str, dialect: Dialect) -> None:
    (tmp_path / "a.csv").write_bytes(content.encode(dialect.encoding))
    assert not isinstance(opened(tmp_path, ["a.csv"], dialect), CsvColumns)


def test_small_files_and_few_rows_are_read_row_by_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    table = opened(tmp_path, ["a.csv"], Dialect("csv"))
    assert isinstance(table, CsvColumns)
    monkeypatch.setattr(csv_columns, "MANY_ROWS", 100)
    assert table.pays(None)
    assert table.pays(100)
    assert not table.pays(99)
    monkeypatch.setattr(csv_columns, "LARGE", 1000)
    assert not isinstance(opened(tmp_path, ["a.csv"], Dialect("csv")), CsvColumns)


def test_blanks_are_those_of_python() -> None:
    assert set(csv_columns._BLANKS) == {chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()}
