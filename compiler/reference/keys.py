"""The keys of the language by the sections that they stand in, out of its schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from specrun.compiler.catalogue import FAMILIES, SUBSETS, find
from specrun.compiler.features import KINDS
from specrun.compiler.formatting.order import SECTIONS
from specrun.compiler.language.editor_schema import editor_schema
from specrun.compiler.language.schema import schema
from specrun.compiler.reference.words import takes

Fragment: TypeAlias = Mapping[str, Any]

LAYER: Final = "layer"
"""The section of the keys that every layer has beside its arguments."""
_KERAS: Final = frozenset({*FAMILIES, *SUBSETS, "nested_layers"})
_FEATURE: Final = "feature_"
_HIDDEN: Final = frozenset({"feature", "word"})
"""Definitions that other words of the page say: a feature is one of its kinds, a word stands for a parameter."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what its value may be, in words, what it means, and its default."""

    name: str
    takes: str
    doc: str
    default: object
    required: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A mapping of a spec and its keys in order; `name` is that of its definition in the schema."""

    name: str
    doc: str
    keys: tuple[Key, ...]


def sections() -> dict[str, Section]:
    """Every section of the language by name: the spec itself, its sections, the kinds of features, and a layer."""
    whole = schema()
    top = {name: editor_schema()["properties"][name] for name in SECTIONS if name in editor_schema()["properties"]}
    found = [_section("spec", {**whole, "properties": {**top, **whole["properties"]}})]
    definitions = {**editor_schema()["$defs"], **whole["$defs"]}  # the plain ones say less of `$word`
    for name, definition in definitions.items():
        if name not in _KERAS | _HIDDEN and not name.startswith("layer_"):
            found.append(_section(name, _mapping(definition)))
    found.append(_layer())
    return {section.name: section for section in found}


def kinds() -> Iterator[tuple[str, str]]:
    """The kinds of features with the names of their sections."""
    yield from ((kind, f"{_FEATURE}{kind}") for kind in KINDS)


def _layer() -> Section:
    """What stands beside the arguments of a layer, told by one that has few of them."""
    entry = find("layers", "Flatten")
    assert entry is not None
    options = editor_schema()["$defs"][f"layer_{entry.name}"]["then"]
    arguments = {argument.name for argument in entry.arguments}
    beside = {name: part for name, part in options["properties"].items() if name not in arguments}
    return _section(LAYER, {"properties": beside, "description": "Where a layer stands in the network."})


def _mapping(fragment: Fragment) -> Fragment:
    """The schema of a mapping with keys, out of one that also takes a shorthand, or has such mappings by name."""
    if "properties" in fragment:
        return fragment
    inner = [fragment.get(keyword) for keyword in ("then", "else", "additionalProperties")]
    found = next((part for part in map(_mapping, (i for i in inner if isinstance(i, Mapping))) if part), {})
    doc = fragment.get("description") or found.get("description", "")
    return {**found, "description": doc} if found else {}


def _section(name: str, mapping: Fragment) -> Section:
    required = mapping.get("required", ())
    keys = (_key(key, fragment, key in required) for key, fragment in mapping.get("properties", {}).items())
    return Section(name, str(mapping.get("description", "")), tuple(keys))


def _key(name: str, fragment: Fragment, required: bool) -> Key:
    definitions = {**editor_schema()["$defs"], **schema()["$defs"]}
    referred = definitions.get(fragment.get("$ref", "").rsplit("/", 1)[-1], {})
    doc = fragment.get("description") or referred.get("description", "")
    return Key(name, takes(fragment), str(doc), fragment.get("default"), required)
