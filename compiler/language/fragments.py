"""The JSON Schema fragments that several options share."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.compiler.language.options import Schema

TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 500}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number", "minimum": -1e30, "maximum": 1e30}
COUNT: Schema = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
SEED: Schema = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
FRACTION: Schema = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
FOLDS: Schema = {"type": "integer", "minimum": 2, "maximum": 100}
SEPARATOR: Schema = {"type": "string", "minLength": 1, "maxLength": 20}
TEXTS: Schema = {"type": "array", "items": {"type": "string"}, "minItems": 1}


def one_of(*words: str) -> Schema:
    """One of a few words."""
    return {"type": "string", "enum": list(words)}


def word_or(words: Iterable[str], otherwise: Schema) -> Schema:
    """One of a few words, or what `otherwise` allows; dispatched on the type so that an error has one exact place."""
    return {"if": {"type": "string"}, "then": {"enum": list(words)}, "else": otherwise}
