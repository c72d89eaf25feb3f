"""A plan as JSON, and back: every object says its type, and no place in a source is kept."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from types import ModuleType
from typing import Any

from specrun.compiler import expressions, plan, series, tensor
from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import Identifier
from specrun.compiler.plan import Plan, Task

FILE = "plan.json"
_PLACE = Span(FILE, 1, 1, 2)


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


def from_json(text: str) -> Plan:
    """The plan of a JSON text: data, which can say no more than an expression may, since each checks what it calls.

    Raises ValueError where the text is none.
    """
    try:
        made = _made(json.loads(text))
    except (AttributeError, KeyError, RecursionError, TypeError) as problem:
        raise ValueError(f"no plan: {problem}") from problem
    if not isinstance(made, Plan):
        raise ValueError("no plan")
    placed = (dataclasses.replace(group, spans=(_PLACE,) * len(group.sources)) for group in made.features)
    return dataclasses.replace(made, features=tuple(placed))


def _made(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_made, value))
    if not isinstance(value, Mapping):
        return value
    class_ = _types()[value["type"]]
    given = {name: _made(part) for name, part in value.items() if name != "type"}
    fields = (field for field in dataclasses.fields(class_) if _is_given(field, given))
    return class_(**{field.name: _field(field, given) for field in fields})


def _is_given(field: dataclasses.Field[Any], given: Mapping[str, Any]) -> bool:
    """Whether a field is in the JSON, or has to be: what an older version did not write has its default."""
    return field.name in given or field.default is dataclasses.MISSING


def _field(field: dataclasses.Field[Any], given: Mapping[str, Any]) -> Any:
    if not field.compare:
        return _PLACE
    value, kind = given[field.name], str(field.type)
    if kind == Task.__name__:
        return Task[value]
    if Identifier.__name__ not in kind or value is None:
        return value
    return tuple(map(Identifier, value)) if isinstance(value, tuple) else Identifier(value)


@cache
def _types() -> Mapping[str, type[Any]]:
    return {name: class_ for module in (expressions, plan, series, tensor) for name, class_ in _dataclasses(module)}


def _dataclasses(module: ModuleType) -> Iterator[tuple[str, type[Any]]]:
    for name, value in vars(module).items():
        if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == module.__name__:
            yield name, value
