"""The page of the language says all that there is, each key with an example in which nothing is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from specrun.compiler.catalogue import FAMILIES, unavailable
from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.features import KINDS
from specrun.compiler.reader import Plain, read
from specrun.compiler.reference import page
from specrun.compiler.reference.examples import Example, examples
from specrun.compiler.reference.keys import kinds, sections
from specrun.compiler.reference.page import HEADINGS
from specrun.compiler.render.text import render_text

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "language.md"
DATA = ROOT / "tests" / "examples"
KEYS = [(section.name, key.name) for section in sections().values() for key in section.keys]
TARGETS = ("target", "targets", "classes")


def test_the_page_is_fresh(renew: bool) -> None:
    if renew:
        PAGE.write_text(page(), "utf-8")
    assert PAGE.read_text("utf-8") == page(), "`make docs` writes it anew"


@pytest.mark.parametrize("key", KEYS, ids=".".join)
def test_every_key_has_an_example_without_faults(key: tuple[str, str]) -> None:
    assert key in examples(), "write one in compiler/reference/examples.yaml"
    example = examples()[key]
    assert key[1] in keys_of(example.values)
    text = json.dumps(whole(example), ensure_ascii=False)
    try:
        found = compile_spec(Source(text, "example.yaml", DATA)).diagnostics
    except SpecError as error:
        found = error.diagnostics
    assert not found, render_text(found)


def test_every_example_has_its_key() -> None:
    assert set(examples()) <= set(KEYS)


def whole(example: Example) -> dict[str, Plain]:
    """A spec that holds an example, and the rest of the base where the example says nothing."""
    base, problems = read((DATA / "base.yaml").read_text("utf-8"), "base.yaml")
    spec = base.plain() if base is not None else None
    assert isinstance(spec, dict), problems
    if any(name in example.values for name in TARGETS):
        spec = {name: value for name, value in spec.items() if name not in TARGETS}
        spec |= {} if example.values.keys() & {"target", "targets"} else {"target": "plan"}
    return spec | example.values


def keys_of(value: Plain) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys_of, value.values()))
    return set().union(*map(keys_of, value)) if isinstance(value, list) else set()


def test_every_section_has_a_heading() -> None:
    assert set(sections()) == set(HEADINGS) | {section for _, section in kinds()}


def test_the_page_names_all_there_is() -> None:
    text = page()
    for name, entries in FAMILIES.items():
        part = re.split(r"\n## ", text[text.index(f"\n## {name}\n") + 4 :], maxsplit=1)[0]
        missing = [word for word in (*entries, *unavailable[name]) if not re.search(rf"(?m)^(### |\| `){word}\b", part)]
        assert missing == []
    assert all(f"\n### {kind}\n" in text for kind in KINDS)


def test_links_lead_somewhere() -> None:
    text = page()
    places = set(re.findall(r'<a id="([^"]+)">', text)) | {h.lower() for h in re.findall(r"(?m)^#+ (\S+)$", text)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= places
