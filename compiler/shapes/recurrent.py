"""Recurrent layers, which apply a cell to one step of a sequence after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.dtypes import refuse_whole_numbers
from specrun.compiler.shapes.result import Arguments, Inferred, Nested, Rule, ShapeMismatch, plus, times, unfit
from specrun.compiler.shapes.space import number
from specrun.compiler.tensor import Dimension, Tensor

_GATES: Final = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}
"""How many products a cell takes in one step of its input, and as many of its state."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """What a cell is in one step: how wide its output, of how many states, and what it costs.

    `drops` says that it drops some of its inputs.
    """

    units: int
    states: int
    drops: bool
    parameters: Dimension
    multiply_adds: Dimension
    frozen: Dimension = 0


def _recurrent(layer: str, arguments: Arguments, tensor: Tensor) -> Inferred:
    """`(batch, steps, width)` becomes `(batch, units)`, or `(batch, steps, units)` with `return_sequences`.

    The products with the two kernels, of the input and of the state, are counted for each step.
    """
    shape = tensor.shape
    if len(shape) != 3:
        fewer = "set `return_sequences: true` in a recurrent layer before it, or make steps with a `Reshape`"
        hint = fewer if len(shape) < 3 else "join what is behind the steps with a `Reshape`"
        raise unfit(layer, "reads sequences `(batch, steps, width)`", shape, hint)
    batch, steps, width = shape
    unrolled = bool(arguments["unroll"]) and steps != 1
    cell = _cells(arguments["cell"], width, unrolled) if layer == "RNN" else _cell(layer, arguments, width)
    if cell.drops:
        refuse_whole_numbers(layer, tensor)
    row = (steps, cell.units) if arguments["return_sequences"] else (cell.units,)
    return Inferred(Tensor((batch, *row)), cell.parameters, times(steps, cell.multiply_adds), cell.frozen)


def _cell(kind: str, arguments: Arguments, width: Dimension) -> _Cell:
    """For each gate a kernel of the input, one of the state, and a bias; two with the `reset_after` of a `GRU`."""
    units = number(arguments, "units")
    gates = _GATES[kind] * units
    kernels = times(gates, plus(width, units))
    biases = gates * (2 if arguments.get("reset_after") else 1) if arguments["use_bias"] else 0
    weights = plus(kernels, biases)
    frozen = weights if arguments["trainable"] is False else 0
    return _Cell(units, 2 if kind == "LSTM" else 1, bool(arguments["dropout"]), weights, kernels, frozen)


def _cells(given: object, width: Dimension, unrolled: bool) -> _Cell:
    """One cell, or several of which each takes what the one before gives."""
    if isinstance(given, Nested) and given.name != "StackedRNNCells":
        return _cell(given.name.removesuffix("Cell"), given.arguments, width)
    several = given.arguments["cells"] if isinstance(given, Nested) else given
    assert isinstance(several, list | tuple)
    parts: list[_Cell] = []
    for one in several:
        parts.append(_cells(one, parts[-1].units if parts else width, unrolled))
    if unrolled and len(parts) == 1 and parts[0].states > 1:
        # After the first step, Keras takes the states of the one cell for those of as many cells.
        message = "`RNN` cannot unroll a single cell of several states that is written as a list"
        raise ShapeMismatch(message, "write the cell without the list, or leave `unroll` out")
    # That the whole stack is not to be trained, Keras does not pass on to its cells.
    return _Cell(
        units=parts[-1].units,
        states=sum(part.states for part in parts),
        drops=parts[0].drops,
        parameters=plus(*(part.parameters for part in parts)),
        multiply_adds=plus(*(part.multiply_adds for part in parts)),
        frozen=plus(*(part.frozen for part in parts)),
    )


RULES: Final[Mapping[str, Rule]] = MappingProxyType({layer: partial(_recurrent, layer) for layer in (*_GATES, "RNN")})
