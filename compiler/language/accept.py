"""A quick yes: whether a value is what a JSON Schema asks for, with no word about why not.

The schema is compiled to closures, definition by definition as they are asked for. It is the one that jsonschema reads;
what that finds is explained in `violations`, and nearly all that is checked has nothing to find.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import inf
from typing import Any, TypeAlias

Predicate: TypeAlias = Callable[[Any], bool]
Schema: TypeAlias = Mapping[str, Any]

SAYS_NOTHING = frozenset(
    [
        "$schema",
        "$defs",
        "title",
        "description",
        "markdownDescription",
        "default",
        "then",
        "else",
        "additionalProperties",
    ]
)
"""Keywords that bound nothing by themselves; the last three are looked at with `if` and `properties`."""


class Acceptor:
    """Accepts or refuses values by a schema; `definitions` are those of its `$defs`."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions
        self._compiled: dict[str, Predicate] = {}

    def compile(self, schema: Schema | bool) -> Predicate:
        """The predicate of a schema. Raises KeyError for a keyword that is not known here."""
        if isinstance(schema, bool):
            return (lambda _: True) if schema else (lambda _: False)
        parts = [_KEYWORDS[key](self, value, schema) for key, value in schema.items() if key not in SAYS_NOTHING]
        if "additionalProperties" in schema and "properties" not in schema:
            parts.append(_properties(self, {}, schema))
        if not parts:
            return lambda _: True
        if len(parts) == 1:
            return parts[0]
        if len(parts) == 2:
            first, second = parts
            return lambda value: first(value) and second(value)
        return lambda value: all(part(value) for part in parts)

    def definition(self, name: str) -> Predicate:
        """The predicate of a definition, compiled when it is first asked for."""
        if name not in self._compiled:
            self._compiled[name] = lambda value: self._compiled[name](value)  # for a definition that holds itself
            self._compiled[name] = self.compile(self._definitions[name])
        return self._compiled[name]


Keyword: TypeAlias = Callable[[Acceptor, Any, Schema], Predicate]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: Mapping[str, Predicate] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and (isinstance(value, int) or value.is_integer()),
    "number": _is_number,
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def _type(_: Acceptor, types: Any, __: Schema) -> Predicate:
    if isinstance(types, str):
        return _TYPES[types]
    wanted = [_TYPES[name] for name in types]
    return lambda value: any(is_type(value) for is_type in wanted)


def _marked(value: Any) -> tuple[bool, Any]:
    """A value as JSON compares it: `1` is `1.0`, and no boolean."""
    return isinstance(value, bool), value


def _enum(_: Acceptor, values: Any, __: Schema) -> Predicate:
    known = {_marked(value) for value in values}
    return lambda value: not isinstance(value, list | dict) and _marked(value) in known


def _const(acceptor: Acceptor, wanted: Any, schema: Schema) -> Predicate:
    return _enum(acceptor, [wanted], schema)


def _of_numbers(refuses: Callable[[Any, Any], bool]) -> Keyword:
    return lambda _, bound, __: lambda value: not (_is_number(value) and refuses(value, bound))


def _of_length(type_: type[Any], refuses: Callable[[int, int], bool]) -> Keyword:
    return lambda _, bound, __: lambda value: not (isinstance(value, type_) and refuses(len(value), bound))


def _pattern(_: Acceptor, pattern: str, __: Schema) -> Predicate:
    found = re.compile(pattern).search
    return lambda value: not isinstance(value, str) or found(value) is not None


def _items(acceptor: Acceptor, items: Any, schema: Schema) -> Predicate:
    accepts, most = acceptor.compile(items), schema.get("maxItems", inf)
    return lambda value: not isinstance(value, list) or (len(value) <= most and all(map(accepts, value)))


def _unique(_: Acceptor, unique: bool, __: Schema) -> Predicate:
    def accepts(value: Any) -> bool:
        if not unique or not isinstance(value, list):
            return True
        marked = [repr(item) if isinstance(item, list | dict) else _marked(item) for item in value]
        return len(set(marked)) == len(marked)

    return accepts


def _properties(acceptor: Acceptor, properties: Any, schema: Schema) -> Predicate:
    compiled: dict[str, Predicate] = {}
    others = acceptor.compile(schema.get("additionalProperties", True))

    def of(name: str) -> Predicate:
        if name not in compiled:  # of the many layers there are, a spec names few
            compiled[name] = acceptor.compile(properties[name]) if name in properties else others
        return compiled[name]

    return lambda value: not isinstance(value, dict) or all(of(name)(inner) for name, inner in value.items())


def _names(acceptor: Acceptor, names: Any, _: Schema) -> Predicate:
    accepts = acceptor.compile(names)
    return lambda value: not isinstance(value, dict) or all(map(accepts, value))


def _required(_: Acceptor, names: Any, __: Schema) -> Predicate:
    wanted = frozenset(names)
    return lambda value: not isinstance(value, dict) or wanted <= value.keys()


def _if(acceptor: Acceptor, condition: Any, schema: Schema) -> Predicate:
    holds = acceptor.compile(condition)
    then, otherwise = (acceptor.compile(schema.get(key, True)) for key in ("then", "else"))
    return lambda value: then(value) if holds(value) else otherwise(value)


def _all_of(acceptor: Acceptor, schemas: Any, _: Schema) -> Predicate:
    parts = [acceptor.compile(schema) for schema in schemas]
    return lambda value: all(part(value) for part in parts)


def _not(acceptor: Acceptor, schema: Any, _: Schema) -> Predicate:
    accepts = acceptor.compile(schema)
    return lambda value: not accepts(value)


def _ref(acceptor: Acceptor, reference: str, _: Schema) -> Predicate:
    name = reference.rpartition("/")[2]
    return lambda value: acceptor.definition(name)(value)


_KEYWORDS: Mapping[str, Keyword] = {
    "$ref": _ref,
    "allOf": _all_of,
    "const": _const,
    "enum": _enum,
    "exclusiveMaximum": _of_numbers(lambda value, bound: value >= bound),
    "exclusiveMinimum": _of_numbers(lambda value, bound: value <= bound),
    "if": _if,
    "items": _items,
    "maxItems": _of_length(list, lambda length, bound: length > bound),
    "maxLength": _of_length(str, lambda length, bound: length > bound),
    "maxProperties": _of_length(dict, lambda length, bound: length > bound),
    "maximum": _of_numbers(lambda value, bound: value > bound),
    "minItems": _of_length(list, lambda length, bound: length < bound),
    "minLength": _of_length(str, lambda length, bound: length < bound),
    "minProperties": _of_length(dict, lambda length, bound: length < bound),
    "minimum": _of_numbers(lambda value, bound: value < bound),
    "not": _not,
    "pattern": _pattern,
    "properties": _properties,
    "propertyNames": _names,
    "required": _required,
    "type": _type,
    "uniqueItems": _unique,
}
