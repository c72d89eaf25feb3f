"""What a kind of feature has to say about a column."""

from __future__ import annotations

from dataclasses import dataclass

from specrun.compiler.expressions import Assign, Call, Expression
from specrun.compiler.tensor import Dimension


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a column of the data.

    `physical` is the type that the file gives its values ("text", "integer", "number", "boolean"); `missing` the texts
    that stand for a missing value; `booleans` the false and the true text found in a boolean column; `distinct` the
    number of different texts in the training rows, None where nobody counted. `wide` says that some whole number is
    beyond 64 bits.
    """

    physical: str = "text"
    missing: tuple[str, ...] = ("",)
    booleans: tuple[str, str] | None = None
    distinct: int | None = None
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a column is encoded, as in `specrun.compiler.plan.FeatureGroup`; `width` None: only the data can tell.

    `is_whole` says that the encoding gives whole numbers, not floats. `parameters` counts those of the embedding.
    """

    dtype: str
    encoding: Expression
    width: Dimension
    steps: tuple[Assign, ...] = ()
    embedding: Call | None = None
    is_whole: bool = False
    parameters: Dimension = 0
