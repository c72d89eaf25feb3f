"""How a script is laid out: by Ruff's formatter, in this process, in about a millisecond."""

from __future__ import annotations

LINE_LENGTH = 120


def formatted(text: str) -> str:
    """Python code, laid out. Raises SyntaxError if it is none.

    No configuration is read that a user has for code of his own.
    """
    from ruff_api import FormatOptions, RuffError, format_string

    try:
        return format_string("script.py", text, FormatOptions(target_version="py311", line_width=LINE_LENGTH))
    except RuffError as problem:
        raise SyntaxError(str(problem)) from None
