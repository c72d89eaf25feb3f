"""The rendering for code scanning: SARIF 2.1.0, the static analysis results interchange format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from urllib.parse import quote

from specrun.compiler.diagnostics import Diagnostic, Fix, Label, Severity, Span
from specrun.compiler.render.json import encode

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def render_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """One run of the tool `specrun`, with a rule for each code and a result for each diagnostic."""
    codes = list(dict.fromkeys(diagnostic.code for diagnostic in diagnostics))
    run = {
        "tool": {"driver": {"name": "specrun", "rules": [{"id": code} for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, codes.index(diagnostic.code)) for diagnostic in diagnostics],
    }
    return encode({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": _LEVELS[diagnostic.severity],
        "message": _message("\n".join(filter(None, (diagnostic.message, diagnostic.hint)))),
        "locations": [_location(diagnostic.span)],
    }
    if diagnostic.labels:
        result["relatedLocations"] = [_related(number, label) for number, label in enumerate(diagnostic.labels, 1)]
    if diagnostic.fix:
        result["fixes"] = [_fix(diagnostic.fix, diagnostic.hint)]
    return result


def _message(text: str) -> dict[str, object]:
    # Braces mark placeholders in a message, and `[text](target)` a link; a name from a spec must become neither.
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", r"\](")}


def _location(span: Span) -> dict[str, object]:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(span.file)}, "region": _region(span)}}


def _related(number: int, label: Label) -> dict[str, object]:
    return {"id": number, **_location(label.span), "message": _message(label.message)}


def _region(span: Span) -> dict[str, object]:
    return {"startLine": span.line, "startColumn": span.column, "endColumn": span.end}


def _fix(fix: Fix, hint: str) -> dict[str, object]:
    replacement = {"deletedRegion": _region(fix.span), "insertedContent": {"text": fix.replacement}}
    change = {"artifactLocation": {"uri": _uri(fix.span.file)}, "replacements": [replacement]}
    return {**({"description": _message(hint)} if hint else {}), "artifactChanges": [change]}


def _uri(file: str) -> str:
    """A URI reference: relative for a relative path, of the scheme `file` for an absolute one."""
    path = PurePath(file)
    quoted = quote(path.as_posix().encode("utf-8", "surrogatepass"))
    return f"file:///{quoted.lstrip('/')}" if path.is_absolute() else quoted
