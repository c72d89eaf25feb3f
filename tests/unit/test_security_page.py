"""The bounds that SECURITY.md tells are those that hold."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from specrun.compiler.data.lines import MAX_BLANK, MAX_LINE
from specrun.compiler.data.parquet_pages import MOST_PAGE, MOST_RATIO, MOST_TEXTS
from specrun.compiler.data.table import MAX_COLUMNS
from specrun.compiler.expand.items import LAYERS
from specrun.compiler.matching import MOST_FILES, MOST_NAMES
from specrun.compiler.reader import LIMITS

PAGE = Path(__file__).resolve().parents[2] / "SECURITY.md"
MI = 2**20
BOUNDS: dict[str, tuple[int, ...]] = {
    "a spec": (
        LIMITS.size_bytes // MI,
        LIMITS.line_characters,
        LIMITS.depth,
        LIMITS.nodes,
        LIMITS.characters // MI,
        LIMITS.digits,
    ),
    "a network": (LAYERS,),
    "a path with `*`": (MOST_FILES, MOST_NAMES),
    "a table": (MAX_COLUMNS,),
    "CSV, JSON Lines": (csv.field_size_limit(), MAX_LINE, MAX_BLANK),
    "Parquet": (MOST_PAGE // MI, MOST_TEXTS // MI, MOST_RATIO),
}


@pytest.mark.parametrize("what", BOUNDS)
def test_the_bounds_are_those_that_hold(what: str) -> None:
    (line,) = (line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| {what} |"))
    said = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*\d|\d", line)]
    assert tuple(said) == BOUNDS[what]
