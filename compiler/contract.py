"""What a row has to be for a model to predict it, as a JSON Schema: for those who send it rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from specrun.compiler.data import ISO_FORMAT, Expected
from specrun.compiler.language.options import Schema
from specrun.compiler.language.spec import Spec

_KINDS: Final[Mapping[str, Schema]] = {
    "number": {"type": "number"},
    "category": {"type": ["string", "number", "boolean"]},
    "text": {"type": "string"},
    "image": {"type": "string", "description": "The path of an image."},
}


def contract(spec: Spec) -> dict[str, Any]:
    """The JSON Schema of a row, an object with the columns of the features; it may have others, too."""
    columns = {}
    required = []
    for feature in spec.features:
        if feature.feature is None or feature.feature.kind == "cross":  # which is made of other columns
            continue
        expected = feature.feature.expected(feature.column, feature.span)
        columns[feature.column] = _or_null(_schema(expected), expected)
        if not expected.missing_allowed:
            required.append(feature.column)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A row that {spec.name} predicts",
        "type": "object",
        "properties": columns,
        "required": required,
    }


def _or_null(schema: Schema, expected: Expected) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]} if expected.missing_allowed else schema


def _schema(expected: Expected) -> Schema:
    if expected.lists is not None:
        items: dict[str, Any] = {
            "type": "array",
            "items": {"type": "number" if expected.lists.of_numbers else ["string", "number"]},
        }
        if expected.lists.size is not None:
            items |= {"minItems": expected.lists.size, "maxItems": expected.lists.size}
        return {"anyOf": [items, {"type": "string", "description": "The items in one text, as in a cell of a table."}]}
    if expected.kind == "boolean":
        texts = {str(value).lower() for value in expected.values}
        return {"enum": [*expected.values, *(value for value in (False, True, 0, 1) if str(value).lower() in texts)]}
    if expected.kind == "datetime":
        return {"type": ["string", "number"], "description": f"A moment, written as {expected.format or ISO_FORMAT}."}
    return _KINDS[expected.kind]
