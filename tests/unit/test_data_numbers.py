"""A text is a number here exactly where pandas' reader takes it for one."""

from __future__ import annotations

import csv
import io
import re
from math import inf, isinf
from pathlib import Path

import pandas
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from specrun.compiler.data import Dialect, find_decimal, open_table, read_number
from specrun.compiler.diagnostics import Span


def pandas_number(text: str, decimal: str) -> float | None:
    buffer = io.StringIO()
    # The second row keeps a column of `true` alone from being read as numbers.
    csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL).writerows([("x", "y"), (text, ""), ("2", "")])
    try:
        frame = pandas.read_csv(
            io.StringIO(buffer.getvalue()), sep=";", decimal=decimal, dtype={"x": "float64"}, keep_default_na=False
        )
    except ValueError:
        return None
    return float(frame["x"][0])


TEXTS = """
1 -3 +3 .5 5. . + - 1e5 1E5 1e 1e+ 1e+5 1e-5 e5 1e5.5 1_000 0x10 1e999 -1e999 inf -inf +Inf INFINITY infin nan NaN
NA null true 1,5 1.5 1,5e3 --3 +-3 1d5 1f 007 00.5 1e-400 1.2.3 1,2,3 1.234,5 .e5 5.e3 1e0005 1e99999999999
\u0661 \uff11
"""


@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("text", [*TEXTS.split(), " 1", "1 ", "\t1", "1\x0c", "1 000", "- 3", "  ", "\xa01", "9" * 400])
def test_numbers_are_those_of_pandas(text: str, decimal: str) -> None:
    assert read_number(text, decimal) == pytest.approx(pandas_number(text, decimal))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789+-.,eE infatyNA_x\t", min_size=1, max_size=8), st.sampled_from([".", ","]))
def test_any_text_is_judged_as_pandas_does(text: str, decimal: str) -> None:
    # With a plus sign, and only then, pandas takes a blank in the exponent (`+1e 5`); here that is no number.
    assume(not re.search(r"\+.*e\s", text, re.IGNORECASE))
    assert (read_number(text, decimal) is None) == (pandas_number(text, decimal) is None)


def test_what_overflows_is_infinite() -> None:
    assert read_number("1e999") == inf
    assert isinf(read_number("-1e999") or 0)


@pytest.mark.parametrize(
    ("values", "decimal"),
    [
        (["3", "4"], "."),
        (["3,5", "4"], ","),
        (["3,5", "4.5"], "."),
        (["3.5"], "."),
        (["1,234,567"], "."),
        (["3,5", "NA", ""], ","),
    ],
)
def test_the_decimal_mark_is_found(tmp_path: Path, values: list[str], decimal: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("n;other\n" + "".join(f"{value};1.5\n" for value in values))
    table, _ = open_table(Dialect("csv", separator=";"), [path], ["a.csv"], Span("s", 1, 1, 2))
    assert table is not None
    assert find_decimal(table, ["n", "no such column"]) == decimal


def test_the_decimal_mark_is_looked_for_in_the_first_rows_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("n;m\n" + "1;1\n" * 10_000 + "3,5;1\n")
    table, _ = open_table(Dialect("csv", separator=";"), [path], ["a.csv"], Span("s", 1, 1, 2))
    assert table is not None
    assert find_decimal(table, ["n"]) == "."
