"""Diagnostics as text for people and as documents for programs, made from the diagnostics alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import TypeAlias

from specrun.compiler.diagnostics import Diagnostic
from specrun.compiler.render.github import render_github
from specrun.compiler.render.json import render_json
from specrun.compiler.render.sarif import render_sarif
from specrun.compiler.render.text import render_text, summary

Rendering: TypeAlias = Callable[[Sequence[Diagnostic]], str]

FORMATS: MappingProxyType[str, Rendering] = MappingProxyType(
    {"text": render_text, "json": render_json, "github": render_github, "sarif": render_sarif}
)
"""What `--format` may name. Each keeps the order of the diagnostics and ends without a line break."""

__all__ = ["FORMATS", "Rendering", "render_github", "render_json", "render_sarif", "render_text", "summary"]
