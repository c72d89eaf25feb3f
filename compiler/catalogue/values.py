"""Fragments of JSON Schema for the values of arguments.

Every number is bounded on both sides, so that infinities are refused. Types are listed rather than joined by `anyOf`,
so that an error has one exact text.
"""

from __future__ import annotations

import re
from typing import Final

from specrun.compiler.catalogue.entry import Schema

LARGEST: Final = 2**31 - 1

BOOLEAN: Final[Schema] = {"type": "boolean"}
WORD: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 200}
NOT_ZERO: Final[Schema] = {"type": "integer", "minimum": -1, "maximum": LARGEST, "not": {"enum": [0]}}
SEED: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": LARGEST}

_DIMENSIONS = re.compile(r"[123](?=D)")


def dimensions(layer: str) -> int | None:
    """How many axes lie between the batch and the channels, as the name of a layer says it: 2 for `Conv2D`."""
    found = _DIMENSIONS.search(layer)
    return int(found[0]) if found else None


def integer(minimum: int, maximum: int = LARGEST) -> Schema:
    """A whole number between two bounds, both taken."""
    return {"type": "integer", "minimum": minimum, "maximum": maximum}


def number(minimum: float = -1e6, maximum: float = 1e6) -> Schema:
    """A number between two bounds, both taken."""
    return {"type": "number", "minimum": minimum, "maximum": maximum}


def positive(maximum: float = 1e6) -> Schema:
    """A number above zero."""
    return {"type": "number", "exclusiveMinimum": 0, "maximum": maximum}


def share() -> Schema:
    """A number of at least zero and less than one."""
    return {"type": "number", "minimum": 0, "exclusiveMaximum": 1}


def choice(*words: str) -> Schema:
    """One of some strings."""
    return {"type": "string", "enum": list(words)}


def spelled(pattern: str, most: int = 80) -> Schema:
    """A text of a form."""
    return {"type": "string", "pattern": f"^{pattern}$(?!\\n)", "maxLength": most}


def optional(schema: Schema) -> Schema:
    """What `schema` takes, or null."""
    types = schema["type"]
    widened: dict[str, object] = {**schema, "type": [*(types if isinstance(types, list) else [types]), "null"]}
    words = schema.get("enum")
    return {**widened, "enum": [*words, None]} if isinstance(words, list) else widened


def several(schema: Schema, most: int = 8) -> Schema:
    """A list of at least one value that `schema` takes."""
    return {"type": "array", "items": dict(schema), "minItems": 1, "maxItems": most}


def exactly(count: int, schema: Schema) -> Schema:
    """A list of so many values that `schema` takes."""
    return {"type": "array", "items": dict(schema), "minItems": count, "maxItems": count}


def one_or(count: int, schema: Schema) -> Schema:
    """One number that `schema` takes, or a list of so many of them."""
    return {**schema, **exactly(count, schema), "type": [schema["type"], "array"]}


def one_or_several(schema: Schema, most: int = 8) -> Schema:
    """One number that `schema` takes, or a list of them."""
    return {**schema, **several(schema, most), "type": [schema["type"], "array"]}
