"""What the README shows is what comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.render.text import render_text

ROOT = Path(__file__).parents[2]


def block(language: str) -> str:
    """The first fenced block of a language in the README."""
    found = re.search(rf"```{language}\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def source(text: str, monkeypatch: pytest.MonkeyPatch) -> Source:
    """A text as the spec `hotels.yaml`, where the shipped data lie."""
    monkeypatch.chdir(ROOT / "specs")
    return Source(text, "hotels.yaml", Path())


def test_the_spec_has_no_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    compilation = compile_spec(source(block("yaml"), monkeypatch))
    assert [group.kind for group in compilation.plan.features] == ["number", "number", "boolean", "category"]


def test_the_mistake_is_said_as_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    text = block("yaml").replace("Nr. reviews: number", "Nr reviews: number")
    with pytest.raises(SpecError) as error:
        compile_spec(source(text, monkeypatch))
    wrong = [d for d in error.value.diagnostics if d.code == "S204"]
    assert render_text(wrong) + "\n" == block("text")


def test_every_command_is_named() -> None:
    from specrun.cli import main

    readme = (ROOT / "README.md").read_text("utf-8")
    assert all(f"`specrun {name}" in readme for name in main.commands)
