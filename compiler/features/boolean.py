"""True or false, as one number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from specrun.compiler.data import Expected
from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import Call, Expression, Item, Literal, call, literals, name
from specrun.compiler.features.kind import Facts, Recipe, vector
from specrun.compiler.language.fragments import TEXT, one_of
from specrun.compiler.language.options import option, place
from specrun.compiler.reader.nodes import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Boolean:
    """One of two values, of shape `(batch, 1)`: 0 for the first, 1 for the second."""

    kind: ClassVar[str] = "boolean"
    plural: ClassVar[str] = "BOOLEANS"
    doc: ClassVar[str] = "One of two values, such as `NO` and `YES`: becomes 0 or 1."

    values: tuple[str, str] | None = option(
        None,
        schema={"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2},
        doc="The text for false and the text for true; by default the pair that the data hold (`NO`, `YES`).",
    )
    missing: str = option(
        "error",
        schema=one_of("error", "false", "true"),
        doc='What a missing value counts as, `"false"` or `"true"`; `error` allows none.',
    )
    place: Node | None = place()

    def expected(self, column: str, span: Span) -> Expected:
        return Expected(column, "boolean", span, missing_allowed=self.missing != "error", values=self.values or ())

    def conflicts(self) -> Iterator[tuple[str, str, str]]:
        """The options that contradict each other: the option, what is wrong, and what to do."""
        if self.values is not None and self.values[0] == self.values[1]:
            yield "values", "both `values` are the same", "write the text for false, then the text for true"

    def filled(self, facts: Facts) -> Boolean:
        """The feature with the pair of texts that the data hold."""
        return replace(self, values=self.values or facts.booleans)

    @property
    def trait(self) -> str:
        """What tells booleans of this sort from others, as a script names them: nothing does."""
        return ""

    def recipe(self, facts: Facts) -> Recipe:
        """How a column is encoded, once the feature is `filled`."""
        raw: Expression = Item(name("inputs"), name("name"))
        pair = self.values or ("false", "true")
        as_numbers = {"boolean": ("false", "true"), "integer": ("0", "1"), "number": ("0", "1")}
        if as_numbers.get(facts.physical) == tuple(text.lower() for text in pair):
            return Recipe("float32", self._filled(raw), vector(1))
        true = pair[1]
        counts_as_true = (true, *facts.missing) if self.missing == "true" else (true,)
        # What is not in the vocabulary has the index 0, which is false.
        index: Expression = Call(call("keras.layers.StringLookup", vocabulary=literals(counts_as_true)), (raw,))
        if len(counts_as_true) > 1:
            index = call("keras.ops.greater", index, Literal(0))
        return Recipe("string", call("keras.ops.cast", index, Literal("float32")), vector(1))

    def _filled(self, value: Expression) -> Expression:
        if self.missing == "error":
            return value
        stand_in = Literal(1.0 if self.missing == "true" else 0.0)
        return call("keras.ops.where", call("keras.ops.isnan", value), stand_in, value)
