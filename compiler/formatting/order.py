"""The order of keys: that in which the language declares them, taken from its schema; unknown keys come last.

Names that the writer chose, of features, blocks and parameters, keep the writer's order, before the keys of the
language that stand beside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from specrun.compiler.formatting.tree import Alias, Collection, Content, Entry, Leaf

Fragment: TypeAlias = Mapping[str, Any]
"""A part of a JSON Schema."""

_TYPES: Mapping[type, tuple[str, ...]] = {
    str: ("string",),
    bool: ("boolean",),
    int: ("integer", "number"),
    float: ("number",),
    type(None): ("null",),
}
SECTIONS = (
    *("specrun", "name", "description", "extends", "parameters", "data", "groups", "features"),
    *("target", "targets", "classes", "blocks", "layers", "training"),
)
"""The sections of a spec in the order in which one thinks of them: what there is, what is wanted, and how."""

CONDITIONS = frozenset({"$ref", "type", "const", "enum", "pattern", "required", "properties"})
"""The keywords that conditions of the schema have. A `pattern` is of texts alone, and a text has no keys to sort."""


def in_order(document: Entry, schema: Fragment, has_anchors: bool) -> Entry:
    """The document with the keys of every mapping in order.

    It stays as it is where an alias (`*name`) would come to stand before its anchor, or behind another one.
    """
    root = [{"properties": dict.fromkeys(SECTIONS)}, schema]
    attempt = _copied(document) if has_anchors else document
    _Sorter(schema).sort(attempt.value, root)
    return attempt if not has_anchors or list(_anchors(attempt)) == list(_anchors(document)) else document


def _copied(entry: Entry) -> Entry:
    """An entry that can be sorted by itself; `deepcopy` would go as deep again for each level as a text may be."""
    value = entry.value
    if isinstance(value, Collection):
        value = replace(value, entries=[_copied(inner) for inner in value.entries])
    return replace(entry, value=value, above=[*entry.above], below=[*entry.below])


class _Sorter:
    def __init__(self, schema: Fragment) -> None:
        self.definitions: Mapping[str, Fragment] = schema.get("$defs", {})

    def sort(self, content: Content, fragments: list[Fragment]) -> None:
        """Sort a value, which all the fragments describe, and what is in it."""
        if not isinstance(content, Collection) or not fragments:
            return
        described = [part for fragment in fragments for part in self.parts(fragment, content)]
        if not content.is_mapping:
            items = [part["items"] for part in described if isinstance(part.get("items"), Mapping)]
            for entry in content.entries:
                self.sort(entry.value, items)
            return
        if len(content.entries) > 1:
            _sort_entries(content, _ranks(described))
        for entry in content.entries:
            if isinstance(entry.value, Collection):
                self.sort(entry.value, list(_of_key(described, entry.name)))

    def parts(self, fragment: Fragment, content: Content) -> Iterator[Fragment]:
        """A fragment and all that it takes in for this value, by reference or by condition."""
        while "$ref" in fragment:
            fragment = self.definitions[fragment["$ref"].rsplit("/", 1)[-1]]
        yield fragment
        for part in fragment.get("allOf", ()):
            yield from self.parts(part, content)
        if "if" in fragment:
            branch = fragment.get("then" if self.holds(fragment["if"], content) else "else")
            if branch:
                yield from self.parts(branch, content)

    def holds(self, condition: Fragment, content: Content | None) -> bool:
        """Whether a condition of the schema is met; a key that is not there meets any."""
        if content is None:
            return True
        if "$ref" in condition:
            return self.holds(self.definitions[condition["$ref"].rsplit("/", 1)[-1]], content)
        types = condition.get("type")
        if types is not None and not set([types] if isinstance(types, str) else types).intersection(_types(content)):
            return False
        allowed = [condition["const"]] if "const" in condition else condition.get("enum")
        if allowed is not None and (not isinstance(content, Leaf) or content.value not in allowed):
            return False
        if not isinstance(content, Collection) or not content.is_mapping:
            return True
        values = {entry.name: entry.value for entry in content.entries}
        if not all(name in values for name in condition.get("required", ())):
            return False
        return all(self.holds(inner, values.get(name)) for name, inner in condition.get("properties", {}).items())


def _types(content: Content) -> tuple[str, ...]:
    if isinstance(content, Leaf):
        return _TYPES[type(content.value)]
    return () if isinstance(content, Alias) else ("object",) if content.is_mapping else ("array",)


def _ranks(described: list[Fragment]) -> Callable[[Entry], int]:
    """Where an entry belongs among the others of a mapping."""
    names = dict.fromkeys(name for part in described for name in part.get("properties", ()))
    ranks: dict[str | None, int] = {name: rank for rank, name in enumerate(names)}
    takes_others = any(isinstance(part.get("additionalProperties"), Mapping) for part in described)
    rank_of_others = -1 if takes_others else len(ranks)
    return lambda entry: ranks.get(entry.name, rank_of_others)


def _sort_entries(mapping: Collection, rank: Callable[[Entry], int]) -> None:
    first = mapping.entries[0]
    mapping.entries.sort(key=rank)
    now_first = mapping.entries[0]
    if now_first is not first:
        # Nothing parts a first entry from what stands above it, so the two change places in this too.
        first.after_blank, now_first.after_blank = now_first.after_blank, first.after_blank


def _of_key(described: list[Fragment], name: str | None) -> Iterator[Fragment]:
    """What the schema says of the value of a key."""
    for part in described:
        patterns = part.get("patternProperties", {}).items()
        fragments = [fragment for pattern, fragment in patterns if name is not None and re.search(pattern, name)]
        fragments.append(part.get("properties", {}).get(name))
        if not any(fragments):
            fragments = [part.get("additionalProperties")]
        yield from (fragment for fragment in fragments if isinstance(fragment, Mapping))


def _anchors(entry: Entry) -> Iterator[str]:
    """The anchors (`&name`) and aliases (`*name`) of an entry, in the order in which they stand."""
    for content in (entry.key, entry.value):
        if isinstance(content, Alias):
            yield f"*{content.name}"
        elif content is not None and content.anchor:
            yield f"&{content.anchor}"
    if isinstance(entry.value, Collection):
        for inner in entry.value.entries:
            yield from _anchors(inner)
