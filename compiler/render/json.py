"""The rendering for programs: one JSON document."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from specrun.compiler.diagnostics import Diagnostic, Fix, Label, Severity, Span

_BEYOND_ASCII = re.compile(r"[^\n -~]")


def render_json(diagnostics: Sequence[Diagnostic]) -> str:
    """`{"diagnostics": […], "errors": n, "warnings": n}`; what a diagnostic lacks is `null` or an empty list."""
    severities = [diagnostic.severity for diagnostic in diagnostics]
    return encode(
        {
            "diagnostics": [_diagnostic(diagnostic) for diagnostic in diagnostics],
            "errors": severities.count(Severity.ERROR),
            "warnings": severities.count(Severity.WARNING),
        }
    )


def encode(document: object) -> str:
    """JSON that any terminal may show and UTF-8 can hold: letters as they are, the unprintable escaped."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    # Lone surrogates, DEL, C1 and bidi controls stand in strings only, where an escape means the same.
    return _BEYOND_ASCII.sub(lambda match: match[0] if match[0].isprintable() else json.dumps(match[0])[1:-1], text)


def _diagnostic(diagnostic: Diagnostic) -> dict[str, object]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "span": _span(diagnostic.span),
        "hint": diagnostic.hint,
        "labels": [_label(label) for label in diagnostic.labels],
        "fix": _fix(diagnostic.fix) if diagnostic.fix else None,
    }


def _span(span: Span) -> dict[str, object]:
    return {"file": span.file, "line": span.line, "column": span.column, "end": span.end}


def _label(label: Label) -> dict[str, object]:
    return {"message": label.message, "span": _span(label.span)}


def _fix(fix: Fix) -> dict[str, object]:
    return {"span": _span(fix.span), "replacement": fix.replacement}
