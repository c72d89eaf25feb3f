"""The pages of the scripts are what `make docs` writes."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = runpy.run_path(str(ROOT / "tests" / "benchmarks" / "scripts.py"))["PAGES"]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_fresh(name: str, renew: bool) -> None:
    page = PAGES[name]()
    file = ROOT / "docs" / name
    if renew:
        file.write_text(page, "utf-8")
    assert page == file.read_text("utf-8"), "`make docs` writes it anew"
