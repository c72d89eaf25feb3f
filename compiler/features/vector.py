"""Vectors: so many numbers in each cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from specrun.compiler import statistics
from specrun.compiler.data import Expected, Lists
from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import Assign, Call, Expression, Function, Item, Literal, call, method, name
from specrun.compiler.features.kind import Facts, Recipe, vector
from specrun.compiler.features.lists import cells, frame_of, padded, parse
from specrun.compiler.language.fragments import COUNT, NUMBER, SEPARATOR, one_of, word_or
from specrun.compiler.language.options import option, place
from specrun.compiler.reader.nodes import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """Numbers side by side, of shape `(batch, size)`."""

    kind: ClassVar[str] = "vector"
    plural: ClassVar[str] = "VECTORS"
    doc: ClassVar[str] = "A list of `size` numbers in each cell, such as an embedding that was made elsewhere."

    size: int = option(schema=COUNT, doc="How many numbers each cell holds.")
    separator: str | None = option(
        None, schema=SEPARATOR, doc="What stands between the numbers of a cell that is one text; by default, blanks do."
    )
    normalize: str = option(
        "zscore",
        schema=one_of("zscore", "none"),
        doc="`zscore` (in each place, mean 0 and variance 1, by the training rows) or `none`.",
    )
    missing: str | float = option(
        "error",
        schema=word_or(["error", "mean"], NUMBER),
        doc="A missing value: the training rows' `mean` in each place, or a number in all; `error` allows none.",
    )
    place: Node | None = place()

    def expected(self, column: str, span: Span) -> Expected:
        return Expected(column, "vector", span, missing_allowed=self.missing != "error", lists=self._lists)

    def conflicts(self) -> Iterator[tuple[str, str, str]]:
        """The options that contradict each other: none do."""
        yield from ()

    def filled(self, facts: Facts) -> Vector:  # noqa: ARG002 - every kind is asked in the same way
        """The feature itself: its defaults stand."""
        return self

    @property
    def trait(self) -> str:
        """What tells vectors of this sort from others, as a script names them: nothing does."""
        return ""

    @property
    def _lists(self) -> Lists:
        return Lists(of_numbers=True, separator=self.separator, size=self.size)

    def recipe(self, facts: Facts) -> Recipe:
        """How a column is encoded, once the feature is `filled`."""
        value: Expression = Item(name("inputs"), name("name"))
        steps: list[Assign] = []
        if self.missing == "mean" or self.normalize != "none":
            steps.append(Assign((name("table"),), call("pandas.DataFrame", self._array("train"))))
        if self.missing != "error":
            steps.append(Assign((name("value"),), self._filled(value)))
            value = name("value")
        if self.normalize != "none":
            means, variances = statistics.means(name("table")), statistics.variances(name("table"))
            value = Call(call("keras.layers.Normalization", mean=means, variance=variances), (value,))
        return Recipe(
            "float32",
            value,
            vector(self.size),
            tuple(steps),
            row=(self.size,),
            raw=self._array("rows"),
            frame=frame_of(facts),
            parse=parse(self._lists, facts, may_miss=self.missing != "error"),
        )

    def _filled(self, value: Expression) -> Expression:
        stand_in: Expression = Literal(self.missing)
        if self.missing == "mean":
            stand_in = call("tensorflow.constant", statistics.means(name("table")))
        return call("keras.ops.where", call("keras.ops.isnan", value), stand_in, value)

    def _array(self, frame: str) -> Expression:
        """The cells as the rows of an array; those that are missing are NaN."""
        if self.missing != "error":
            return padded(cells(frame), self.size, of_numbers=True)
        return call("numpy.array", method(cells(frame), "tolist"), dtype=Function("float"))
