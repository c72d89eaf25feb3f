"""Specs drawn from the JSON Schema of the language: valid by it, so that what stands behind it is reached."""

from __future__ import annotations

import copy
import math
from collections.abc import Collection, Mapping
from random import Random
from typing import Any, Final

from specrun.compiler.language.schema import schema
from tests.proof.fuzzed.odd import odd_text

ANY: Final = frozenset(("string", "integer", "number", "boolean", "array", "object", "null"))
_HARMLESS = ("Dense", "Dense", "Dropout", "BatchNormalization", "Activation", "LayerNormalization", "ReLU", "Reshape")
"""Layers that take whatever a network begins with."""
_DEEPEST = 12
_PATTERNS: Mapping[str, tuple[str, ...]] = {
    r"^[0-9]{1,15}(\.[0-9]{1,15})?(/[1-9][0-9]{0,14})?$(?!\n)": ("0", "1", "0.5", "1/255", "2.5/3", "9" * 15),
    r"^[a-zA-Z]+$(?!\n)": ("a", "abc", "bac", "ij", "z"),
    r"^(\.\.\.)?[a-zA-Z]+(\.\.\.)?,[a-zA-Z]+->(\.\.\.)?[a-zA-Z]+(\.\.\.)?$(?!\n)": (
        *("ab,bc->ac", "...x,xy->...y", "abc,cd->abd", "ab,bc->abc", "aa,ab->b", "a,b->c", "ab...,bc->ac..."),
    ),
}
"""Texts of each form that the schema asks for, but for names."""
_NAMES = ("a", "b", "c", "x_1", "deep", "features", "input", "dense", "concatenate", "a.b", "a-b", "A" * 80)


