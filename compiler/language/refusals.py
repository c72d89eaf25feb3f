"""What the schema has against a spec, by jsonschema, which sees only what a quick yes is not said to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from specrun.compiler.language.accept import Acceptor, Predicate
from specrun.compiler.language.schema import lean_schema
from specrun.compiler.reader.nodes import Path, Plain

_PARTS = {
    "layers": ("properties", "layers", "items"),
    "features": ("properties", "features", "additionalProperties"),
}
"""The sections that may have many parts, and where the schema says what each part is."""
_SOUND_FEATURES: dict[str, Plain] = {"*": "auto"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """The value at `path` violates the `keyword` of a `schema`, which says `limit` and stands at `schema_path`."""

    path: Path
    keyword: str
    limit: Any
    schema: Any
    schema_path: Path


def refusals(spec: Plain) -> Iterator[Refusal]:
    """What is wrong with the structure of a spec: of each layer and feature by itself, and of the rest.

    There may be many of these, and most of them are right.
    """
    whole, each = _acceptors()
    if whole(spec):
        return
    rest, parts = _parted(spec)
    if not whole(rest):
        yield from _refused(rest, ())
    for section, key, part in parts:
        if not each[section](part):
            found = _of_part(section, json.dumps(part))
            yield from (replace(refusal, path=(section, key, *refusal.path)) for refusal in found)


def _parted(spec: Plain) -> tuple[Plain, list[tuple[str, str | int, Plain]]]:
    """A spec without its layers and features, and these, each with its section and its key there."""
    if not isinstance(spec, dict):
        return spec, []
    layers, features = spec.get("layers"), spec.get("features")
    rest, parts = {**spec}, list[tuple[str, str | int, Plain]]()
    if isinstance(layers, list):
        rest["layers"] = []
        parts += (("layers", index, layer) for index, layer in enumerate(layers))
    if isinstance(features, dict) and features:
        rest["features"] = _SOUND_FEATURES
        parts += (("features", column, feature) for column, feature in features.items())
    return rest, parts


@lru_cache(2**14)
def _of_part(section: str, text: str) -> tuple[Refusal, ...]:
    """What is wrong with a part, as JSON: a repeated block has the same ones many times, and is looked at again."""
    return tuple(_refused(json.loads(text), _PARTS[section]))


def _refused(value: Plain, place: Path) -> Iterator[Refusal]:
    """What jsonschema has against a value, by what the schema says at a `place`."""
    # By its `$schema`, the whole would be taken from the hands of this validator.
    by = validator().evolve(schema=_at(place)) if place else validator()
    for error in by.iter_errors(value):
        path, schema_path = tuple(error.absolute_path), (*place, *error.absolute_schema_path)
        yield Refusal(path, error.validator, error.validator_value, error.schema, schema_path)


def _at(place: Path) -> Any:
    """What the schema says at a place."""
    schema: Any = lean_schema()
    for step in place:
        schema = schema[step]
    return schema


@cache
def _acceptors() -> tuple[Predicate, dict[str, Predicate]]:
    """The quick yes to a whole spec, and to a part of each section that has many."""
    schema = lean_schema()
    acceptor = Acceptor(schema["$defs"])
    return acceptor.compile(schema), {section: acceptor.compile(_at(place)) for section, place in _PARTS.items()}


@cache
def validator() -> Any:
    """The validator of whole specs, which takes longer to make than to use."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend
    from referencing import Registry

    kept_short = {key: _unless_too_long(key) for key in ("items", "uniqueItems")}
    kind = extend(Draft202012Validator, kept_short)  # type: ignore[no-untyped-call]
    # A registry of its own: the default one would follow references to files and the network.
    return kind(lean_schema(), registry=Registry())


def _unless_too_long(keyword: str) -> Any:
    """What jsonschema does for a keyword of lists, but for those that are too long: it would take seconds to look."""
    from jsonschema import Draft202012Validator

    check = Draft202012Validator.VALIDATORS[keyword]

    def checked(validator: Any, wanted: Any, value: Any, schema: Any) -> Iterator[Any]:
        if not isinstance(value, list) or len(value) <= schema.get("maxItems", len(value)):
            yield from check(validator, wanted, value, schema) or ()

    return checked
