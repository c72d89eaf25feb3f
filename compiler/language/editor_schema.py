"""The JSON Schema for editors: that of the plain language, and with it what makes a spec short.

The plain language is what a spec is checked against when its `extends`, `parameters`, `blocks` and `repeat` are written
out. Here a `$word` may stand for any value, and a use of a block for any layer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from specrun.compiler.expand import blocks, declarations
from specrun.compiler.expand.parameters import TYPES
from specrun.compiler.expand.uses import REPEATS
from specrun.compiler.language.options import Schema
from specrun.compiler.language.schema import schema

WORD: Final = "^\\$[a-z]"
"""How the `$word` of a parameter begins."""
_NAME: Final = f"^{declarations.NAME}$"
_IS_WORD: Final[Schema] = {"$ref": "#/$defs/word"}
_HOVER: Final = ("title", "description", "markdownDescription", "default")
_SCALARS: Final = frozenset(("integer", "number", "boolean", "null"))
_REPEAT: Final[Schema] = {
    "type": ["integer", "string"],
    "pattern": WORD,
    "minimum": 1,
    "maximum": REPEATS,
    "description": "How many of these to stack, each taking what the one before gives.",
}


@cache
def editor_schema() -> dict[str, Any]:
    """The schema of a spec as it is written."""
    plain = schema()
    definitions = {name: _with_words(definition) for name, definition in plain["$defs"].items()}
    for name, definition in definitions.items():
        if name.startswith("layer_"):
            definition["then"]["properties"]["repeat"] = _REPEAT
    definitions["layers"] = _with_blocks(definitions["layers"])
    definitions |= {
        "word": {"type": "string", "pattern": WORD},
        "parameters": _parameters(),
        "blocks": _blocks(),
        "use": _use(),
    }
    top = {key: value for key, value in plain.items() if key not in ("properties", "required", "$defs")}
    properties = {name: _with_words(value) for name, value in plain["properties"].items()}
    needed = {"if": {"required": ["extends"]}, "else": {"required": plain["required"]}}
    return {**top, "properties": {**_sections(), **properties}, **needed, "$defs": definitions}


def schema_of_columns(names: Iterable[str]) -> dict[str, Any]:
    """The same for data with columns of these names, which an editor then completes; it allows all others, too."""
    whole, columns = editor_schema(), list(names)
    features, target = whole["properties"]["features"], whole["properties"]["target"]
    named = {**features, "properties": dict.fromkeys(columns, features["additionalProperties"])}
    either = {"anyOf": [{"enum": columns}, target]}
    return {**whole, "properties": {**whole["properties"], "features": named, "target": either}}


def _with_words(node: Schema) -> dict[str, Any]:
    """The schema of a value, that takes a `$word` as well; an object takes it for the values in it."""
    changed = {key: _part(key, value) for key, value in node.items()}
    types = node.get("type")
    names = [types] if isinstance(types, str) else list(types) if isinstance(types, list) else []
    if any(bound in node for bound in ("enum", "pattern", "maxLength")):
        hover = {key: value for key, value in changed.items() if key in _HOVER}
        return {**hover, "if": _IS_WORD, "else": {k: v for k, v in changed.items() if k not in _HOVER}}
    if names and "string" not in names and _SCALARS & set(names):
        return {**changed, "type": [*names, "string"], "pattern": WORD}
    return changed


def _part(key: str, value: Any) -> Any:
    if key in ("properties", "patternProperties", "$defs"):
        return {name: _with_words(part) for name, part in value.items()}
    if key in ("then", "else", "items", "additionalProperties") and isinstance(value, Mapping):
        return _with_words(value)
    return [_with_words(part) for part in value] if key == "allOf" else value


def _with_blocks(layers: Schema) -> dict[str, Any]:
    """The schema of a layer, that takes the use of a block as well."""
    by_name: Any = layers["then"]
    with_options: Any = layers["else"]
    return {
        **layers,
        "then": {**by_name, "if": {"pattern": f"{WORD}|{_NAME}"}},
        "else": {**with_options, "patternProperties": {_NAME: {"$ref": "#/$defs/use"}}},
    }


def _sections() -> dict[str, Any]:
    return {
        "extends": {
            "type": "string",
            "pattern": "\\.([yY][aA]?[mM][lL])$",
            "description": "A spec that this one changes, relative to this file: `null` takes one of its keys away.",
        },
        "parameters": {"$ref": "#/$defs/parameters"},
        "blocks": {"$ref": "#/$defs/blocks"},
    }


def _parameters() -> dict[str, Any]:
    shapes: dict[str, Schema] = {
        "type": {"enum": list(TYPES)},
        "doc": {"type": "string"},
        "choices": {"type": "array", "items": {"type": ["string", "number", "boolean"]}, "minItems": 1},
        "minimum": {"type": "number"},
        "maximum": {"type": "number"},
        "default": {"type": ["string", "number", "boolean", "null"]},
    }
    options = {name: {**shapes[name], "description": doc} for name, doc in declarations.KEYS.items()}
    return {
        "description": "Values by name, for `$name` to stand for, with their defaults; `--set name=…` sets one.",
        "type": "object",
        "propertyNames": {"pattern": _NAME},
        "additionalProperties": {
            "if": {"type": "object"},
            "then": {"type": "object", "properties": options, "additionalProperties": False},
            "else": {"type": ["string", "number", "boolean"]},
        },
    }


def _blocks() -> dict[str, Any]:
    shapes: dict[str, Schema] = {
        "doc": {"type": "string", "description": blocks.KEYS["doc"]},
        "parameters": {"allOf": [{"$ref": "#/$defs/parameters"}], "description": blocks.KEYS["parameters"]},
        "layers": {
            "type": "array",
            "items": {"$ref": "#/$defs/layers"},
            "minItems": 1,
            "description": blocks.KEYS["layers"],
        },
    }
    return {
        "description": "Chains of layers by name; `- name` under `layers` stands for the layers of a block.",
        "type": "object",
        "propertyNames": {"pattern": _NAME},
        "additionalProperties": {
            "type": "object",
            "properties": shapes,
            "required": ["layers"],
            "additionalProperties": False,
        },
    }


def _use() -> dict[str, Any]:
    """The use of a block; which parameters there are, the schema cannot say."""
    return {
        "description": "The use of a block, with the values of its parameters.",
        "type": ["object", "string", "number", "boolean"],
        "properties": {
            "name": {"type": "string", "description": "The name of what the block gives."},
            "inputs": {
                "type": ["string", "array"],
                "items": {"type": "string"},
                "description": "What the block is given, by name; by default what the layer before gives.",
            },
            "repeat": _REPEAT,
        },
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    }
