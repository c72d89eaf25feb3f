"""Embeddings give each whole number a vector of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.result import Arguments, Inferred, Rule, ShapeMismatch, times
from specrun.compiler.shapes.space import number
from specrun.compiler.tensor import Tensor


def _embedding(layer: str, arguments: Arguments, tensor: Tensor) -> Inferred:
    """`(batch, …)` of whole numbers below `input_dim` becomes `(batch, …, output_dim)`; looking up multiplies nothing.

    Keras takes numbers with fractions too, and cuts them off; here they are refused. Whole numbers that only count as
    floats, as a `Concatenate` gives them, have a `bound`.
    """
    rows, width = arguments["input_dim"], number(arguments, "output_dim")
    assert isinstance(rows, int | None)
    if tensor.is_float and tensor.bound is None:
        message = f"`{layer}` looks up whole numbers, and what goes into it are fractions (`{tensor.dtype}`)"
        raise ShapeMismatch(
            message, "give it whole numbers, as a text or a category has them; for numbers, use a `Dense`"
        )
    if rows is not None and tensor.bound is not None and tensor.bound > rows:
        message = f"`{layer}` has {rows} vectors, and the numbers that go into it need {tensor.bound}"
        raise ShapeMismatch(message, f"leave `input_dim` out, or set it to {tensor.bound} or more")
    # Weights of its own turn a vector back into the numbers.
    tables = 1 if arguments.get("tie_weights", True) else 2
    return Inferred(Tensor((*tensor.shape, width)), times(tables, rows, width), 0)


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {layer: partial(_embedding, layer) for layer in ("Embedding", "ReversibleEmbedding")}
)
