"""`Dense` replaces the last dimension by its units."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.result import Arguments, Inferred, Rule, plus, size, times, unfit
from specrun.compiler.shapes.space import number
from specrun.compiler.tensor import Tensor


def _dense(arguments: Arguments, tensor: Tensor) -> Inferred:
    """`(batch, …, width)` becomes `(batch, …, units)`, by a kernel of `(width, units)` and a bias of `units`."""
    shape = tensor.shape
    if len(shape) < 2:
        raise unfit("Dense", "takes rows of at least one value", shape, "put a `Flatten` before it")
    units = number(arguments, "units")
    kernel = times(shape[-1], units)
    bias = units if arguments["use_bias"] else 0
    return Inferred(
        output=Tensor((*shape[:-1], units)),
        parameters=plus(kernel, bias),
        multiply_adds=times(size(shape[1:-1]), kernel),
    )


RULES: Final[Mapping[str, Rule]] = MappingProxyType({"Dense": _dense})
