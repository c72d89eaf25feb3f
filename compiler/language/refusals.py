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

_LAYERS = "layers"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The value at `path` violates the `keyword` of a `schema`, which says `limit` and stands at `schema_path`."""

    path: Path
    keyword: str
    limit: Any
    schema: Any
    schema_path: Path


def refusals(spec: Plain) -> Iterator[Refusal]:
    """What is wrong with the structure of a spec: of each layer by itself, since there may be many, and of the rest."""
    whole, layer = _acceptors()
    if whole(spec):
        return
    layers = spec.get(_LAYERS) if isinstance(spec, dict) else None
    if not isinstance(spec, dict) or not isinstance(layers, list):
        yield from _refused(spec, ())
        return
    rest: Plain = {**spec, _LAYERS: []}
    if not whole(rest):
        yield from _refused(rest, ())
    for index, item in enumerate(layers):
        if not layer(item):
            found = _of_layer(json.dumps(item))
            yield from (replace(refusal, path=(_LAYERS, index, *refusal.path)) for refusal in found)


@lru_cache(2**14)
def _of_layer(text: str) -> tuple[Refusal, ...]:
    """What is wrong with a layer, as JSON: a repeated block has the same ones many times, and is looked at again."""
    return tuple(_refused(json.loads(text), ("properties", _LAYERS, "items")))


def _refused(value: Plain, place: Path) -> Iterator[Refusal]:
    """What jsonschema has against a value, by what the schema says at a `place`."""
    schema: Any = lean_schema()
    for step in place:
        schema = schema[step]
    # By its `$schema`, the whole would be taken from the hands of this validator.
    by = validator().evolve(schema=schema) if place else validator()
    for error in by.iter_errors(value):
        path, schema_path = tuple(error.absolute_path), (*place, *error.absolute_schema_path)
        yield Refusal(path, error.validator, error.validator_value, error.schema, schema_path)


@cache
def _acceptors() -> tuple[Predicate, Predicate]:
    """The quick yes to a whole spec, and to one of its layers."""
    schema = lean_schema()
    acceptor = Acceptor(schema["$defs"])
    return acceptor.compile(schema), acceptor.compile(schema["properties"][_LAYERS]["items"])


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
