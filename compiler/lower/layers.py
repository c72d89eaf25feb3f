"""A layer to be placed: its options as the shape rules take them, and what is wrong with what it says that it takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from specrun.compiler.catalogue import with_defaults
from specrun.compiler.diagnostics import Diagnostic, Label, Span
from specrun.compiler.language.sections import Keras
from specrun.compiler.lower.keras import entry_of
from specrun.compiler.reader.nodes import Mapping, Sequence
from specrun.compiler.shapes import Nested
from specrun.compiler.tensor import Tensor


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer to be placed: as the spec writes it, and where."""

    keras: Keras
    span: Span


def arguments_of(layer: Keras) -> dict[str, object]:
    """The options of a layer as the shape rules take them: layers within it as `Nested`, with defaults."""
    entry = entry_of("layers", layer)
    arguments = {}
    for name, value in layer.options:
        argument = entry.argument(name)
        arguments[name] = _nested(value) if argument is not None and argument.family == "layers" else value
    return arguments


def _nested(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_nested(item) for item in value)
    if isinstance(value, Keras):
        return Nested(value.name, with_defaults(entry_of("layers", value), arguments_of(value)))
    return value


def completed(layer: Layer, inputs: Iterable[Tensor | None]) -> Layer:
    """The layer with the options that follow from what it takes: the rows of an `Embedding`."""
    keras = layer.keras
    if keras.name not in ("Embedding", "ReversibleEmbedding") or keras.option("input_dim") is not None:
        return layer
    bound = next((tensor.bound for tensor in inputs if tensor is not None), None)
    if bound is None:
        return layer
    return replace(layer, keras=replace(keras, options=(("input_dim", bound), *keras.options)))


def unknown_input(name: str, layer: Layer, hint: str) -> Diagnostic:
    """What a layer takes, and nothing gives."""
    message = f"`{layer.keras.name}` takes `{name}`, and there is no layer, feature or group of that name"
    return Diagnostic("S220", message, _place_of_input(layer, name), hint)


def early_input(name: str, layer: Layer, later: Layer) -> Diagnostic:
    """What a layer takes, and only itself or a `later` one gives."""
    what, place = f"`{layer.keras.name}` takes `{name}`", _place_of_input(layer, name)
    if name == layer.keras.own_name:
        return Diagnostic("S222", f"{what}, which is itself", place, "name a layer before it")
    label = Label(later.span, "it stands here")
    if layer.keras.own_name in later.keras.inputs:
        hint = "take one of the two out: a network has no cycles"
        return Diagnostic("S222", f"{what}, which takes it in turn", place, hint, labels=(label,))
    hint = "move that layer up, before the one that takes it"
    return Diagnostic("S221", f"{what}, which comes later", place, hint, labels=(label,))


def _place_of_input(layer: Layer, name: str) -> Span:
    """Where a layer names what it takes."""
    node = layer.keras.place
    options = node.entries[0].value if isinstance(node, Mapping) and node.entries else None
    entry = options.entry("inputs") if isinstance(options, Mapping) else None
    if entry is None:
        return layer.span
    if isinstance(entry.value, Sequence):
        return next((item.span for item in entry.value.items if item.plain() == name), entry.value.span)
    return entry.value.span
