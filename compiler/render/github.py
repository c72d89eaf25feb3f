"""The rendering for GitHub Actions: workflow commands, which it shows as annotations beside the lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specrun.compiler.diagnostics import Diagnostic, Label, Severity
from specrun.compiler.render.printable import printable

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def render_github(diagnostics: Sequence[Diagnostic]) -> str:
    """One workflow command a line for each diagnostic: the message, what its labels say, and the hint."""
    return "\n".join(_command(diagnostic) for diagnostic in diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    properties = {
        "file": span.file,
        "line": str(span.line),
        "col": str(span.column),
        "endColumn": str(span.end),
        "title": diagnostic.code,
    }
    listed = ",".join(f"{name}={_escape(value, _PROPERTY)}" for name, value in properties.items())
    data = "\n".join(filter(None, (diagnostic.message, *map(_label, diagnostic.labels), diagnostic.hint)))
    return f"::{_COMMANDS[diagnostic.severity]} {listed}::{_escape(data, _DATA)}"


def _label(label: Label) -> str:
    return f"{label.span.file}:{label.span.line}:{label.span.column}: {label.message}"


def _escape(text: str, escapes: Mapping[str, str]) -> str:
    return "".join(escapes.get(character) or printable(character) for character in text)
