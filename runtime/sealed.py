"""JSON texts that end with the SHA-256 of what they say: a changed byte is noticed, be it of the digest itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from specrun.compiler.strict_json import parse

_DIGEST: Final = "digest"


def sealed(said: Mapping[str, Any]) -> str:
    """What is said as a text with its digest."""
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
    return json.dumps({**said, _DIGEST: digest}, indent=2, ensure_ascii=False) + "\n"


def unsealed(content: bytes) -> dict[str, Any]:
    """What a text says. Raises ValueError where it is not, to the last byte, what `sealed` made of that."""
    found = parse(content)
    said = {key: value for key, value in found.items() if key != _DIGEST} if isinstance(found, dict) else {}
    if content != sealed(said).encode():
        raise ValueError("it is not what was written")
    return said
