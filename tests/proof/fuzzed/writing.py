"""Trees as YAML in styles that no dumper has: drawn anew for each value."""

from __future__ import annotations

import json
import math
from random import Random
from typing import Any

_COMMENTS = ("", "", "", "", " # x", " #", "  # a: b")


class Writer:
    """Writes a tree; `tidy` keeps to what reads back as the same tree, else some of it will be no YAML."""

    def __init__(self, chance: Random, *, tidy: bool) -> None:
        self._chance = chance
        self._tidy = tidy
        self._anchors = 0

    def document(self, tree: Any) -> str:
        """The text of a tree."""
        chance = self._chance
        if chance.random() < 0.2:
            return json.dumps(tree, ensure_ascii=chance.random() < 0.5, indent=chance.choice((None, None, 1, 4)))
        start = "" if self._tidy or chance.random() < 0.8 else chance.choice(("---\n", "%YAML 1.2\n---\n", "--- # x\n"))
        body = self._block(tree, 0) if isinstance(tree, dict | list) and tree else f"{self._flow(tree)}\n"
        end = "" if self._tidy or chance.random() < 0.9 else chance.choice(("...\n", "---\na: b\n", "# x"))
        return f"{start}{body.removeprefix(chr(10))}{end}"

    def _block(self, node: Any, indent: int) -> str:
        """What stands behind a key or a dash, from the line break or the space on."""
        chance = self._chance
        if not isinstance(node, dict | list) or not node or indent > 120 or chance.random() < 0.15:
            return f" {self._properties()}{self._flow(node)}{chance.choice(_COMMENTS)}\n"
        pad = " " * indent
        inner = indent + (2 if chance.random() < 0.9 else chance.randrange(1, 6))
        head = f" {self._properties()}".rstrip()
        if isinstance(node, list):
            return f"{head}\n" + "".join(f"{pad}-{self._block(item, inner)}" for item in node)
        entries = []
        for key, value in node.items():
            entries.append(f"{pad}{self._key(key)}:{self._block(value, inner)}")
            if not self._tidy and chance.random() < 0.02:
                entries.append(entries[-1])
        return f"{head}\n" + "".join(entries)

    def _flow(self, node: Any) -> str:
        if isinstance(node, dict):
            return "{" + ", ".join(f"{self._key(key)}: {self._flow(value)}" for key, value in node.items()) + "}"
        if isinstance(node, list):
            return "[" + ", ".join(map(self._flow, node)) + "]"
        return self._scalar(node)

    def _properties(self) -> str:
        """An anchor or a tag, or an alias in the place of the value."""
        if self._tidy or self._chance.random() < 0.97:
            return ""
        self._anchors += 1
        number = self._chance.randrange(1, self._anchors + 1)
        return self._chance.choice((f"&a{self._anchors} ", f"&a{self._anchors} ", "!!str ", "!x ", f"*a{number} # "))

    def _key(self, key: Any) -> str:
        return self._scalar(str(key)) if not self._tidy else json.dumps(str(key))

    def _scalar(self, value: Any) -> str:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, float) and not math.isfinite(value):
            return self._chance.choice((".nan", "NaN")) if math.isnan(value) else ".inf" if value > 0 else "-.inf"
        return "null" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)

    def _text(self, text: str) -> str:
        style = self._chance.randrange(10)
        if style < 4 and not self._tidy:
            return text
        if style < 6 and text.isprintable():
            return "'" + text.replace("'", "''") + "'"
        return json.dumps(text, ensure_ascii=self._tidy or style < 8)
