"""The parts of a moment, by arithmetic on whole seconds: exact for every year of the Gregorian calendar."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.compiler.arithmetic import arithmetic
from specrun.compiler.expressions import Assign, Expression, mentions, name, substituted

CALENDAR = "Moments are seconds since 1970; for the calendar, years begin in March, so that a leap day ends its year"
"""What a script says of these steps."""

_MOMENT = name("moment")
_FORMULAS = {
    # Of four times the days since 1 March of the year 0, so that centuries and years come out whole: quarters of a day.
    "days": "moment // 86400",
    "centuries": "4 * (days + 719468) + 3",
    "years": "4 * (centuries % 146097 // 4) + 3",
    "months": "5 * (years % 1461 // 4) + 2",
    "year": "centuries // 146097 * 100 + years // 1461 + months // 1530",
    "month": "(months // 153 + 2) % 12 + 1",
    "day": "months % 153 // 5 + 1",
    "past": "year - 1",
    "dayofyear": "days + 719163 - 365 * past - past // 4 + past // 100 - past // 400",
    "weekday": "(days + 3) % 7",
    "hour": "moment % 86400 // 3600",
    "minute": "moment % 3600 // 60",
    "second": "moment % 60",
}
_STEPS = {part: arithmetic(formula) for part, formula in _FORMULAS.items()}


def calendar_steps(parts: Iterable[str], moment: Expression) -> tuple[Assign, ...]:
    """The steps that make variables of the parts of a moment: months and days from 1, weekdays from Monday as 0."""
    needed = set(parts)
    for variable in reversed(_STEPS):
        needed |= _variables(_STEPS[variable]) if variable in needed else set()
    return tuple(
        Assign((name(variable),), substituted(value, _MOMENT, moment))
        for variable, value in _STEPS.items()
        if variable in needed
    )


def _variables(expression: Expression) -> set[str]:
    return {variable for variable in _STEPS if mentions(expression, name(variable))}
