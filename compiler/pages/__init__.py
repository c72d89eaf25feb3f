"""The pages of the diagnostics: one Markdown file for each code."""

from __future__ import annotations

import re
from importlib import resources

_CODE = re.compile(r"[A-Z][0-9]{3}", re.ASCII)


def is_code(word: str) -> bool:
    """Whether a word is written like a diagnostic's code."""
    return _CODE.fullmatch(word) is not None


def page(code: str) -> str | None:
    """The text of a code's page, or None where there is none."""
    if not is_code(code):
        return None
    file = resources.files(__package__).joinpath(f"{code}.md")
    return file.read_text("utf-8") if file.is_file() else None


def codes() -> tuple[str, ...]:
    """All the codes that have a page, sorted."""
    names = (file.name for file in resources.files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".md") for name in names if name.endswith(".md")))
