"""The places of a spec that take a text, as the schema of the language has them, and those that a spec fills."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from specrun.compiler.language.editor_schema import editor_schema

_ANY = tuple("'" * length for length in (1, 2, 8, 12))
"""Texts without a meaning, one of which every place takes that takes any."""
_OF_OTHERS = frozenset(["properties", "propertyNames", "additionalProperties", "required", "items"])
"""What a schema without a type says of what is no text."""
_OF_LAYERS = re.compile(r"layer_\w+\.(name|inputs\b.*)")


def free() -> frozenset[str]:
    """The places that take any text."""
    return frozenset(place for place, schema in _leaves() if _takes_any(schema))


def patterned() -> Mapping[str, str]:
    """The places that take texts of some pattern, and that."""
    return {place: schema["pattern"] for place, schema in _leaves() if "pattern" in schema}


def filled(spec: Any, texts: Collection[str]) -> frozenset[str]:
    """The places of a spec that hold one of the texts."""
    return frozenset(place for place, value in _pairs(editor_schema(), spec, "") if value in texts)


def _takes_any(schema: Mapping[str, Any]) -> bool:
    is_of_texts = "type" in schema or not _OF_OTHERS & set(schema)
    return is_of_texts and any(map(_validator(schema).is_valid, _ANY))


@cache
def _leaves() -> tuple[tuple[str, Any], ...]:
    """All schemas that are not put together of others, with their places."""
    root = editor_schema()
    waiting = [("", root), *root["$defs"].items()]
    found = []
    while waiting:
        place, schema = waiting.pop()
        place = _OF_LAYERS.sub(r"layer.\1", place)
        if isinstance(schema, Mapping) and "$ref" not in schema:
            if not {"if", "allOf"} & set(schema):
                found.append((place, schema))
            waiting += _inner(place, schema)
    return tuple(found)


def _inner(place: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The schemas that a schema is made of; what it is told apart by is none of them."""
    for key in ("then", "else"):
        if key in schema:
            yield place, schema[key]
    yield from ((place, part) for part in schema.get("allOf", ()))
    for name, part in schema.get("properties", {}).items():
        yield f"{place}.{name}".lstrip("."), part
    if "items" in schema:
        yield f"{place}[]", schema["items"]
    if "type" in schema and schema.get("additionalProperties"):
        yield f"{place}.*", schema["additionalProperties"]
        yield f"{place}.*:", schema.get("propertyNames", {})


@cache
def _definition(reference: str) -> tuple[str, Any]:
    name = reference.removeprefix("#/$defs/")
    return name, editor_schema()["$defs"][name]


def _validator(schema: Any) -> Draft202012Validator:
    return Draft202012Validator(schema)


def _pairs(schema: Any, value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """The texts of a value, each with its place."""
    if not isinstance(schema, Mapping):
        return
    if "$ref" in schema:
        name, definition = _definition(schema["$ref"])
        yield from _pairs(definition, value, name)
    if "if" in schema:
        condition = schema["if"]
        condition = _definition(condition["$ref"])[1] if "$ref" in condition else condition
        branch = "then" if _validator(condition).is_valid(value) else "else"
        yield from _pairs(schema.get(branch), value, place)
    for part in schema.get("allOf", ()):
        yield from _pairs(part, value, place)
    if isinstance(value, str) and not {"$ref", "if", "allOf"} & set(schema):
        yield _OF_LAYERS.sub(r"layer.\1", place), value
    elif isinstance(value, list):
        for item in value:
            yield from _pairs(schema.get("items"), item, f"{place}[]")
    elif isinstance(value, Mapping):
        yield from _of_mapping(schema, value, place)


def _of_mapping(schema: Mapping[str, Any], value: Mapping[str, Any], place: str) -> Iterator[tuple[str, Any]]:
    named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for key, item in value.items():
        others = [part for pattern, part in patterns.items() if re.search(pattern, key)]
        if key in named:
            yield from _pairs(named[key], item, f"{place}.{key}".lstrip("."))
        elif others:
            yield from _pairs(others[0], item, place)
        elif "additionalProperties" in schema:
            yield f"{place}.*:", key
            yield from _pairs(schema["additionalProperties"], item, f"{place}.*")
