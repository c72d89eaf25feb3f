"""Values drawn from the schema of the language: whatever it allows, of moderate size."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, Final, TypeAlias

from specrun.compiler.language.schema import schema

Tree: TypeAlias = dict[str, Any]
Schema: TypeAlias = Mapping[str, Any]
Hints: TypeAlias = Mapping[str, Callable[[Random], Any]]
"""What draws the values of some keys, of which the schema says too little: names of columns, small sizes."""

OMITTED: Final = object()
"""Drawn where a key is better left out."""
_WORDS: Final = ("x", "the word", "loss", "größe", "None")
_FEW: Final = 9
"""Whole numbers are drawn up to so many above the least, as most of them are sizes."""
_SHARE: Final = 0.4
"""Of the options of an object so many are written."""


class Values:
    """Draws values; the same `chance` draws the same."""

    def __init__(self, chance: Random, hints: Hints) -> None:
        self.chance, self.hints = chance, hints

    def of(self, definition: str) -> Any:
        """A value of one of the definitions of the schema."""
        return self.draw({"$ref": f"#/$defs/{definition}"})

    def draw(self, fragment: Schema, depth: int = 0) -> Any:
        """A value of a fragment of the schema; `depth` is how many objects it lies in."""
        fragment = _resolved(fragment)
        if "const" in fragment:
            return fragment["const"]
        if "if" in fragment:
            return self._dispatched(fragment, depth)
        if "enum" in fragment:
            return self.chance.choice(fragment["enum"])
        types = fragment.get("type", "string")
        kind = self.chance.choice(types) if isinstance(types, list) else types
        drawn: Mapping[str, Callable[[], Any]] = {
            "null": lambda: None,
            "boolean": lambda: self.chance.random() < 0.5,
            "integer": lambda: self._integer(fragment),
            "number": lambda: self._number(fragment),
            "array": lambda: self._array(fragment, depth),
            "object": lambda: self._object(fragment, depth),
            "string": lambda: self._text(fragment),
        }
        return drawn[kind]()

    def option(self, key: str, fragment: Schema, depth: int = 0) -> Any:
        """The value of a key."""
        hint = self.hints.get(key)
        return hint(self.chance) if hint else self.draw(fragment, depth)

    def options(self, fragment: Schema, depth: int = 0, share: float = _SHARE) -> Tree:
        """Some of the options of an object, and all that it needs."""
        written: Tree = {}
        for key, inner in fragment.get("properties", {}).items():
            if key in fragment.get("required", ()) or self.chance.random() < share / (1 + depth):
                value = self.option(key, inner, depth + 1)
                if value is not OMITTED:
                    written[key] = value
        return written

    def _dispatched(self, fragment: Schema, depth: int) -> Any:
        """One of the two sides; of a name or its options, mostly the options."""
        names = fragment.get("propertyNames", {}).get("enum")
        is_named = names is not None or fragment["then"].get("title") is not None
        then: Schema = {**fragment["if"], **fragment["then"]}
        otherwise = fragment.get("else", {})
        if self.chance.random() < (0.4 if is_named else 0.6):
            then = _resolved(then)
            known = [name for name in then.get("enum", ()) if names is None or name in names]
            if known:
                return self.chance.choice(known)
            if "enum" not in then:
                return self.draw(then, depth)
        return self.draw({**_resolved(otherwise), **({"named": names} if names is not None else {})}, depth)

    def _integer(self, fragment: Schema) -> int:
        lowest = fragment.get("minimum", -3)
        return self.chance.randint(lowest, max(lowest, min(fragment.get("maximum", _FEW), lowest + _FEW)))

    def _number(self, fragment: Schema) -> float:
        """Mostly near the default, or between 0 and 1, at times a bound."""
        lowest, highest = fragment.get("minimum", 0), fragment.get("maximum", fragment.get("exclusiveMaximum", 1))
        if "minimum" in fragment and lowest > -1e5 and self.chance.random() < 0.1:
            return float(lowest)
        default = fragment.get("default")
        if isinstance(default, int | float) and default and self.chance.random() < 0.6:
            drawn = default * math.exp(self.chance.uniform(-2, 2))
        else:
            drawn = max(lowest, -1) + (min(highest, 1) - max(lowest, -1)) * self.chance.uniform(0.01, 0.99)
        return float(f"{min(max(drawn, lowest), highest):.3g}")

    def _array(self, fragment: Schema, depth: int) -> list[Any]:
        lowest = fragment.get("minItems", 0)
        count = self.chance.randint(lowest, max(lowest, min(fragment.get("maxItems", 3), 3)))
        items = [self.draw(fragment.get("items", {}), depth) for _ in range(count)]
        return list(dict.fromkeys(items)) if fragment.get("uniqueItems") else items

    def _object(self, fragment: Schema, depth: int) -> Tree:
        """Some options, or one of the names with its own, where there may be but one."""
        if fragment.get("maxProperties") != 1:
            return self.options(fragment, depth)
        names = [name for name in fragment["properties"] if name in fragment.get("named", fragment["properties"])]
        name = self.chance.choice(names)
        return {name: self.draw(fragment["properties"][name], depth)}

    def _text(self, fragment: Schema) -> str:
        longest = fragment.get("maxLength", 20)
        return str(self.chance.choice([word[:longest] for word in _WORDS]))


def definition(name: str) -> Schema:
    """A definition of the schema."""
    found: Schema = schema()["$defs"][name]
    return found


def object_of(name: str) -> Schema:
    """The options of a definition that is an object, or one where it is no text."""
    found = _resolved(definition(name))
    while found.get("type") != "object":
        then = _resolved(found["then"])
        found = then if then.get("type") == "object" else _resolved(found["else"])
    return found


def _resolved(fragment: Schema) -> Schema:
    """A fragment without references, and without parts that all have to hold: they are one."""
    while "$ref" in fragment or "allOf" in fragment:
        if "$ref" in fragment:
            fragment = {**fragment, **definition(fragment["$ref"].rpartition("/")[2])}
            fragment = {key: value for key, value in fragment.items() if key != "$ref"}
            continue
        parts: Sequence[Schema] = fragment["allOf"]
        fragment = {key: value for key, value in fragment.items() if key != "allOf"}
        for part in map(_resolved, parts):
            fragment = {**fragment, **part}
    return fragment
