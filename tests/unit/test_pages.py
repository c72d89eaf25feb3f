"""Every diagnostic has a page that `specrun explain CODE` prints, and every page a diagnostic."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specrun.compiler.pages import codes, page
from specrun.compiler.reader import read

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text(code: str) -> str:
    found = page(code)
    assert found is not None
    return found


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    folders = ("compiler", "runtime", "src/specrun")
    files = {file.resolve() for folder in folders for file in (ROOT / folder).rglob("*.py")}
    written = {code for file in files for code in re.findall(r'"([A-Z]\d{3})"', file.read_text("utf-8"))}
    assert set(codes()) == written


@pytest.mark.parametrize("code", codes())
def test_a_page_says_what_is_wrong_shows_it_and_shows_it_mended(code: str) -> None:
    title, empty, *_ = lines = text(code).splitlines()
    assert title.startswith(f"# {code}: ")
    assert not title.endswith(".")
    assert empty == ""
    assert 8 <= len(lines) <= 30
    assert len(FENCE.findall(text(code))) == 2
    assert "\nMended:\n" in text(code)


@pytest.mark.parametrize("code", codes())
def test_what_is_mended_is_yaml(code: str) -> None:
    language, mended = FENCE.findall(text(code))[1]
    if language == "yaml":
        assert read(mended, f"{code}.md")[1] == ()


@pytest.mark.parametrize("code", [code for code in codes() if code.startswith("Y") and code != "Y127"])
def test_what_is_wrong_cannot_be_read(code: str) -> None:
    _, wrong = FENCE.findall(text(code))[0]
    too_large_for_a_page = {"Y101", "Y102", "Y103", "Y104", "Y121", "Y122", "Y125"}
    assert code in too_large_for_a_page or code in {problem.code for problem in read(wrong, "spec.yaml")[1]}


@pytest.mark.parametrize("word", ["s204", "S999", "S204\n", "../S204", "", "S\N{FULLWIDTH DIGIT TWO}04"])
def test_no_page_for_what_is_no_code(word: str) -> None:
    assert page(word) is None
