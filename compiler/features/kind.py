"""What a kind of feature has to say about a column."""

from __future__ import annotations

from dataclasses import dataclass

from specrun.compiler.expressions import Call, Expression, Item, Items, Statement, method, name
from specrun.compiler.tensor import Dimension, Tensor

RAW: Expression = method(Item(name("rows"), Items((name("name"),))), "to_numpy")
"""The raw values of a column of a data frame, of shape `(rows, 1)`."""

VALUES = name("values")
"""A column as it was read, which a recipe's `parse` is an expression of."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a column of the data.

    `physical` is the type that the file gives its values ("text", "integer", "number", "boolean", "list"); `missing`
    are the texts that stand for a missing value, `booleans` the false and the true text found in a boolean column;
    `distinct` is the number of different texts in the training rows, None where nobody counted. `wide` says that some
    whole number is beyond 64 bits; `finest` what tells datetimes apart: a "month", a "day" or a "time" of the day.
    `decimal` is the decimal mark of the file; `crossed` names the inputs of the categories that a cross takes together.
    """

    physical: str = "text"
    missing: tuple[str, ...] = ("",)
    booleans: tuple[str, str] | None = None
    distinct: int | None = None
    wide: bool = False
    finest: str | None = None
    decimal: str = "."
    crossed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a column is encoded, as in `specrun.compiler.plan.FeatureGroup`.

    A row of the raw input has the shape `row` and the type `dtype`; in the data frame, the column has the type `frame`
    ("string", "float32"; None: that of the input). `raw` is the expression of the data frame `rows`
    and of the column's `name` that gives the values. A recipe without `row` has no input of its own, but is made of the
    inputs `crossed`. `tensor` is what
    comes out, of the embedding where there is one; `parameters` counts those of the embedding. `parse`, an expression
    of `VALUES`, gives what the data frame holds, where that is not what was read. `comment` is for readers of a script.
    """

    dtype: str
    encoding: Expression
    tensor: Tensor
    steps: tuple[Statement, ...] = ()
    embedding: Call | None = None
    parameters: Dimension = 0
    row: tuple[Dimension, ...] | None = (1,)
    raw: Expression = RAW
    frame: str | None = None
    parse: Expression | None = None
    comment: str = ""
    crossed: tuple[str, ...] = ()


def vector(width: Dimension, *, is_whole: bool = False) -> Tensor:
    """One vector a row: of floats, or of the whole numbers that Keras gives for one-hot encodings."""
    return Tensor((None, width), "int64" if is_whole else "float32")
