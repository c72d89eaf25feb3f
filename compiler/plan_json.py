"""A plan as JSON: every object says its type, and no place in a source is kept."""

from __future__ import annotations

import dataclasses
import json
from enum import Enum
from typing import Any

from specrun.compiler.plan import Plan


def to_json(plan: Plan) -> str:
    """The plan as indented JSON."""
    return json.dumps(_plain(plan), indent=1, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        fields = {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value) if f.compare}
        return {"type": type(value).__name__, **fields}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.name if isinstance(value, Enum) else value
