"""How much a YAML text may hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that no spec written by a person comes near, and that keep every later phase fast on any text.

    `nodes` and `characters` count what the text holds once every alias is replaced by what it stands for.
    """

    size_bytes: int = 4 * 2**20
    line_characters: int = 100_000
    depth: int = 64
    nodes: int = 100_000
    characters: int = 8 * 2**20
    digits: int = 300
    problems: int = 200


LIMITS = Limits()
