"""Numbers: filled, clipped, then scaled or put into buckets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from specrun.compiler import statistics
from specrun.compiler.data import Expected
from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import Assign, Call, Expression, Item, Literal, call, literals, name
from specrun.compiler.features.kind import Facts, Recipe, vector
from specrun.compiler.language.fragments import NUMBER, one_of, word_or
from specrun.compiler.language.options import option, place
from specrun.compiler.reader.nodes import Node

_LARGEST = 1e30
_BOUND = {"type": ["number", "null"], "minimum": -1e30, "maximum": 1e30}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A quantity, of shape `(batch, 1)`, or `(batch, buckets + 1)` where it is put into buckets."""

    kind: ClassVar[str] = "number"
    plural: ClassVar[str] = "NUMBERS"
    doc: ClassVar[str] = "A quantity: scaled by the statistics of the training rows, or put into buckets."

    missing: str | float = option(
        "error",
        schema=word_or(["error", "mean", "median"], NUMBER),
        doc="What a missing value becomes: the training rows' mean or median, or a number; `error` allows none.",
    )
    normalize: str = option(
        "zscore",
        schema=one_of("zscore", "minmax", "robust", "none"),
        doc="`zscore` (mean 0, variance 1), `minmax` (0 to 1), `robust` (median 0, quartiles 1 apart) or `none`.",
    )
    clip: tuple[float | None, float | None] | None = option(
        None,
        schema={"type": "array", "items": _BOUND, "minItems": 2, "maxItems": 2},
        doc="The smallest and the largest value, `null` for none; what lies beyond is moved there.",
    )
    buckets: tuple[float, ...] | None = option(
        None,
        schema={"type": "array", "items": NUMBER, "minItems": 1, "maxItems": 10_000},
        doc="The bounds of buckets, rising; the feature becomes one column a bucket in place of a scaled number.",
    )
    place: Node | None = place()

    def expected(self, column: str, span: Span) -> Expected:
        return Expected(column, "number", span, missing_allowed=self.missing != "error")

    def conflicts(self) -> Iterator[tuple[str, str, str]]:
        """The options that contradict each other: the option, what is wrong, and what to do."""
        lower, upper = self.clip or (None, None)
        if lower is not None and upper is not None and lower >= upper:
            yield "clip", f"`clip` goes from {lower:g} to {upper:g}", "write the smaller bound first"
        if any(a >= b for a, b in pairwise(self.buckets or ())):
            yield "buckets", "the bounds of `buckets` do not rise", "sort them, each once"

    def filled(self, facts: Facts) -> Number:  # noqa: ARG002 - every kind is asked in the same way
        """The feature itself: its defaults stand, and it needs nothing of the data but statistics."""
        return self

    def recipe(self, facts: Facts) -> Recipe:  # noqa: ARG002
        """How a column is encoded."""
        raw: Expression = Item(name("inputs"), name("name"))
        steps: list[Assign] = []
        training_values = statistics.COLUMN
        if self.clip is not None and self._learns:
            training_values = name("known")
            steps.append(Assign((training_values,), statistics.clipped(*self.clip)))
        value = self._clipped(self._filled(raw, training_values))
        if value is not raw:
            steps.append(Assign((name("value"),), value))
            value = name("value")
        if self.buckets is not None:
            width = vector(len(self.buckets) + 1)
            return Recipe("float32", Call(self._bucketing(self.buckets), (value,)), width, tuple(steps))
        return Recipe("float32", self._scaled(value, training_values), vector(1), tuple(steps))

    @property
    def trait(self) -> str:
        """What tells numbers of this sort from others, as a script names them; empty for plain ones."""
        if self.buckets is not None:
            return "BUCKETED"
        return "CLIPPED" if self.clip is not None else "FILLED" if self.missing != "error" else ""

    @property
    def _learns(self) -> bool:
        """Whether anything about the column is learnt from the training rows."""
        return self.missing in ("mean", "median") or (self.buckets is None and self.normalize != "none")

    def _filled(self, value: Expression, training_values: Expression) -> Expression:
        if self.missing == "error":
            return value
        stand_in: Expression = Literal(self.missing)
        if isinstance(self.missing, str):
            learnt = {"mean": statistics.mean, "median": statistics.median}[self.missing]
            stand_in = call("float", learnt(training_values))
        return call("keras.ops.where", call("keras.ops.isnan", value), stand_in, value)

    def _clipped(self, value: Expression) -> Expression:
        if self.clip is None:
            return value
        # Keras's clip wants both bounds.
        lower, upper = (
            Literal(float(bound if bound is not None else limit))
            for bound, limit in zip(self.clip, (-_LARGEST, _LARGEST), strict=True)
        )
        return call("keras.ops.clip", value, lower, upper)

    def _bucketing(self, bounds: tuple[float, ...]) -> Call:
        return call("keras.layers.Discretization", bin_boundaries=literals(bounds), output_mode=Literal("one_hot"))

    def _scaled(self, value: Expression, training_values: Expression) -> Expression:
        if self.normalize == "none":
            return value
        centre, squared_scale = {
            "zscore": (statistics.mean, statistics.variance),
            "minmax": (statistics.minimum, statistics.squared_range),
            "robust": (statistics.median, statistics.squared_quartile_range),
        }[self.normalize]
        # Normalization divides by the root of its variance, and guards against 0: any squared scale may stand there.
        layer = call(
            "keras.layers.Normalization", mean=centre(training_values), variance=squared_scale(training_values)
        )
        return Call(layer, (value,))
