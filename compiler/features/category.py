"""One of many texts: one-hot, embedded or hashed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from specrun.compiler import statistics
from specrun.compiler.data import Expected
from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import Assign, Call, Expression, From, Item, Literal, Operation, call, name
from specrun.compiler.features.kind import Facts, Recipe, vector
from specrun.compiler.language.fragments import COUNT, one_of
from specrun.compiler.language.options import entry_of, option, place
from specrun.compiler.reader.nodes import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One of many texts: `(batch, vocabulary + 1)` one-hot, `(batch, dim)` embedded, `(batch, bins)` hashed."""

    kind: ClassVar[str] = "category"
    plural: ClassVar[str] = "CATEGORIES"
    doc: ClassVar[str] = "One of many texts: one-hot, a trained embedding, or hashed into bins."

    encoding: str = option(
        "one_hot",
        schema=one_of("one_hot", "embedding", "hashing"),
        doc="`one_hot` (a column for each text of the training rows), `embedding` (a trained vector) or `hashing`.",
    )
    dim: int | None = option(None, schema=COUNT, doc="The length of the vector of an `embedding`; by default 8.")
    bins: int | None = option(None, schema=COUNT, doc="The number of bins of `hashing`; by default 64.")
    unknown: str = option(
        "own",
        schema=one_of("own", "zeros"),
        doc="A text that no training row has: `own` gives them one place of their own, `zeros` none (one-hot only).",
    )
    missing: str = option(
        "own",
        schema=one_of("own", "unknown", "error"),
        doc="A missing value: `own` makes it a text like any other, `unknown` one never seen, `error` allows none.",
    )
    place: Node | None = place()

    def expected(self, column: str, span: Span) -> Expected:
        return Expected(column, "category", span, missing_allowed=self.missing != "error")

    def conflicts(self) -> Iterator[tuple[str, str, str]]:
        """The options that contradict each other: the option, what is wrong, and what to do."""
        for key, encoding in (("dim", "embedding"), ("bins", "hashing")):
            if entry_of(self, key) is not None and self.encoding != encoding:
                hint = f"write `encoding: {encoding}`, or take it out"
                yield key, f"`{key}` means nothing to `{self.encoding}`", hint
        if self.unknown == "zeros" and self.encoding != "one_hot":
            yield "unknown", f"`zeros` means nothing to `{self.encoding}`", "write `unknown: own`"

    def filled(self, facts: Facts) -> Category:  # noqa: ARG002 - every kind is asked in the same way
        """The feature with what the defaults and the data say."""
        dim = (self.dim or 8) if self.encoding == "embedding" else None
        bins = (self.bins or 64) if self.encoding == "hashing" else None
        return replace(self, dim=dim, bins=bins)

    @property
    def trait(self) -> str:
        """What tells categories of this sort from others, as a script names them; empty for one-hot ones."""
        return {"hashing": "HASHED", "embedding": "EMBEDDED"}.get(self.encoding, "")

    def recipe(self, facts: Facts) -> Recipe:
        """How a column is encoded, once the feature is `filled`."""
        raw: Expression = Item(name("inputs"), name("name"))
        if self.encoding == "hashing":
            layer = call("keras.layers.Hashing", num_bins=Literal(self.bins), output_mode=Literal("one_hot"))
            return Recipe("string", Call(layer, (raw,)), vector(self.bins))
        vocabulary = statistics.vocabulary(facts.missing if self.missing == "unknown" else ())
        if self.encoding == "embedding":
            index = Call(call("keras.layers.StringLookup", vocabulary=name("vocabulary")), (raw,))
            rows = Operation("+", call("len", name("vocabulary")), Literal(1))  # one for what no training row has
            vectors = call("keras.layers.Embedding", rows, Literal(self.dim))
            steps = (Assign((name("vocabulary"),), vocabulary),)
            count = None if facts.distinct is None else (facts.distinct + 1) * (self.dim or 0)
            return Recipe("string", index, vector(self.dim), steps, vectors, count)
        lookup = call("keras.layers.StringLookup", vocabulary=vocabulary, output_mode=Literal("one_hot"))
        one_hot: Expression = Call(lookup, (raw,))
        known = facts.distinct
        if self.unknown == "zeros":
            return Recipe("string", From(one_hot, 1), vector(known, is_whole=True))
        return Recipe("string", one_hot, vector(None if known is None else known + 1, is_whole=True))
