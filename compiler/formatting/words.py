"""How a scalar is written so that it reads back as itself: plain, in double quotes, or as a block of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from specrun.compiler.formatting.tree import Leaf
from specrun.compiler.reader.scalars import NumberRefused, resolve

_ORDINARY = re.compile(r"(?:\.{0,2}/|\.)?[\w$]")
"""How a text begins that nobody takes for anything else; one that begins otherwise is put in quotes."""
_NOT_PLAIN = re.compile(r":(?: |$)| #| $")
_NOT_PLAIN_IN_FLOW = re.compile(r"[][{},:?]")
_BLANKS = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
"""Blanks other than the common one, which are harmless to YAML."""
_CONSTANTS = {None: "null", True: "true", False: "false"}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def written(leaf: Leaf, *, in_flow: bool = False, is_key: bool = False) -> str:
    """A scalar on one line, in a flow collection or outside of any, with its anchor."""
    if not leaf.anchor:
        return _word(leaf, in_flow, is_key)
    # An alias may repeat it as a value or as a key, so its text stays what it is.
    word = _text(leaf.text, in_flow, False) if isinstance(leaf.value, str) else leaf.text
    return f"&{leaf.anchor} {word}" if word else f"&{leaf.anchor}"


def needs_lines(leaf: Leaf) -> bool:
    """Whether a text has line breaks and can be written as a block."""
    value = leaf.value
    return isinstance(value, str) and "\n" in value and _block(value, 0) is not None


def block(leaf: Leaf, width: int) -> list[str] | None:
    """A text on lines of its own, the header `|-` or `>-` first; None where one line is all that it needs or allows."""
    value = leaf.value
    lines = _block(value, width) if isinstance(value, str) else None
    if lines is None or (len(lines) == 2 and lines[0].endswith("-")):
        return None
    return [f"&{leaf.anchor} {lines[0]}", *lines[1:]] if leaf.anchor else lines


def _word(leaf: Leaf, in_flow: bool, is_key: bool) -> str:
    if is_key:
        return _text(leaf.text, in_flow, True)
    if leaf.quoted:
        return _text(leaf.text, in_flow, False)
    value = leaf.value
    if isinstance(value, str):
        return _text(value, in_flow, False)
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value] if leaf.text or in_flow else ""
    return leaf.text


@lru_cache(maxsize=4096)
def _text(text: str, in_flow: bool, is_key: bool) -> str:
    """A text, plain where it then reads back as a text; every key does, whatever it looks like."""
    plain = (
        _ORDINARY.match(text)
        and _is_visible(text)
        and not _NOT_PLAIN.search(text)
        and not (in_flow and _NOT_PLAIN_IN_FLOW.search(text))
        and (is_key or _reads_as_text(text))
    )
    return text if plain else f'"{"".join(map(_escaped, text))}"'


def _reads_as_text(text: str) -> bool:
    try:
        return isinstance(resolve(text), str)
    except NumberRefused:
        return False


def _is_visible(text: str) -> bool:
    return _BLANKS.sub("", text).isprintable()


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if _is_visible(character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _block(text: str, width: int) -> list[str] | None:
    """A text as a header and lines; None where it has to be quoted. One line is folded, several if one is too long."""
    body = text.removesuffix("\n")
    lines = body.split("\n")
    if body.startswith((" ", "\n")) or any(not _is_visible(line) or line.endswith(" ") for line in lines):
        return None
    if not body or body.endswith("\n"):
        return None
    chomp = "-" if body == text else ""
    foldable = not any(line.startswith(" ") or "  " in line for line in lines)
    if foldable and (len(lines) == 1 or any(len(line) > width for line in lines)):
        return [f">{chomp}", *_folded(lines, width)]
    return [f"|{chomp}", *lines]


def _folded(lines: list[str], width: int) -> Iterator[str]:
    """Lines whose breaks are read as blanks; an empty line is read as a break."""
    for number, line in enumerate(lines):
        if number:
            yield ""
        words = line.split(" ")
        row = words[0]
        for word in words[1:]:
            if len(row) + 1 + len(word) > width:
                yield row
                row = word
            else:
                row = f"{row} {word}"
        if row:
            yield row
