"""A plan as JSON, and back: every object says its type, and no place in a source is kept."""

from __future__ import annotations

import dataclasses
import json
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import Choice, Foreign, Identifier, Member
from specrun.compiler.plan import Plan
from specrun.compiler.strict_json import parse
from specrun.compiler.verify import verify

FILE = "plan.json"
_PLACE = Span(FILE, 1, 1, 2)
_OF_SCRIPTS = (Foreign, Member, Choice)
"""What only scripts say."""
_SHOWN = 60
"""So many characters of a value are enough to find it."""


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


def from_json(content: bytes | str) -> Plan:
    """The plan of a JSON text: data, which can say no more than a plan of the compiler can.

    Each object has the fields of its type, each of the type that it is to have; expressions check what they call, and
    the plan is held against the invariants of all plans. Raises ValueError where the text is none.
    """
    try:
        made: Plan = _made(parse(content), Plan)
        placed = (dataclasses.replace(group, spans=(_PLACE,) * len(group.sources)) for group in made.features)
        whole = dataclasses.replace(made, features=tuple(placed))
        verify(whole)
    except RecursionError:
        raise ValueError("no plan: it is nested too deeply") from None
    except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError) as problem:
        raise ValueError(f"no plan: {problem}") from problem
    return whole


def _made(value: Any, kind: Any) -> Any:
    """A value of JSON as one of a type. Raises TypeError or ValueError where it is none."""
    if get_origin(kind) in (Union, UnionType):
        return _made(value, _fitting(value, get_args(kind)))
    if get_origin(kind) is tuple:
        return _tuple(value, get_args(kind))
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _object(value, kind)
    if issubclass(kind, Identifier | Enum):
        if not isinstance(value, str):
            raise TypeError(f"{_shown(value)} is no name")
        return kind[value] if issubclass(kind, Enum) else Identifier(value)
    if type(value) is not kind and not (kind is float and type(value) is int):
        raise TypeError(f"{_shown(value)} is no {kind.__name__}")
    return value


def _fitting(value: Any, kinds: tuple[Any, ...]) -> Any:
    """Which of several types a value of JSON is to be. Raises TypeError where it is none of them."""
    named = value.get("type") if isinstance(value, dict) else type(value)
    try:
        return _choices(kinds)[named]
    except (KeyError, TypeError):
        names = (getattr(kind, "__name__", str(kind)) for kind in kinds)
        raise TypeError(f"{_shown(value)} is none of {', '.join(names)}") from None


@cache
def _choices(kinds: tuple[Any, ...]) -> dict[Any, Any]:
    """Several types by the names of those that are objects, and by the types that JSON has for the others."""
    choices: dict[Any, Any] = {}
    for kind in kinds:
        if dataclasses.is_dataclass(kind):
            choices |= {getattr(kind, "__name__", ""): kind} if kind not in _OF_SCRIPTS else {}
        elif get_origin(kind) is tuple:
            choices[list] = kind
        else:
            choices[str if kind is Identifier else kind] = kind
    return {int: float, **choices} if float in choices else choices


def _tuple(value: Any, kinds: tuple[Any, ...]) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{_shown(value)} is no list")
    if kinds[-1] is Ellipsis:
        return tuple(_made(part, kinds[0]) for part in value)
    return tuple(_made(part, kind) for part, kind in zip(value, kinds, strict=True))


def _object(value: Any, class_: Any) -> Any:
    """An object, whose fields all have to be there, but for those with a default, and no others."""
    if not isinstance(value, dict) or value.get("type") != class_.__name__:
        raise TypeError(f"{_shown(value)} is no {class_.__name__}")
    fields, kinds = dataclasses.fields(class_), _kinds(class_)
    unknown = value.keys() - {field.name for field in fields if field.compare} - {"type"}
    if unknown:
        raise ValueError(f"no {class_.__name__} has {_shown(min(unknown))}")
    given: dict[str, Any] = {}
    for field in fields:
        if field.name in value:
            given[field.name] = _made(value[field.name], kinds[field.name])
        elif field.default is dataclasses.MISSING:
            given[field.name] = _PLACE if not field.compare else _missing(class_, field.name)
    return class_(**given)


def _missing(class_: Any, field: str) -> Any:
    raise ValueError(f"a {class_.__name__} lacks `{field}`")


def _shown(value: Any) -> str:
    return repr(value)[:_SHOWN] if isinstance(value, str | int | float | None) else f"a {type(value).__name__}"


@cache
def _kinds(class_: Any) -> dict[str, Any]:
    return get_type_hints(class_)
