"""Whatever bytes a file holds, it is read or reported, never more."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specrun.compiler.data import Dialect, Expected, open_table, scan
from specrun.compiler.diagnostics import Diagnostic, Span

SPAN = Span("spec.yaml", 3, 7, 20)
KINDS = ("number", "boolean", "category", "class", "key", "time", "part", "text")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data") / "a.txt"


def diagnostics(path: Path, dialect: Dialect) -> tuple[Diagnostic, ...]:
    table, found = open_table(dialect, [path], ["a.txt"], SPAN)
    if table is None:
        return found
    expected = [Expected(column.name, kind, SPAN) for column in table.columns for kind in KINDS]
    return (*found, *scan(table, dialect, expected, decimal_found=True).diagnostics)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.binary(max_size=60), st.text(alphabet='a1,;"\n\r\t -.', max_size=60).map(str.encode)),
    st.sampled_from(["csv", "jsonl"]),
    st.sampled_from(["utf-8", "utf-16", "latin-1", "cp1252"]),
    st.booleans(),
)
@example(b'{"a": 1}\n{"a": "\\ud800"}\n{"\\ud800": 1}\n', "jsonl", "utf-8", True)
@example(b"\xff\xfea\x00,\x00b\x00\n\x00\x00\xd8", "csv", "utf-16", True)
def test_every_file_gets_rows_or_diagnostics(
    path: Path, content: bytes, data_format: str, encoding: str, quoting: bool
) -> None:
    path.write_bytes(content)
    for found in diagnostics(path, Dialect(data_format, encoding=encoding, quoting=quoting)):
        assert found.message
        assert found.hint
        assert 1 <= found.span.column < found.span.end
        assert len(found.span.text) <= 500
