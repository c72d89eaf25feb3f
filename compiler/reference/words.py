"""What a value may be, in words, from its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from specrun.compiler.catalogue import FAMILIES, SUBSETS
from specrun.compiler.language.wording import SINGULAR

_NOUNS: Final = {
    "integer": ("whole number", "whole numbers"),
    "number": ("number", "numbers"),
    "string": ("text", "texts"),
    "boolean": ("`true` or `false`", "`true` or `false`"),
    "null": ("`null`", "`null`"),
    "object": ("mapping", "mappings"),
}
_LOWER: Final = {"minimum": "≥", "exclusiveMinimum": ">"}
_UPPER: Final = {"maximum": "≤", "exclusiveMaximum": "<"}
_WIDE: Final = 1e6
"""Bounds from here on only refuse what nobody means."""
_MANY: Final = 16
"""So many words are listed; of more, only the first."""


def takes(schema: Mapping[str, Any], family: str | None = None, *, many: bool = False) -> str:
    """What a schema takes: ``whole number ≥ 1``, or ``list of texts``; `many` of them where it is of several values.

    `family` is that of the Keras objects that the texts are names of.
    """
    parts = dict.fromkeys(_alternatives(schema, family, many))
    *others, last = sorted(parts, key=lambda part: part.startswith("list"))
    return f"{', '.join(others)} or {last}" if others else last


def _alternatives(schema: Mapping[str, Any], family: str | None, many: bool) -> Iterator[str]:
    if "$ref" in schema:
        yield _defined(schema["$ref"].rsplit("/", 1)[-1], many)
    elif "if" in schema:
        for branch in ("then", "else"):
            if schema.get(branch):
                yield from _alternatives(schema[branch], family, many)
    elif "allOf" in schema:
        yield from _alternatives(schema["allOf"][0], family, many)
    elif "const" in schema:
        yield f"`{schema['const']}`"
    elif "enum" in schema and family is None:
        yield from (f"`{plain(word)}`" for word in schema["enum"][:_MANY])
        yield from ["…"] if len(schema["enum"]) > _MANY else []
    else:
        types = schema.get("type", "string")
        yield from (_typed(name, schema, family, many) for name in ([types] if isinstance(types, str) else types))


def _typed(name: str, schema: Mapping[str, Any], family: str | None, many: bool) -> str:
    noun = _NOUNS.get(name, ("", ""))[many]
    if name == "array":
        least, most = schema.get("minItems"), schema.get("maxItems")
        items = schema.get("items", {})
        count = f"{least} " if least is not None and least == most else ""
        return f"list{'s' * many} of {count}{takes(items, family, many=most != 1)}"
    if name == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"mapping to {takes(schema['additionalProperties'], many=True)}"
    if name == "string" and family is not None:
        return _defined(family, many)
    return f"{noun}{_bounds(schema)}" if name in ("integer", "number") else noun


def _bounds(schema: Mapping[str, Any]) -> str:
    """` ≥ 1`, ` > 0 and < 1`."""
    bounds = [
        f"{sign} {schema[keyword]:g}"
        for keyword, sign in (_LOWER | _UPPER).items()
        if abs(schema.get(keyword, _WIDE)) < _WIDE
    ]
    return f" {' and '.join(bounds)}" if bounds else ""


def plain(value: object) -> str:
    """A value as YAML has it, in one line."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(plain, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {plain(item)}" for key, item in value.items()) + "}"
    return f"{value:g}" if isinstance(value, float) else str(value) or '""'


def _defined(name: str, many: bool) -> str:
    """What a definition of the schema is called: the objects of a family of Keras, or a section."""
    family = SUBSETS[name][0] if name in SUBSETS else "layers" if name == "nested_layers" else name
    if family in FAMILIES:
        return f"[{family if many else SINGULAR[family]}](#{family})"
    return f"[{name}{'s' * many}](#{name})"
