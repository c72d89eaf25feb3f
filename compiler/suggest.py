"""Did you mean …?"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache

_MISTAKES = 2**14
"""So many answers are kept: one mistake is often made, and looked at, many times."""


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that `word` was most likely meant to be, or None; letter case, blanks, `-` and `_` weigh nothing."""
    among = tuple(choices)
    return _nearest(word, among) if word and among else None


@lru_cache(_MISTAKES)
def _nearest(word: str, choices: tuple[str, ...]) -> str | None:
    folded: dict[str, str] = {}
    for choice in choices:
        folded.setdefault(_fold(choice), choice)
    matches = difflib.get_close_matches(_fold(word)[:100], folded, n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def did_you_mean(word: str, choices: Iterable[str], otherwise: str) -> str:
    """A hint with the nearest choice, or `otherwise` where none is near."""
    match = nearest(word, choices)
    return f"did you mean `{match}`?" if match is not None else otherwise


def listed(words: Iterable[str], limit: int = 8, quote: str = "`") -> str:
    """`a`, `b` and `c`, or the first `limit` words and how many more there are."""
    every = tuple(words)
    quoted = [f"{quote}{word}{quote}" for word in every[:limit]]
    if len(every) > limit:
        return f"{', '.join(quoted)} and {len(every) - limit} more"
    return " and ".join(filter(None, [", ".join(quoted[:-1]), *quoted[-1:]]))


@lru_cache(_MISTAKES)
def _fold(word: str) -> str:
    return "".join(c for c in word.casefold() if c not in " -_.")
