"""What a path leads to is checked before anything of it is read."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

from specrun.compiler.data import Dialect, find_format, open_table
from specrun.compiler.diagnostics import Diagnostic, Span

SPAN = Span("spec.yaml", 3, 7, 20, "data: {path: reviews.csv}")


def problem(path: Path, shown: str | None = None, data_format: str = "csv") -> Diagnostic:
    table, found = open_table(Dialect(data_format), [path], [shown or path.name], SPAN)
    assert table is None
    (diagnostic,) = found
    assert diagnostic.hint
    return diagnostic


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.csv", "csv"),
        ("a.TSV", "csv"),
        ("a.txt", "csv"),
        ("a.jsonl", "jsonl"),
        ("a.ndjson", "jsonl"),
        ("a.parquet", "parquet"),
        ("a.csv.gz", None),
        ("a", None),
    ],
)
def test_the_ending_tells_the_format(name: str, expected: str | None) -> None:
    assert find_format(Path(name)) == expected


def test_a_file_that_is_not_there_gets_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "reviews.csv").write_text("a\n1\n")
    found = problem(tmp_path / "review.csv")
    assert (found.code, found.span) == ("D101", SPAN)
    assert found.message == "there is no file `review.csv`"
    assert found.hint == "did you mean `reviews.csv`?"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "no folder `dta`" in problem(tmp_path / "dta" / "a.csv").hint


def test_a_pattern_that_matches_nothing() -> None:
    table, (found,) = open_table(Dialect("csv"), [], ["part-*.csv"], SPAN)
    assert table is None
    assert (found.code, found.message) == ("D101", "no file matches `part-*.csv`")


def test_a_folder_a_pipe_and_a_device_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    found = [problem(path) for path in (tmp_path, tmp_path / "pipe.csv", Path(os.devnull))]
    assert [d.code for d in found] == ["D102"] * 3
    assert [d.message.split(" is ")[1] for d in found] == [
        "a folder, not a file",
        "a pipe, not a file",
        "a device, not a file",
    ]


def test_what_the_system_refuses_is_reported(tmp_path: Path) -> None:
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    assert problem(loop).code == "D103"
    assert problem(tmp_path / "a\0b.csv").code == "D103"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    path.chmod(0)
    assert problem(path).code == "D103"


def test_an_address_is_not_fetched() -> None:
    address = "https://example.org/data.csv"
    assert problem(Path(address), address).code == "D104"


@pytest.mark.parametrize("name", ["a.csv.gz", "a.zip", "a.zst"])
def test_packed_files_are_refused_whatever_the_format(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("a\n1\n")
    found = problem(tmp_path / name)
    assert (found.code, found.hint) == ("D105", "unpack it, and name the unpacked file")


@pytest.mark.parametrize(
    ("name", "hint"), [("a.xlsx", "CSV"), ("a.json", ".jsonl"), ("a.data", "format: csv"), ("a", "format")]
)
def test_other_endings_do_not_tell_a_format(tmp_path: Path, name: str, hint: str) -> None:
    (tmp_path / name).write_text("a\n1\n")
    found = problem(tmp_path / name, data_format="")
    assert found.code == "D105"
    assert hint in found.hint


def test_a_packed_file_under_a_plain_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(gzip.compress(b"a\n1\n"))
    assert (problem(path).code, "gzip" in problem(path).message) == ("D105", True)
    path.write_bytes(b"PAR1....")
    assert problem(path).hint == "add `format: parquet`"


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    assert problem(tmp_path / "a.csv").message == "`a.csv` is empty"


def test_all_files_are_checked_at_once(tmp_path: Path) -> None:
    (tmp_path / "b.csv").touch()
    paths = [tmp_path / "a.csv", tmp_path / "b.csv", tmp_path]
    _, found = open_table(Dialect("csv"), paths, ["a.csv", "b.csv", "data"], SPAN)
    assert [d.code for d in found] == ["D101", "D106", "D102"]


def test_looking_at_data_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,x\n2,y\n")
    program = (
        "import sys, pathlib\n"
        "from specrun.compiler.data import *\n"
        "from specrun.compiler.diagnostics import Span\n"
        "span, dialect = Span('s', 1, 1, 2), Dialect('csv')\n"
        "table, _ = open_table(dialect, [pathlib.Path('a.csv')], ['a.csv'], span)\n"
        "assert scan(table, dialect, [Expected('a', 'number', span)]).rows == 2\n"
        "heavy = {'tensorflow', 'keras', 'pandas', 'numpy', 'sklearn', 'pyarrow', 'jsonschema'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
