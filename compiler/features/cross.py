"""Crosses: categories taken together, hashed into buckets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from specrun.compiler.data import Expected
from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import Call, Expression, Item, Items, Literal, call, name
from specrun.compiler.features.kind import Facts, Recipe, vector
from specrun.compiler.language.fragments import COUNT, TEXT
from specrun.compiler.language.options import option, place
from specrun.compiler.reader.nodes import Node

_MANY = 2**31 - 1
"""Buckets enough for texts that stand together to have one of their own, nearly always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cross:
    """Two categories or more as one, `(batch, buckets)`: 1 in the bucket of the texts that stand together."""

    kind: ClassVar[str] = "cross"
    plural: ClassVar[str] = "CROSSES"
    doc: ClassVar[str] = "Categories taken together, hashed into buckets; its name is none of a column."
    missing: ClassVar[str] = "error"

    of: tuple[str, ...] = option(
        schema={"type": "array", "items": TEXT, "minItems": 2, "maxItems": 10, "uniqueItems": True},
        doc="The features that are crossed: categories, by their names.",
    )
    buckets: int = option(schema=COUNT, doc="The number of buckets; two pairs of texts may share one.")
    place: Node | None = place()

    def expected(self, column: str, span: Span) -> Expected:
        """What is expected of a column of that name, of which there is none."""
        return Expected(column, "category", span)

    def conflicts(self) -> Iterator[tuple[str, str, str]]:
        """The options that contradict each other: none do."""
        yield from ()

    def filled(self, facts: Facts) -> Cross:  # noqa: ARG002 - every kind is asked in the same way
        """The feature itself."""
        return self

    @property
    def trait(self) -> str:
        """What tells crosses of this sort from others, as a script names them: nothing does."""
        return ""

    def recipe(self, facts: Facts) -> Recipe:
        """How the inputs that `facts` names are crossed."""
        crossed: Expression
        crossed, *others, last = (Item(name("inputs"), Literal(column)) for column in facts.crossed)
        for other in others:  # Keras's layer takes two
            crossed = Call(call("keras.layers.HashedCrossing", Literal(_MANY)), (Items((crossed, other)),))
        layer = call("keras.layers.HashedCrossing", Literal(self.buckets), output_mode=Literal("one_hot"))
        one_hot = Call(layer, (Items((crossed, last)),))
        return Recipe("string", one_hot, vector(self.buckets), row=None, crossed=facts.crossed)
