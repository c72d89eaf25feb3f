"""The JSON Schema of the language, made from the declarations of its sections and from the catalogue of Keras.

It is written so that draft 2020-12 and draft-07 read it alike, and dispatches on types and names (`if`/`then`/`else`,
never `anyOf`), so that each error has one exact place.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Any

from specrun.compiler import catalogue
from specrun.compiler.catalogue import REQUIRED, Argument, Entry
from specrun.compiler.features import KINDS
from specrun.compiler.language import shared
from specrun.compiler.language.fragments import TEXT, word_or
from specrun.compiler.language.options import Schema, options
from specrun.compiler.language.sections import Checkpoint, Data, Mlflow, Split, TensorBoard, Track, Training
from specrun.compiler.language.targets import COLUMNS, IN_TRAINING, OF_ONE, TARGET_TYPES, Target, training_of_one

_LAYER_OPTIONS: dict[str, Schema] = {
    "name": {
        "type": "string",
        "pattern": "^[A-Za-z0-9_.-]{1,80}$(?!\\n)",
        "description": "The name of the layer in the model; other layers take its output by it.",
    },
    "inputs": {
        "if": {"type": "array"},
        "then": {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 1000},
        "else": TEXT,
        "description": "What the layer takes: names of layers before it, of features or groups; by default what the"
        " layer before it gives.",
    },
}


@cache
def schema() -> dict[str, Any]:
    """The schema of a whole spec."""
    return {**_root(), "$defs": {name: make() for name, make in _definitions().items()}}


@cache
def lean_schema() -> dict[str, Any]:
    """The same, for checking: a definition is made when it is first asked for, since a spec names few of them."""
    return {**_root(), "$defs": _Definitions()}


class _Definitions(dict[str, Any]):
    def __missing__(self, name: str) -> Any:
        made = self[name] = _definitions()[name]()
        return made


def _root() -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "specrun",
        "description": "A neural network: its data, features, layers and classes, and how it is trained.",
        **_object("a spec", _top(), required=("specrun", "data", "features", "layers")),
    }


@cache
def _definitions() -> Mapping[str, Callable[[], Any]]:
    """What makes each definition."""
    return {
        "data": _data,
        "split": partial(_section, Split, "split"),
        "training": _training,
        "checkpoint": partial(_section, Checkpoint, "checkpoint"),
        "track": partial(_section, Track, "track"),
        "tensorboard": partial(_section, TensorBoard, "tensorboard"),
        "mlflow": partial(_section, Mlflow, "mlflow"),
        "target": partial(_target, OF_ONE, "target"),
        "output": _output,
        "feature": _feature,
        **{f"feature_{kind}": partial(_feature_options, kind) for kind in KINDS},
        "layers": partial(_layers, nested=False),
        "nested_layers": partial(_layers, nested=True),
        **{f"layer_{name}": partial(_layer, name) for name in shared.entries("layers")},
        **{name: partial(_subset, name) for name in catalogue.SUBSETS},
        **{family: partial(_objects, family) for family in catalogue.FAMILIES if family != "layers"},
    }


def _top() -> dict[str, Schema]:
    return {
        "specrun": {"const": 1, "description": "The version of the language."},
        "name": {
            "type": "string",
            "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$(?!\\n)",
            "description": "The name of the model and of what it is saved to; by default the spec's file name.",
        },
        "description": {
            "type": "string",
            "maxLength": 2000,
            "description": "What the model is for; stands at the top of the script.",
        },
        "data": {"$ref": "#/$defs/data"},
        "features": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"$ref": "#/$defs/feature"},
            "description": 'The columns that go into the network, and how. `"*"` stands for all the other columns.',
        },
        "groups": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_.-]{0,79}$(?!\\n)"},
            "additionalProperties": {"type": "array", "items": TEXT, "minItems": 1},
            "description": "Features side by side under one name, for the `inputs` of layers.",
        },
        "target": {
            "if": {"type": "object"},
            "then": {"$ref": "#/$defs/target"},
            "else": COLUMNS,
            "description": "The column to predict; a list for several numbers.",
        },
        "targets": {
            "type": "object",
            "minProperties": 2,
            "maxProperties": 1000,
            "propertyNames": TEXT,
            "additionalProperties": {"$ref": "#/$defs/output"},
            "description": "Several outputs in place of one `target`: the name of each, and its kind or its options.",
        },
        "classes": _target_option("classes"),
        "layers": {
            "type": "array",
            "items": {"$ref": "#/$defs/layers"},
            "description": "The layers of the network, each taking what the one before gives.",
        },
        "training": {"$ref": "#/$defs/training"},
    }


def _data() -> dict[str, Any]:
    return _section(Data, "data")


def _section(section: type[Any], title: str) -> dict[str, Any]:
    """The schema of a section that is a dataclass of options."""
    declared = tuple(options(section))
    properties = {o.name: _described(o.schema, o.doc, None if o.required else _json(o.default)) for o in declared}
    return _object(title, properties, tuple(o.name for o in declared if o.required), section.__doc__)


def _training() -> dict[str, Any]:
    section = _section(Training, "training")
    section["properties"] = training_of_one(section["properties"], {name: _target_option(name) for name in IN_TRAINING})
    return section


def _target(names: Iterable[str], title: str) -> dict[str, Any]:
    """The schema of a target with these of its options; one that is alone has no name that its column could have."""
    properties = {name: _target_option(name) for name in names}
    return _object(title, properties, ("column",) if title == "target" else (), Target.__doc__)


def _output() -> dict[str, Any]:
    """What a target is, or its options."""
    names = [declared.name for declared in options(Target)]
    return {"title": "an output", **word_or(TARGET_TYPES, _target(names, "an output"))}


def _target_option(name: str) -> dict[str, Any]:
    declared = next(declared for declared in options(Target) if declared.name == name)
    return _described(declared.schema, declared.doc, None if declared.required else _json(declared.default))


def _feature() -> dict[str, Any]:
    """A kind by name, or its options with `type`, which says which options there are."""
    kinds = list(KINDS)
    of_kind = {
        "allOf": [
            {
                "if": {"required": ["type"], "properties": {"type": {"const": kind}}},
                "then": {"$ref": f"#/$defs/feature_{kind}"},
            }
            for kind in kinds
        ],
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": kinds, "description": "The kind of the feature."}},
    }
    return {"title": "a feature", **word_or([*bare_kinds(), "auto"], of_kind)}


def bare_kinds() -> list[str]:
    """The kinds of feature that need no options."""
    return [kind for kind, section in KINDS.items() if not any(option.required for option in options(section))]


def _feature_options(kind: str) -> dict[str, Any]:
    section = _section(KINDS[kind], f"`{kind}`")
    is_kind = {"const": kind, "description": "The kind of the feature."}
    section["properties"] = {"type": is_kind, **section["properties"]}
    return section


def _layers(*, nested: bool) -> dict[str, Any]:
    """What may stand in a list of layers, or inside another layer: there it is no part of a graph."""
    known = catalogue.family("layers") if nested else shared.entries("layers")
    names = [name for name in known if nested or name not in catalogue.ONLY_NESTED]
    choice = _named("layers", {name: {"$ref": f"#/$defs/layer_{name}"} for name in names})
    if nested:
        of_a_list = {"propertyNames": {"not": {"enum": list(_LAYER_OPTIONS)}}}
        choice["else"]["allOf"] = [{"additionalProperties": {"if": {"type": "object"}, "then": of_a_list}}]
    return choice


def _layer(name: str) -> dict[str, Any]:
    return _options(shared.entries("layers")[name], _LAYER_OPTIONS)


def _objects(family: str) -> dict[str, Any]:
    """Objects of Keras: a name, or a mapping of one name to its options."""
    return _named(family, {name: _options(entry, {}) for name, entry in catalogue.family(family).items()})


def _named(family: str, each: dict[str, Any]) -> dict[str, Any]:
    """One of some objects of a family: its name alone, or a mapping to its options, for which `each` has a schema."""
    written_out = _object(family, each, (), None, minProperties=1, maxProperties=1)
    return {"title": family, "if": {"type": "string"}, "then": _bare(family, each), "else": written_out}


def _bare(family: str, names: Iterable[str]) -> dict[str, Any]:
    """The names of those objects that need no options."""
    bare = catalogue.family(family).bare()
    return {"enum": [name for name in names if name in bare], "title": family}


def _options(entry: Entry, more: dict[str, Schema]) -> dict[str, Any]:
    properties = {**{a.name: _argument(a) for a in entry.arguments}, **more}
    mapping = _object(f"`{entry.name}`", properties, _required(entry))
    first = next((a for a in entry.arguments if a.name == entry.first), None)
    shorthand = _argument(first) if first else mapping
    return {"if": {"type": "object"}, "then": mapping, "else": shorthand, "description": entry.doc}


def _argument(argument: Argument) -> dict[str, Any]:
    shape: Schema = argument.schema if argument.family is None else _of_family(argument)
    return _described(shape, argument.doc, None if argument.default is REQUIRED else _json(argument.default))


def _of_family(argument: Argument) -> Schema:
    """An object of a family, by name or with options; or also a list of them, or a plain value."""
    family, types = str(argument.family), argument.schema["type"]
    others = [name for name in (types if isinstance(types, list) else [types]) if name != "string"]
    objects = _among(family, catalogue.names_of(argument))
    if not others:
        return objects
    plain = {key: value for key, value in argument.schema.items() if key not in ("type", "enum")}
    if "array" in others:
        plain["items"] = objects
    if types == "array":
        return {"type": types, **plain}
    return {"if": {"type": ["string", "object"]}, "then": objects, "else": {"type": others, **plain}}


def _among(family: str, names: Iterable[str] = ()) -> Schema:
    """The objects of a family, or those of them that have one of some names."""
    wanted = set(names) or set(catalogue.family(family))
    if wanted == set(catalogue.family(family)):
        return {"$ref": f"#/$defs/{'nested_layers' if family == 'layers' else family}"}
    subset = next(name for name, (of, some) in catalogue.SUBSETS.items() if of == family and set(some) == wanted)
    return {"$ref": f"#/$defs/{subset}"}


def _subset(name: str) -> dict[str, Any]:
    family, names = catalogue.SUBSETS[name]
    written_out = {"allOf": [_among(family), {"propertyNames": {"enum": list(names)}}]}
    return {"title": family, "if": {"type": "string"}, "then": _bare(family, names), "else": written_out}


def _required(entry: Entry) -> tuple[str, ...]:
    return tuple(a.name for a in entry.arguments if a.default is REQUIRED)


def _described(schema: Schema, doc: str, default: object) -> dict[str, Any]:
    hover = {"description": doc, **({"markdownDescription": doc} if "`" in doc else {})}
    # draft-07 reads nothing beside a reference
    described = {"allOf": [schema], **hover} if "$ref" in schema else {**schema, **hover}
    return described if default is None else {**described, "default": default}


def _object(
    title: str, properties: dict[str, Any], required: tuple[str, ...], doc: str | None = None, **bounds: int
) -> dict[str, Any]:
    described = {"description": doc.splitlines()[0]} if doc else {}
    return {
        "title": title,
        **described,
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **bounds,
    }


def _json(value: object) -> object:
    """A default as JSON has it; None where it is an object that says nothing to a reader."""
    if isinstance(value, tuple):
        return [_json(item) for item in value] or None
    return None if dataclasses.is_dataclass(value) else value
