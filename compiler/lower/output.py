"""What a target asks of the layer that gives its output, and whether a layer of the spec is that layer already."""

from __future__ import annotations

from dataclasses import dataclass

from specrun.compiler.catalogue import Labels
from specrun.compiler.expressions import Expression, Identifier, Literal, Name, Operation, call
from specrun.compiler.language.sections import Keras
from specrun.compiler.language.targets import Target
from specrun.compiler.lower.keras import entry_of
from specrun.compiler.lower.series import HORIZON
from specrun.compiler.plan import Task

_POSITIVE = frozenset(["relu", "softplus", "exponential", "linear"])


@dataclass(frozen=True, slots=True)
class Output:
    """What a target asks of the last layer: `units` of an `activation`; None units: the data have not told yet."""

    task: Task
    units: int | None
    activation: str | None


def choose_output(target: Target, last: Keras | None, *, is_open: bool) -> Output:
    """What comes out for a target, which is made of the layer `last`; `is_open` says that there may be more classes.

    Two classes are one number between 0 and 1, unless the loss or the last layer takes them for several. A class in an
    order is one number for each class but the first: how likely the right class is that one or one above it.
    """
    count = len(target.classes or ())
    known = None if is_open else count
    if target.type == "number":
        numbers = target.horizon or len(target.columns)
        return Output(Task.NUMBER if numbers == 1 else Task.NUMBERS, numbers, None)
    if target.type == "labels":
        return Output(Task.LABELS, known, "sigmoid")
    if target.type == "ordinal":
        return Output(Task.ORDINAL, None if known is None else known - 1, "sigmoid")
    if count == 2 and not _treated_as_several(target.loss, last):
        return Output(Task.BINARY, 1, "sigmoid")
    return Output(Task.CLASSES, known, "softmax")


def output_layer(output: Output, name: str | None) -> Keras:
    """The layer that gives what the target asks for."""
    options: list[tuple[str, object]] = [("units", output.units or 1)]
    if output.activation:
        options.append(("activation", output.activation))
    if name is not None:
        options.append(("name", name))
    return Keras(name="Dense", options=tuple(options))


def units_expression(output: Output, target: Target, classes: Identifier | None) -> Expression:
    """The units of the derived output layer, written as what they are: so many for each of the `classes`, or rows."""
    if (target.horizon or 1) > 1:
        return HORIZON
    if classes is None or output.task in (Task.BINARY, Task.NUMBER, Task.NUMBERS):
        return Literal(output.units)
    count = call("len", Name(classes))
    return Operation("-", count, Literal(1)) if output.task is Task.ORDINAL else count


def writes_output(layer: Keras | None, output: Output) -> bool:
    """Whether a layer that the spec writes is the output layer itself."""
    if layer is None:
        return False
    activation, units = activation_of(layer), layer.option("units")
    if output.task is Task.CLASSES:
        return activation == "softmax"
    if output.activation == "sigmoid":
        return activation == "sigmoid" and (layer.name != "Dense" or output.units in (None, units))
    return layer.name == "Dense" and units == output.units and (activation is None or activation in _POSITIVE)


def activation_of(layer: Keras) -> str | None:
    """The name of the activation that a layer ends with."""
    if layer.name == "Softmax":
        return "softmax"
    value = layer.option("activation")
    return value.name if isinstance(value, Keras) else None


def _treated_as_several(loss: Keras | None, last: Keras | None) -> bool:
    several = {Labels.SPARSE, Labels.ONE_HOT}
    if loss is not None:
        fits = set(entry_of("losses", loss).fits)
        if several & fits and Labels.BINARY not in fits:
            return True
    return last is not None and activation_of(last) == "softmax"