class Drawing:
    """Draws values of the schema; texts without a form of their own are more often than not some of `words`."""

    def __init__(self, chance: Random, words: Collection[str]) -> None:
        self._chance = chance
        self._words = tuple(words)
        self._depth = 0

    def spec(self, right: Mapping[str, Any]) -> dict[str, Any]:
        """A spec about the data of one that is right, of which it keeps a part."""
        chance, properties = self._chance, schema()["properties"]
        spec: dict[str, Any] = {"specrun": 1, "data": self._about(right, "data")}
        spec["features"] = self._features(right["features"])
        for name in ("target", "targets", "classes", "groups"):
            if name in right:
                spec[name] = copy.deepcopy(right[name])
        if chance.random() < 0.15:
            spec["target"] = self.value(properties["target"])
        spec["layers"] = self._layers(right["layers"])
        for name in ("training", "name", "description", "groups", "classes"):
            if chance.random() < (0.8 if name == "training" else 0.04):
                spec[name] = self.value(properties[name])
        return spec

    def _about(self, right: Mapping[str, Any], section: str) -> Any:
        """A section as it was, with some options drawn."""
        own = {name: value for name, value in right[section].items() if name != "split" or self._chance.random() < 0.5}
        drawn = self.value(schema()["properties"][section]) if self._chance.random() < 0.3 else {}
        kept = ("path", "dataset", "format", "separator", "encoding", "columns", "quoting", "decimal", "missing")
        return {
            **{k: v for k, v in drawn.items() if k not in kept or self._chance.random() < 0.1},
            **copy.deepcopy(own),
        }

    def _features(self, right: Mapping[str, Any]) -> dict[str, Any]:
        features = {}
        for column, feature in right.items():
            kind = feature if isinstance(feature, str) else feature.get("type")
            of_kind = schema()["$defs"].get(f"feature_{kind}")
            drawn = self._chance.random()
            features[column] = copy.deepcopy(feature)
            if drawn < 0.4 and of_kind:
                own = feature if isinstance(feature, dict) else {}
                features[column] = {
                    **self.value(of_kind),
                    **{k: v for k, v in own.items() if self._chance.random() < 0.8},
                }
                features[column]["type"] = kind
            elif drawn < 0.45:
                features[column] = self.value(schema()["$defs"]["feature"])
        return features

    def _layers(self, right: list[Any]) -> list[Any]:
        chance = self._chance
        layers = copy.deepcopy(right) if chance.random() < 0.5 else []
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            some = schema()["$defs"]["layers"]
            layer = self.value(some, names=_HARMLESS if chance.random() < 0.7 else None)
            layers.insert(chance.randrange(len(layers) + 1), layer)
        return layers

    def value(self, part: Mapping[str, Any], types: Collection[str] = ANY, names: Collection[str] | None = None) -> Any:
        """A value that a part of the schema takes, of one of some types; of an object, the keys are among `names`."""
        self._depth += 1
        try:
            return self._value(part, types, names)
        finally:
            self._depth -= 1

    def _value(self, part: Mapping[str, Any], types: Collection[str], names: Collection[str] | None) -> Any:
        if "$ref" in part:
            return self.value(schema()["$defs"][part["$ref"].rpartition("/")[2]], types, names)
        if "if" in part:
            return self._branch(part, types, names)
        if "const" in part:
            return part["const"]
        if "enum" in part:
            return self._chance.choice([word for word in part["enum"] if names is None or word in names])
        if "allOf" in part:
            return self._of_all(part, types, names)
        among = self._types(part) & frozenset(types)
        return self._of_type(self._chance.choice(sorted(among)), part, names)

    def _of_all(self, part: Mapping[str, Any], types: Collection[str], names: Collection[str] | None) -> Any:
        """What is of a family and among some names, or what has a `type` that tells its options."""
        first, *more = part["allOf"]
        if "if" in first and "properties" in first["if"]:
            return self.value(self._chance.choice(part["allOf"])["then"], types)
        if "additionalProperties" in first:  # layers within layers have no names
            (name, options), *_ = self._object(part, names).items()
            kept = options
            if isinstance(options, dict):
                kept = {key: value for key, value in options.items() if key not in ("name", "inputs")}
            return {name: kept}
        known = [more_["propertyNames"]["enum"] for more_ in more if "propertyNames" in more_]
        narrowed = set(known[0]) if known else None
        if names is not None and narrowed is not None:
            narrowed &= set(names)
        return self.value(first, types, names if narrowed is None else sorted(narrowed))

    def _branch(self, part: Mapping[str, Any], types: Collection[str], names: Collection[str] | None) -> Any:
        wanted = part["if"]["type"]
        wanted = frozenset((wanted,) if isinstance(wanted, str) else wanted)
        inside, outside = wanted & frozenset(types), frozenset(types) - wanted
        if "number" in wanted:
            outside -= {"integer"}
        then, otherwise = part.get("then", {}), part.get("else", {})
        ways = []
        if self._can(then, inside, names):
            ways.append((then, inside))
        if self._can(otherwise, outside, names):
            ways.append((otherwise, outside))
        plain = min(ways, key=lambda way: "object" in way[1] and len(way[1]) == 1)
        chosen = plain if self._depth > _DEEPEST else self._chance.choice(ways)
        return self.value(chosen[0], chosen[1], names)

    def _can(self, part: Mapping[str, Any], types: Collection[str], names: Collection[str] | None) -> bool:
        """Whether a part takes anything of some types."""
        if "$ref" in part:
            return self._can(schema()["$defs"][part["$ref"].rpartition("/")[2]], types, names)
        if "if" in part:
            wanted = part["if"].get("type", ())
            wanted = frozenset((wanted,) if isinstance(wanted, str) else wanted)
            then = self._can(part.get("then", {}), wanted & frozenset(types), names)
            return then or self._can(part.get("else", {}), frozenset(types) - wanted, names)
        if "enum" in part:
            return "string" in types and any(names is None or word in names for word in part["enum"])
        if "allOf" in part and "type" not in part:
            narrowed = [more["propertyNames"]["enum"] for more in part["allOf"] if "propertyNames" in more]
            return self._can(part["allOf"][0], types, narrowed[0] if narrowed else names)
        return bool(self._types(part) & frozenset(types))

    def _types(self, part: Mapping[str, Any]) -> frozenset[str]:
        declared = part.get("type", "object" if "properties" in part else tuple(ANY))
        declared = frozenset((declared,) if isinstance(declared, str) else declared)
        return declared | {"integer"} if "number" in declared else declared

    def _of_type(self, kind: str, part: Mapping[str, Any], names: Collection[str] | None) -> Any:
        if kind == "object":
            return self._object(part, names)
        if kind == "array":
            return self._array(part)
        if kind == "string":
            return self._text(part)
        if kind == "boolean":
            return self._chance.random() < 0.5
        return None if kind == "null" else self._number(kind, part)

    def _object(self, part: Mapping[str, Any], names: Collection[str] | None) -> dict[str, Any]:
        chance, properties, required = self._chance, part.get("properties", {}), part.get("required", ())
        if part.get("maxProperties") == 1:
            known = [name for name in properties if names is None or name in names]
            return {(name := chance.choice(known)): self.value(properties[name])}
        share = 0.15 if self._depth <= _DEEPEST else 0.0
        needed = {name for name, each in properties.items() if name in required or "const" in each}
        made = {
            name: self.value(each) for name, each in properties.items() if name in needed or chance.random() < share
        }
        more = part.get("additionalProperties")
        if isinstance(more, dict):
            for _ in range(max(part.get("minProperties", 0), chance.choice((0, 1, 2, 3)))):
                made[self._text(part.get("propertyNames", {"minLength": 1, "maxLength": 500}))] = self.value(more)
        while len(made) < part.get("minProperties", 0):
            rest = [name for name in properties if name not in made]
            name = chance.choice(rest) if rest else self._text(part.get("propertyNames", {"minLength": 1}))
            made[name] = self.value(properties.get(name, more))
        return made

    def _array(self, part: Mapping[str, Any]) -> list[Any]:
        least, most = part.get("minItems", 0), part.get("maxItems", 10_000)
        count = min(max(least, self._chance.choice((0, 1, 1, 2, 2, 3, 4))), most)
        items = [self.value(part.get("items", {"type": "integer"})) for _ in range(count)]
        if part.get("uniqueItems"):
            items = list({repr(item): item for item in items}.values())
        return items

    def _text(self, part: Mapping[str, Any]) -> str:
        if "pattern" in part:
            return self._chance.choice(_PATTERNS.get(part["pattern"], _NAMES))
        least, most = part.get("minLength", 0), part.get("maxLength", 500)
        text = self._chance.choice(self._words) if self._chance.random() < 0.8 else odd_text(self._chance)
        return (text if len(text) >= least else text + "x" * least)[:most]

    def _number(self, kind: str, part: Mapping[str, Any]) -> float:
        least: float = max(part.get("minimum", -math.inf), part.get("exclusiveMinimum", -math.inf))
        most: float = min(part.get("maximum", math.inf), part.get("exclusiveMaximum", math.inf))
        excluded = {part.get("exclusiveMinimum"), part.get("exclusiveMaximum"), *part.get("not", {}).get("enum", ())}
        for _ in range(20):
            number: float = self._any_number(kind, max(least, -(2**31)), min(most, 2**31 - 1))
            if number not in excluded and least <= number <= most:
                return number
        return (least + most) / 2  # no whole number lies between the two

    def _any_number(self, kind: str, least: float, most: float) -> float:
        chance = self._chance
        if kind == "integer":
            first, last = math.ceil(least), math.floor(most)
            small = chance.randint(1, 16)
            return chance.choice((small, small, chance.randint(0, 3), first, chance.randint(first, last), last))
        low, high = max(least, -2.0), min(most, 2.0)
        near = chance.uniform(low, high) if low <= high else least
        numbers: tuple[float, ...] = (
            near,
            near,
            round(near, 2),
            least,
            most,
            chance.uniform(least, most),
            0.0,
            0.5,
            1.0,
        )
        return chance.choice(numbers)
