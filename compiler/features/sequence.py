"""Sequences: lists of texts or of numbers, in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from specrun.compiler import statistics
from specrun.compiler.data import Expected, Lists
from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import (
    Assign,
    Call,
    Expression,
    Item,
    Literal,
    Operation,
    call,
    method,
    name,
)
from specrun.compiler.features.kind import Facts, Recipe
from specrun.compiler.features.lists import cells, frame_of, padded, parse
from specrun.compiler.language.fragments import COUNT, SEPARATOR, one_of
from specrun.compiler.language.options import entry_of, option, place
from specrun.compiler.reader.nodes import Node
from specrun.compiler.tensor import Tensor

_VOCABULARY = 10_000
_ONLY_OF = {"vocabulary": "category", "unknown": "category", "normalize": "number"}
"""The options that are about one sort of items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A list in its order: `(batch, length)` whole numbers for an `Embedding`, or `(batch, length, 1)` numbers."""

    kind: ClassVar[str] = "sequence"
    plural: ClassVar[str] = "SEQUENCES"
    doc: ClassVar[str] = "A list of texts or numbers in each cell, in its order: for an `Embedding`, or an `LSTM`."

    length: int = option(schema=COUNT, doc="The items of a sequence: a shorter one is padded behind, a longer one cut.")
    of: str = option(
        "category",
        schema=one_of("category", "number"),
        doc="The items: of a `category` each text has a whole number, from 2 on, and a `number` is one itself.",
    )
    separator: str | None = option(
        None, schema=SEPARATOR, doc="What stands between the items of a cell that is one text; by default, blanks do."
    )
    vocabulary: int | None = option(
        None,
        schema={**COUNT, "minimum": 3},
        doc="How many texts there are at most: padding, the unknown, the training rows' most frequent; default 10,000.",
    )
    unknown: str | None = option(
        None,
        schema=one_of("own", "padding"),
        doc="A text that no training row has: `own`, the default, makes it 1, and `padding` 0, as if it was not there.",
    )
    normalize: str | None = option(
        None,
        schema=one_of("zscore", "none"),
        doc="For numbers: `zscore` (mean 0, variance 1, padding is 0), which is the default, or `none`.",
    )
    cut: str = option("end", schema=one_of("start", "end"), doc="Where a sequence is cut that is too long.")
    missing: str = option(
        "empty", schema=one_of("empty", "error"), doc="A missing value: `empty` makes it a sequence of padding alone."
    )
    place: Node | None = place()

    def expected(self, column: str, span: Span) -> Expected:
        return Expected(column, "sequence", span, missing_allowed=self.missing != "error", lists=self._lists)

    def conflicts(self) -> Iterator[tuple[str, str, str]]:
        """The options that contradict each other: the option, what is wrong, and what to do."""
        for key, sort in _ONLY_OF.items():
            if entry_of(self, key) is not None and self.of != sort:
                message = f"`{key}` means nothing to a sequence whose items are a `{self.of}`"
                yield key, message, f"write `of: {sort}`, or take it out"

    def filled(self, facts: Facts) -> Sequence:  # noqa: ARG002 - every kind is asked in the same way
        """The feature with what the defaults say of its items."""
        if self.of == "number":
            return replace(self, vocabulary=None, unknown=None, normalize=self.normalize or "zscore")
        return replace(self, vocabulary=self.vocabulary or _VOCABULARY, unknown=self.unknown or "own", normalize=None)

    @property
    def trait(self) -> str:
        """What tells sequences of this sort from others, as a script names them; empty for those of categories."""
        return "SEQUENCES_OF_NUMBERS" if self.of == "number" else ""

    @property
    def _lists(self) -> Lists:
        return Lists(of_numbers=self.of == "number", separator=self.separator)

    def recipe(self, facts: Facts) -> Recipe:
        """How a column is encoded, once the feature is `filled`."""
        read = parse(self._lists, facts, may_miss=self.missing != "error")
        make = self._numbers if self.of == "number" else self._texts
        return replace(make(), row=(self.length,), raw=self._padded("rows"), frame=frame_of(facts), parse=read)

    def _texts(self) -> Recipe:
        size = self.vocabulary or _VOCABULARY
        tensor = Tensor((None, self.length), "int64", size)
        vocabulary = name("vocabulary")
        lookup = Call(call("keras.layers.StringLookup", vocabulary=vocabulary, mask_token=Literal("")), (_INPUT,))
        if self.unknown == "own":
            return Recipe("string", lookup, tensor, (Assign((vocabulary,), statistics.items(size - 2)),))
        # The lookup gives 0 for padding and 1 for what it does not know, and counts on.
        tokens = name("tokens")
        steps = (Assign((vocabulary,), statistics.items(size - 1)), Assign((tokens,), lookup))
        known = call("keras.ops.maximum", Operation("-", tokens, Literal(1)), Literal(0))
        return Recipe("string", known, tensor, steps)

    def _numbers(self) -> Recipe:
        scaled: Expression = _INPUT
        steps: tuple[Assign, ...] = ()
        if self.normalize != "none":
            known = name("known")
            steps = (Assign((known,), call("pandas.Series", method(self._padded("train"), "ravel"))),)
            mean, variance = statistics.mean(known), statistics.variance(known)
            scaled = Call(call("keras.layers.Normalization", mean=mean, variance=variance), (_INPUT,))
            steps = (*steps, Assign((name("scaled"),), scaled))
            scaled = name("scaled")
        filled = call("keras.ops.where", call("keras.ops.isnan", scaled), Literal(0.0), scaled)
        column = call("keras.ops.expand_dims", filled, Literal(-1))
        return Recipe("float32", column, Tensor((None, self.length, 1)), steps)

    def _padded(self, frame: str) -> Expression:
        return padded(cells(frame), self.length, self.cut, of_numbers=self.of == "number")


_INPUT: Expression = Item(name("inputs"), name("name"))
