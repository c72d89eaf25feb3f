"""Embeddings give each whole number a vector of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.result import Arguments, Inferred, Rule, ShapeMismatch
from specrun.compiler.shapes.space import number
from specrun.compiler.tensor import Tensor


def _embedding(layer: str, arguments: Arguments, tensor: Tensor) -> Inferred:
    """`(batch, …)` of whole numbers below `input_dim` becomes `(batch, …, output_dim)`; looking up multiplies nothing.

    Keras takes numbers with a fraction, too, and cuts it off; here they are refused.
    """
    rows, needed = arguments["input_dim"], tensor.bound
    if not tensor.is_whole:
        message = f"`{layer}` looks up whole numbers, and what goes into it is `{tensor.dtype}`"
        raise ShapeMismatch(message, "give it a text or a sequence, which are whole numbers; for others, use a `Dense`")
    if rows is None:
        message = f"`{layer}` does not know how many vectors to keep"
        raise ShapeMismatch(message, f"set `input_dim` to {needed or 'one more than the largest number'}")
    vectors = number(arguments, "input_dim")
    if needed is not None and needed > vectors:
        message = f"`{layer}` keeps {vectors} vectors, and the numbers that go into it need {needed}"
        raise ShapeMismatch(message, f"set `input_dim` to {needed} or more")
    width = number(arguments, "output_dim")
    # Without `tie_weights`, it keeps as many weights again, for the way back to the numbers.
    tables = 1 if arguments.get("tie_weights", True) else 2
    return Inferred(Tensor((*tensor.shape, width)), tables * vectors * width, 0)


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {layer: partial(_embedding, layer) for layer in ("Embedding", "ReversibleEmbedding")}
)
