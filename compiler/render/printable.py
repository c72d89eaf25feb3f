"""Text from a spec or its data, made safe to show: nothing in it can steer a terminal, hide or change places."""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    r"""`text` with each character that Python does not hold printable as its escape (`\x1b`, `\u202e`, `\n`)."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def width(shown: str) -> int:
    """Columns that printable text takes on a terminal: two for a wide East Asian letter, none for a combining mark."""
    return len(shown) if shown.isascii() else sum(_columns(c) for c in shown)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
