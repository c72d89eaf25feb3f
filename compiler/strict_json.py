"""JSON that specrun wrote, read so that nothing else passes for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""How half a character is written: Python makes a text of it that no file and no terminal takes."""


def parse(content: bytes | str) -> Any:
    """The value of a JSON text in UTF-8.

    Raises ValueError for what is none, and also for a key that stands there twice, for half a character and for what is
    nested so deeply that Python gives up.
    """
    text = content if isinstance(content, str) else content.decode("utf-8")
    try:
        value = json.loads(text, object_pairs_hook=_once)
        if _HALF.search(text):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands there twice")
        found[key] = value
    return found
