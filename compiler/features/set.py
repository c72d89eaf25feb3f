"""Sets of labels: which of them a cell holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from specrun.compiler import statistics
from specrun.compiler.data import Expected, Lists
from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import Assign, Call, Expression, From, Item, Literal, call, name
from specrun.compiler.features.kind import Facts, Recipe, vector
from specrun.compiler.features.lists import cells, frame_of, padded, parse
from specrun.compiler.language.fragments import SEPARATOR, one_of
from specrun.compiler.language.options import option, place
from specrun.compiler.reader.nodes import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """Labels in no order: `(batch, labels + 1)`, 1 in the place of each label that the cell holds."""

    kind: ClassVar[str] = "set"
    plural: ClassVar[str] = "SETS"
    doc: ClassVar[str] = "A set of labels in each cell, such as tags: one column a label, 1 where the cell holds it."

    separator: str | None = option(
        None, schema=SEPARATOR, doc="What stands between the labels of a cell that is one text; by default, blanks do."
    )
    unknown: str = option(
        "own",
        schema=one_of("own", "ignore"),
        doc="A label that no training row has: `own` gives them one place of their own, `ignore` none.",
    )
    missing: str = option(
        "empty", schema=one_of("empty", "error"), doc="A missing value: `empty` makes it the set without labels."
    )
    place: Node | None = place()

    def expected(self, column: str, span: Span) -> Expected:
        return Expected(column, "set", span, missing_allowed=self.missing != "error", lists=self._lists)

    def conflicts(self) -> Iterator[tuple[str, str, str]]:
        """The options that contradict each other: none do."""
        yield from ()

    def filled(self, facts: Facts) -> Set:  # noqa: ARG002 - every kind is asked in the same way
        """The feature itself: its defaults stand."""
        return self

    @property
    def trait(self) -> str:
        """What tells sets of this sort from others, as a script names them: nothing does."""
        return ""

    @property
    def _lists(self) -> Lists:
        return Lists(of_numbers=False, separator=self.separator)

    def recipe(self, facts: Facts) -> Recipe:
        """How a column is encoded, once the feature is `filled`."""
        vocabulary = name("vocabulary")
        options = {"mask_token": Literal(""), "output_mode": Literal("multi_hot")}
        lookup = call("keras.layers.StringLookup", vocabulary=vocabulary, **options)
        held: Expression = Call(lookup, (Item(name("inputs"), name("name")),))
        width = None if facts.distinct is None else facts.distinct + 1
        if self.unknown == "ignore":
            held, width = From(held, 1), facts.distinct
        return Recipe(
            "string",
            held,
            vector(width, is_whole=True),
            (Assign((vocabulary,), statistics.labels()),),
            row=(None,),
            raw=padded(cells("rows")),
            frame=frame_of(facts),
            parse=parse(self._lists, facts, may_miss=self.missing != "error"),
        )
