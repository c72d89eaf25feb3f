"""From a checked tree to a `Spec`: shorthands written out, defaults filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Any, TypeVar, cast

from specrun.compiler import catalogue
from specrun.compiler.data.folder_table import LABEL
from specrun.compiler.diagnostics import Span
from specrun.compiler.features import KINDS, Feature
from specrun.compiler.language.options import Schema, options
from specrun.compiler.language.sections import Checkpoint, Data, Keras, Mlflow, Split, TensorBoard, Track, Training
from specrun.compiler.language.shared import entries
from specrun.compiler.language.spec import FeatureSpec, GroupSpec, Spec
from specrun.compiler.language.targets import IN_TRAINING, Target, folder_format
from specrun.compiler.reader.nodes import Entry, Mapping, Node, Plain, Scalar, Sequence

Section = TypeVar("Section")

_NESTED: dict[str, Callable[[Node], object]] = {
    "split": lambda node: _section(Split, node),
    "checkpoint": lambda node: _section(Checkpoint, node),
    "optimizer": lambda node: _keras("optimizers", node),
    "loss": lambda node: _keras("losses", node),
    "metrics": lambda node: _all_keras("metrics", node),
    "callbacks": lambda node: _all_keras("callbacks", node),
    "track": lambda node: _section(Track, _with_options(node)),
    "tensorboard": lambda node: _section(TensorBoard, node),
    "mlflow": lambda node: _section(Mlflow, node),
    "augment": lambda node: _all_keras("layers", node),
    "classes": lambda node: _classes(node),
}


def build(root: Mapping) -> Spec:
    """The spec of a tree that has no errors of structure, or of one whose faulty parts were taken out.

    What was taken out is as if it had been left out, so that the checks that follow can go on beside it.
    """
    features = root.get("features")
    groups = root.get("groups")
    layers = root.get("layers")
    return Spec(
        name=str(_plain(root, "name") or name_of_file(root.span.file)),
        description=str(_plain(root, "description") or "").strip(),
        data=_section(Data, root.get("data")),
        features=tuple(_features(features)) if isinstance(features, Mapping) else (),
        groups=tuple(_group(e.key, e.value) for e in groups) if isinstance(groups, Mapping) else (),
        targets=_targets(root),
        layers=_all_keras("layers", layers) if layers is not None else (),
        training=_section(Training, root.get("training")),
        place=root,
    )


def name_of_file(file: str) -> str:
    """A model's name from its spec's file name."""
    stem = re.sub(r"[^A-Za-z0-9_.-]", "-", PurePath(file).stem).lstrip("_.-")[:80]
    return stem or "model"


def _plain(root: Mapping, key: str) -> Plain:
    node = root.get(key)
    return None if node is None else node.plain()


def _section(section: Callable[..., Section], node: Node | None) -> Section:
    """A section from its mapping; what is left out has its default."""
    return section(**_given(section, node), place=node)


def _given(section: Callable[..., Any], node: Node | None) -> dict[str, Any]:
    """The fields of a section that its mapping gives a value."""
    if not isinstance(node, Mapping):
        return {}
    given: dict[str, Any] = {}
    for declared in options(cast("type[Any]", section)):
        value = node.get(declared.name)
        if value is not None:
            is_word = "enum" in declared.schema  # as the `split` of a text is, and that of the data is not
            nested = None if is_word else _NESTED.get(declared.name)
            given[declared.field] = nested(value) if nested else _whole(declared.schema, _value(value))
    return given


def _whole(schema: Schema, value: object) -> object:
    """A value, as an int where the schema asks for a whole number: it takes `8.0` for one, and Keras does not."""
    return int(value) if isinstance(value, float) and schema.get("type") == "integer" else value


def _value(node: Node) -> object:
    """A plain value, lists as tuples."""
    if isinstance(node, Sequence):
        return tuple(_value(item) for item in node.items)
    return node.plain()


def _features(written: Mapping) -> Iterator[FeatureSpec]:
    """The features, but for those of which an option was taken out that they cannot do without."""
    for entry in written:
        key, node = entry.key, entry.value
        kind = node.plain() if isinstance(node, Scalar) else _plain(cast(Mapping, node), "type")
        if kind == "auto":
            yield FeatureSpec(str(key.value), None, key.span)
            continue
        section = cast("type[Any]", KINDS[str(kind)])
        given = _given(section, node)
        if all(option.field in given for option in options(section) if option.required):
            yield FeatureSpec(str(key.value), cast(Feature, section(**given, place=node)), key.span)


def _group(key: Scalar, node: Node) -> GroupSpec:
    return GroupSpec(str(key.value), tuple(str(name) for name in cast("tuple[str, ...]", _value(node))), key.span)


def _targets(root: Mapping) -> tuple[Target, ...]:
    several, one = root.get("targets"), root.entry("target")
    if isinstance(several, Mapping):
        return tuple(_output(entry) for entry in several)
    folder = folder_format(root)
    if one is None and folder is not None:
        one = Entry(folder.key, _labels_of_folder(folder.key.span))
    return () if one is None else (_only_target(root, one),)


def _labels_of_folder(span: Span) -> Mapping:
    """The target of a folder of images: in which folder each lies."""
    options = {"column": LABEL, "type": "class"}
    return Mapping(tuple(Entry(Scalar(key, span), Scalar(value, span)) for key, value in options.items()), span)


def _output(entry: Entry) -> Target:
    """One of several targets; its column has its name, where it says no other."""
    key, node = entry.key, entry.value
    written = node.entries if isinstance(node, Mapping) else (Entry(Scalar("type", key.span), node),)
    has_column = any(option.name == "column" for option in written)
    column = () if has_column else (Entry(Scalar("column", key.span), key),)
    return _target(entry.name, Mapping((*column, *written), key.span))


def _only_target(root: Mapping, entry: Entry) -> Target:
    """The one target, with what stands at the top of the spec and under `training`."""
    node, training = entry.value, root.get("training")
    written = node.entries if isinstance(node, Mapping) else (Entry(Scalar("column", entry.key.span), node),)
    compared = [training.entry(name) for name in IN_TRAINING] if isinstance(training, Mapping) else []
    more = [option for option in (root.entry("classes"), *compared) if option is not None]
    return _target(None, Mapping((*written, *more), entry.key.span))


def _target(name: str | None, place: Mapping) -> Target:
    given = _given(Target, place)
    kind = given.setdefault("type", "class" if place.get("classes") is not None else "number")
    column = given["column"]
    if kind == "labels" and isinstance(column, tuple):
        given["classes"] = column
    elif kind != "number":
        given.setdefault("classes", None)
    first = column if isinstance(column, str) else column[0]
    return Target(name=name or first, span=place.span, **given, place=place)


def _classes(node: Node) -> tuple[str | int, ...] | None:
    if not isinstance(node, Sequence):
        return None
    labels = cast("tuple[str | int | float, ...]", _value(node))
    return tuple(int(label) if isinstance(label, float) else label for label in labels)


def _with_options(node: Node) -> Mapping:
    """A mapping of names to their options, also where names alone are written."""
    if isinstance(node, Mapping):
        return node
    names = node.items if isinstance(node, Sequence) else (node,)
    return Mapping(tuple(Entry(name, Mapping((), name.span)) for name in names if isinstance(name, Scalar)), node.span)


def _all_keras(family: str, node: Node) -> tuple[Keras, ...]:
    return tuple(_keras(family, item) for item in cast(Sequence, node).items)


def _keras(family: str, node: Node) -> Keras:
    """An object of Keras: `Adam`, `Dropout: 0.2` or `Dense: {units: 8}`."""
    if isinstance(node, Scalar):
        return Keras(name=str(node.value), place=node)
    entry = cast(Mapping, node).entries[0]
    known = entries(family).get(entry.name)
    assert known is not None
    if not isinstance(entry.value, Mapping):
        first = known.first or ""
        return Keras(name=entry.name, options=((first, _option(known, first, entry.value)),), place=node)
    written = tuple((e.name, _option(known, e.name, e.value)) for e in entry.value)
    return Keras(name=entry.name, options=written, place=node)


def _option(entry: catalogue.Entry, name: str, node: Node) -> object:
    if name == "inputs" and isinstance(node, Scalar):
        return (str(node.value),)
    argument = entry.argument(name)
    if argument is None or argument.family is None:
        return _value(node)
    if isinstance(node, Sequence):
        return _all_keras(argument.family, node)
    is_object = isinstance(node, Mapping) or isinstance(node.value, str)
    return _keras(argument.family, node) if is_object else _value(node)
