"""Changes of a spec's text, which know nothing of what stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import TypeAlias

from tests.proof.fuzzed.odd import CHARACTERS, NUMBERS, SYNTAX, TEXTS

Change: TypeAlias = Callable[[Random, str, str], str]
"""From a text, and another one to take parts from, to a changed text."""

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def changed_text(chance: Random, text: str, other: str) -> str:
    """The text after one change or a few."""
    for _ in range(chance.choice((1, 1, 1, 1, 1, 2, 2, 3, 8))):
        text = chance.choice(CHANGES)(chance, text, other)
    return text


def _of_lines(change: Callable[[Random, list[str]], None]) -> Change:
    def changed(chance: Random, text: str, other: str) -> str:  # noqa: ARG001 - as any other change
        lines = text.splitlines(keepends=True) or [""]
        change(chance, lines)
        return "".join(lines)

    return changed


def _delete(chance: Random, lines: list[str]) -> None:
    start = chance.randrange(len(lines))
    del lines[start : start + chance.choice((1, 1, 1, 2, 4))]


def _duplicate(chance: Random, lines: list[str]) -> None:
    start = chance.randrange(len(lines))
    part = lines[start : start + chance.choice((1, 1, 2, 5))]
    place = chance.choice((start, chance.randrange(len(lines))))
    lines[place:place] = part * chance.choice((1, 1, 1, 3, 300))


def _move(chance: Random, lines: list[str]) -> None:
    line = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randrange(len(lines) + 1), line)


def _swap(chance: Random, lines: list[str]) -> None:
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _indent(chance: Random, lines: list[str]) -> None:
    start = chance.randrange(len(lines))
    indent = chance.choice((" ", "  ", "    ", "\t", " \t", "\xa0", "\u3000", "-", "- "))
    for number in range(start, min(start + chance.choice((1, 1, 2, 5, 50)), len(lines))):
        lines[number] = indent + lines[number]


def _outdent(chance: Random, lines: list[str]) -> None:
    start, width = chance.randrange(len(lines)), chance.choice((1, 2, 4))
    for number in range(start, min(start + chance.choice((1, 1, 2, 5, 50)), len(lines))):
        lines[number] = lines[number][min(width, len(lines[number]) - len(lines[number].lstrip(" "))) :]


def _comment(chance: Random, lines: list[str]) -> None:
    number = chance.randrange(len(lines))
    lines[number] = chance.choice(("# ", "#", "'", '"', "- ", "? ", ": ")) + lines[number]


def _join(chance: Random, lines: list[str]) -> None:
    number = chance.randrange(len(lines))
    lines[number] = lines[number].rstrip("\n") + chance.choice(("", " ", ", ", ": ", "\x0b"))


def _insert(chance: Random, text: str, other: str) -> str:  # noqa: ARG001
    place = chance.randrange(len(text) + 1)
    piece = chance.choice(
        (chance.choice(SYNTAX), chance.choice(SYNTAX), chance.choice(CHARACTERS), chance.choice(TEXTS))
    )
    return text[:place] + piece + text[place:]


def _replace_character(chance: Random, text: str, other: str) -> str:
    place = chance.randrange(len(text) + 1)
    piece = chance.choice((chance.choice(SYNTAX), chance.choice(CHARACTERS), chr(chance.randrange(32, 127)), other[:1]))
    return text[:place] + piece + text[place + 1 :]


def _remove_characters(chance: Random, text: str, other: str) -> str:  # noqa: ARG001
    place = chance.randrange(len(text) + 1)
    return text[:place] + text[place + chance.choice((1, 1, 1, 2, 8, 40)) :]


def _cut(chance: Random, text: str, other: str) -> str:  # noqa: ARG001
    return text[: chance.randrange(len(text) + 1)]


def _splice(chance: Random, text: str, other: str) -> str:
    if chance.random() < 0.5:
        return text[: chance.randrange(len(text) + 1)] + other[chance.randrange(len(other) + 1) :]
    lines, others = text.splitlines(keepends=True), other.splitlines(keepends=True)
    return "".join(lines[: chance.randrange(len(lines) + 1)] + others[chance.randrange(len(others) + 1) :])


def _bring_section(chance: Random, text: str, other: str) -> str:
    """A section of the other text in place of its own one, or beside it."""
    parts = re.split(r"^(?=\S)", other, flags=re.MULTILINE)
    part = chance.choice(parts)
    name = part.partition(":")[0]
    if name and chance.random() < 0.8:
        text = re.sub(rf"^{re.escape(name)}:.*\n(?:[ \t-].*\n|\n)*", "", text, flags=re.MULTILINE)
    return f"{text.rstrip(chr(10))}\n{part}"


def _replace_word(chance: Random, text: str, other: str) -> str:
    found = list(_WORD.finditer(text))
    if not found:
        return other
    word = chance.choice(found)
    words = _WORD.findall(other) or ["x"]
    new = chance.choice(
        (chance.choice(words), chance.choice(found)[0], chance.choice(TEXTS), _misspelt(chance, word[0]))
    )
    return text[: word.start()] + new + text[word.end() :]


def _misspelt(chance: Random, word: str) -> str:
    place = chance.randrange(len(word))
    return chance.choice(
        (word[:place] + word[place + 1 :], word[: place + 1] + word[place:], word.swapcase(), word + "s")
    )


def _replace_number(chance: Random, text: str, other: str) -> str:  # noqa: ARG001
    found = list(_NUMBER.finditer(text))
    if not found:
        return text
    number = chance.choice(found)
    odd = chance.choice(NUMBERS)
    new = chance.choice(
        (str(odd), repr(odd), number[0] * 20, f"{number[0]}.0", f"-{number[0]}", f'"{number[0]}"', "1e999")
    )
    return text[: number.start()] + new + text[number.end() :]


def _break_otherwise(chance: Random, text: str, other: str) -> str:  # noqa: ARG001
    sign = chance.choice(("\r", "\r\n", "\n\n", "\u2028", "\x85", "\n\r", " \n", "\t\n"))
    if chance.random() < 0.7:
        return text.replace("\n", sign)
    return "".join(sign if c == "\n" and chance.random() < 0.3 else c for c in text)


def _mark(chance: Random, text: str, other: str) -> str:  # noqa: ARG001
    sign = chance.choice(
        ("\ufeff", "\ufeff\ufeff", "%YAML 1.1\n---\n", "---\n", "--- ", "# x\n", "\n" * 50, "...\n", "\t")
    )
    return sign + text if chance.random() < 0.7 else text + sign


def _anchor(chance: Random, text: str, other: str) -> str:  # noqa: ARG001
    places = [found.end() for found in re.finditer(r": (?=\S)|: ?$|- ", text, re.MULTILINE)] or [0]
    for place in sorted(chance.sample(places, min(len(places), 3)), reverse=True):
        text = text[:place] + chance.choice((" &a ", "*a ", " &b ", "*b", "!x ", "!!int ")) + text[place:]
    return text


CHANGES: tuple[Change, ...] = (
    *map(_of_lines, (_delete, _duplicate, _move, _swap, _indent, _outdent, _comment, _join)),
    *(_insert, _insert, _replace_character, _replace_character, _remove_characters, _cut, _splice, _bring_section),
    *(_bring_section, _replace_word, _replace_word, _replace_word, _replace_number, _replace_number, _break_otherwise),
    *(_mark, _anchor),
)
"""All the changes; some stand here more than once, to be made more often."""
