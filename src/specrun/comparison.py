"""`specrun diff`: what changed in meaning from one spec to another."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby

from specrun.compiler.difference import Change
from specrun.compiler.render.printable import printable


def as_text(changes: Iterable[Change]) -> str:
    """The changes by their sections: `-` before what is gone, `+` before what has come."""
    lines: list[str] = []
    for section, members in groupby(changes, lambda change: change.section):
        lines.append(f"{section}:")
        for change in members:
            name = f"{change.what}: " if change.what else ""
            lines += [f"- {name}{change.before}"] * (change.before is not None)
            lines += [f"+ {name}{change.after}"] * (change.after is not None)
    return "\n".join(map(printable, lines))


def to_json(changes: Iterable[Change]) -> str:
    """The changes as a JSON list."""
    keys = ("section", "what", "before", "after")
    return json.dumps([{key: getattr(change, key) for key in keys} for change in changes], indent=2, ensure_ascii=False)
