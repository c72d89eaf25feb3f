"""Odd values and characters, of which some stand in every spec that is made here."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

SYNTAX = (
    *(
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        ": ",
        " :",
        "- ",
        "-",
        "? ",
        "?",
        "& ",
        "&a ",
        "*a",
        "*",
        "!",
        "!!str ",
        "!!python/",
    ),
    *("!<x> ", "|", "|-\n", ">+9\n", "%YAML 1.2\n---\n", "%TAG ! x:\n", "---\n", "...\n", "--- ", "#", " # ", "<<: *a"),
    *(
        "'",
        '"',
        "''",
        '"\\x',
        '"\\u12',
        "\\",
        "@",
        "`",
        "$",
        "$$",
        "$x",
        "~",
        "null",
        "=",
        "\n",
        "\n\n",
        "\n  ",
        "\n- ",
    ),
    *("\t", " \t", "\n\t", "\r", "\r\n", "{a: ", "[[[[", "]]]]", "}}}}", "{" * 70, "[" * 70, "- " * 70, "? " * 20),
)
"""Pieces of YAML, which mean something else wherever they come to stand."""

CHARACTERS = (
    *("\0", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\x1b[31m", "\x7f", "\x80", "\x85", "\x9b", "\xa0", "\xad"),
    *("\u0301", "\u200b", "\u200d", "\u200e", "\u2028", "\u2029", "\u202e", "\u2066", "\u2069", "\u3000", "\ufeff"),
    *("\ufffd", "\ufffe", "\uffff", "\ue000", "\ud800", "\udfff", "\ud83d\ude00", "\U0001f600", "\U000e0041"),
    *("\U0010ffff", "é", "ß", "İ", "中", "א", "ﬁ", "\u0378", "\uff21", "ﷺ", "\U00012000"),
)
"""Characters that are not allowed, not seen, wide, or of several parts."""

NUMBERS = (
    *(0, 1, -1, 2, 3, 7, 64, 65, 80, 81, 100, 101, 999, 1000, 1001, 10_000, 10_001, 65_536, 100_000, 100_001, 10**6),
    *(10**6 + 1, 10**7, 2**31 - 1, 2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 10**18, 10**30, 10**299, 10**309),
    *(-2, -(2**31), -(2**63) - 1, -(10**30), 0.0, -0.0, 0.1, 0.5, 0.999999999, 1.0, 1.5, 5e-324, 1e-300, 1e300, -1e300),
    *(float("nan"), float("inf"), float("-inf"), 2.0**53, 1e16, 1e22, 0.30000000000000004),
)
"""Numbers at the bounds of types and of the language, and beyond them."""

TEXTS = (
    *("", " ", "x", "*", "auto", "input", "features", "name", "inputs", "layer", "target", "yes", "no", "on", "true"),
    *("null", "~", "1", "1.5", "1e3", "0x10", "0o7", "1_000", "007", ".nan", ".inf", "-.inf", "2001-01-01", "12:30:45"),
    *("$x", "$$x", "$width", "a b", "a: b", "a #b", "- a", "[a]", "{a}", "é", "\n", "a\nb", "a\x00b", "../../x", "/"),
    *("http://x.invalid/a.csv", "base.yaml", "spec.yaml", "*.csv", "**", "?", "[", "\ud800", "%Y-%m-%d", "%", "%Y%Y%f"),
    *(
        "ab,bc->ac",
        "...ij,jk->...ik",
        "->",
        "(",
        "^(a+)+$",
        "__class__",
        "Lambda",
        "Dense",
        "Conv2D",
        "Flatten",
        "LSTM",
    ),
    *(
        "Embedding",
        "number",
        "category",
        "text",
        "image",
        "datetime",
        "sequence",
        "adam",
        "SGD",
        "val_loss",
        "accuracy",
    ),
    *("a" * 80, "a" * 81, "a" * 501, "é" * 2001, "x " * 3000, "\\" * 99, "'" * 99, "a/b", "a.b", "a-b", "_", "A", "0"),
)
"""Texts that other values are written like, names, and such as are too long."""


def odd_value(chance: Random, depth: int = 3) -> Any:
    """A value that hardly any place of a spec is made for."""
    kind = chance.randrange(12)
    if kind < 3:
        return chance.choice(NUMBERS)
    if kind < 7 or depth == 0:
        return odd_text(chance)
    if kind == 7:
        return chance.choice((None, True, False))
    if kind == 8:
        return chance.choice(([], {}, [[]], [{}], {"": None}, [None] * 5, {"a": {"a": {"a": 1}}}))
    if kind == 9:
        return {odd_text(chance): odd_value(chance, depth - 1) for _ in range(chance.randrange(4))}
    if kind == 10:
        return [odd_value(chance, depth - 1) for _ in range(chance.randrange(5))]
    return _deep(chance)


def odd_text(chance: Random) -> str:
    """A text, often with characters in it that are hard to show."""
    if chance.random() < 0.7:
        return chance.choice(TEXTS)
    pieces = (chance.choice((chance.choice(TEXTS[:60]), chance.choice(CHARACTERS), "a")) for _ in range(3))
    return "".join(pieces)


def _deep(chance: Random) -> Any:
    value: Any = chance.choice((0, "x", None))
    for _ in range(chance.choice((5, 20, 60, 63, 64, 65, 100))):
        value = [value] if chance.random() < 0.5 else {"a": value}
    return value


def odd_tree(chance: Random, words: Sequence[str], depth: int = 0) -> Any:
    """A tree that has the words of specs at its nodes, and nothing else from them."""
    if depth > 6 or chance.random() < 0.15 + depth * 0.12:
        return chance.choice(words) if chance.random() < 0.6 else odd_value(chance, 1)
    parts = (odd_tree(chance, words, depth + 1) for _ in range(chance.choice((0, 1, 2, 3, 5, 8))))
    if chance.random() < 0.3:
        return list(parts)
    return {chance.choice(words): part for part in parts}
