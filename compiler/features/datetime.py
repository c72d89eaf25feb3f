"""Moments in time, as parts of the calendar and of the clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from specrun.compiler import statistics
from specrun.compiler.data import ISO_FORMAT, Expected, fault_of_format
from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import (
    Assign,
    Attribute,
    Call,
    Expression,
    Function,
    Item,
    Items,
    Literal,
    Operation,
    Statistic,
    call,
    literals,
    method,
    name,
)
from specrun.compiler.features.calendar import CALENDAR, calendar_steps
from specrun.compiler.features.kind import VALUES, Facts, Recipe, vector
from specrun.compiler.language.fragments import FLAG, one_of
from specrun.compiler.language.options import option, place
from specrun.compiler.reader.nodes import Node

CYCLES = {"month": 12, "day": 31, "dayofyear": 366, "weekday": 7, "hour": 24, "minute": 60, "second": 60}
"""The parts that go round, and after how many steps."""

PARTS = ("year", *CYCLES)
_PANDAS = {"dayofyear": "day_of_year", "weekday": "day_of_week"}
_PARTS_OF = {"month": ("year", "month"), "day": ("year", "month", "day", "weekday")}
_SECONDS: Expression = method(
    method(Item(name("rows"), Items((name("name"),))), "astype", Literal("int64")), "to_numpy"
)
_NO_MOMENT = Attribute(call("numpy.iinfo", Literal("int64")), "min")
"""What NumPy makes of a missing moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Datetime:
    """A moment, of shape `(batch, width)`: two numbers for each part that goes round, one for each other.

    Its raw input is the whole number of seconds since 1970-01-01 in UTC.
    """

    kind: ClassVar[str] = "datetime"
    plural: ClassVar[str] = "DATETIMES"
    doc: ClassVar[str] = (
        "A date, with or without a time: becomes its parts, such as the month and the weekday. The saved model takes it"
        " as the whole number of seconds since 1970-01-01 in UTC."
    )

    parts: tuple[str, ...] | None = option(
        None,
        schema={"type": "array", "items": one_of(*PARTS), "minItems": 1, "uniqueItems": True},
        doc="What goes into the network, in UTC; by default `year` and `month`, with `day` and `weekday` where the data"
        " tell days apart, and `hour` where they tell times of the day apart.",
    )
    cyclic: bool = option(
        True,
        schema=FLAG,
        doc="Whether a part that goes round (all but the year) becomes its sine and cosine: December is near January.",
    )
    normalize: str = option(
        "zscore",
        schema=one_of("zscore", "none"),
        doc="What becomes of the parts that are no sine and cosine: `zscore` (mean 0, variance 1) or `none`.",
    )
    format: str | None = option(
        None,
        schema={"type": "string", "minLength": 2, "maxLength": 100},
        doc="How dates are written, as Python's `strptime` has it (`%d.%m.%Y`); by default in ISO form (`2024-01-31`).",
    )
    missing: str = option(
        "error",
        schema=one_of("error", "mean", "median"),
        doc="What a missing date becomes: the training rows' mean or median; `error` allows none.",
    )
    place: Node | None = place()

    def expected(self, column: str, span: Span) -> Expected:
        allowed = self.missing != "error"
        return Expected(column, "datetime", span, missing_allowed=allowed, format=self.format or ISO_FORMAT)

    def conflicts(self) -> Iterator[tuple[str, str, str]]:
        """The options that contradict each other: the option, what is wrong, and what to do."""
        fault = fault_of_format(self.format) if self.format is not None else None
        if fault is not None:
            yield "format", f"`{self.format}` is no format of dates: {fault}", "write one such as `%d.%m.%Y %H:%M`"

    def filled(self, facts: Facts) -> Datetime:
        """The feature with the parts that tell its moments apart."""
        return replace(self, parts=self.parts or _PARTS_OF.get(facts.finest or "", (*_PARTS_OF["day"], "hour")))

    @property
    def trait(self) -> str:
        """What tells datetimes of this sort from others, as a script names them: nothing does."""
        return ""

    def recipe(self, facts: Facts) -> Recipe:
        """How a column is encoded, once the feature is `filled`."""
        raw: Expression = Item(name("inputs"), name("name"))
        parts = self.parts or PARTS
        turning = tuple(part for part in parts if self.cyclic and part in CYCLES)
        others = tuple(part for part in parts if part not in turning)
        steps: list[Assign] = []
        if self.missing != "error":
            steps.append(Assign((name("moment"),), self._filled(raw)))
            raw = name("moment")
        steps += calendar_steps(parts, raw)
        columns = [self._scaled(part) for part in others]
        if turning:
            steps.append(Assign((name("angles"),), _angles(turning)))
            columns = [call("keras.ops.sin", name("angles")), call("keras.ops.cos", name("angles")), *columns]
        return Recipe(
            "int64",
            columns[0] if len(columns) == 1 else Call(call("keras.layers.Concatenate"), (Items(tuple(columns)),)),
            vector(2 * len(turning) + len(others)),
            tuple(steps),
            raw=_SECONDS,
            frame="datetime",
            parse=self._parse(facts.missing),
            comment=CALENDAR if {"year", "month", "day", "dayofyear"} & set(parts) else "",
        )

    def _parse(self, missing: tuple[str, ...]) -> Expression:
        """The moments of a column that holds them as texts or as pandas' own, whole seconds in UTC."""
        known: Expression = VALUES
        if self.missing != "error":
            known = method(VALUES, "replace", literals(missing), Function("numpy.nan"))
        moments = call("pandas.to_datetime", known, format=Literal(self.format or ISO_FORMAT), utc=Literal(True))
        return method(Attribute(moments, "dt"), "as_unit", Literal("s"))

    def _filled(self, moment: Expression) -> Expression:
        seconds = method(method(statistics.COLUMN, "dropna"), "astype", Literal("int64"))
        learnt = {"mean": statistics.mean, "median": statistics.median}[self.missing]
        is_missing = call("keras.ops.equal", moment, _NO_MOMENT)
        return call("keras.ops.where", is_missing, call("int", learnt(seconds)), moment)

    def _scaled(self, part: str) -> Expression:
        if self.normalize == "none":
            return call("keras.ops.cast", name(part), Literal("float32"))
        values = Attribute(Attribute(statistics.COLUMN, "dt"), _PANDAS.get(part, part))
        mean, variance = (_of_part(part, learn(values)) for learn in (statistics.mean, statistics.variance))
        return Call(call("keras.layers.Normalization", mean=mean, variance=variance), (name(part),))


def _of_part(part: str, statistic: Statistic) -> Statistic:
    """A statistic of one part of a column, which has others of other parts."""
    return replace(statistic, kind=f"{part}_{statistic.kind}")


def _angles(parts: tuple[str, ...]) -> Expression:
    """How far each part has gone round, as angles side by side."""
    circle = Operation("*", Literal(2), Function("numpy.pi"))
    if len(parts) == 1:
        return Operation("/", Operation("*", circle, name(parts[0])), Literal(CYCLES[parts[0]]))
    turns = tuple(Operation("/", name(part), Literal(CYCLES[part])) for part in parts)
    return Operation("*", circle, Call(call("keras.layers.Concatenate"), (Items(turns),)))
