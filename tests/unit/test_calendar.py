"""The parts of a moment: the arithmetic of the script agrees with Python's own calendar, whatever the moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from specrun.compiler.arithmetic import arithmetic
from specrun.compiler.expressions import name
from specrun.compiler.features.calendar import calendar_steps
from specrun.compiler.features.datetime import PARTS
from specrun.compiler.script.printer import Printer
from specrun.runtime.evaluate import Evaluator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parts_of(moment: datetime) -> list[int]:
    """The parts as Python has them."""
    return [
        moment.year,
        moment.month,
        moment.day,
        moment.timetuple().tm_yday,
        moment.weekday(),
        moment.hour,
        moment.minute,
        moment.second,
    ]


def calculated(moments: list[datetime]) -> list[list[int]]:
    """The parts as the script's arithmetic has them."""
    evaluator = Evaluator(Path())
    seconds = [(moment - EPOCH) // timedelta(seconds=1) for moment in moments]
    evaluator.variables["moment"] = np.array(seconds, "int64")
    for step in calendar_steps(PARTS, name("moment")):
        evaluator.execute(step)
    found: list[list[int]] = np.stack([evaluator.variables[part] for part in PARTS], axis=1).tolist()
    return found


def test_every_day_of_five_centuries() -> None:
    days = [datetime(1800, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(500 * 366)]
    assert calculated(days) == [parts_of(day) for day in days]


def test_random_moments_of_all_the_years_that_python_knows() -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    chance = np.random.default_rng(0)
    seconds = chance.integers(0, (last - first) // timedelta(seconds=1), 50_000)
    moments = [first, last, *(first + timedelta(seconds=int(second)) for second in seconds)]
    assert calculated(moments) == [parts_of(moment) for moment in moments]


@pytest.mark.parametrize(
    ("parts", "lines"),
    [
        (("minute", "second"), ["minute = m % 3600 // 60", "second = m % 60"]),
        (("weekday",), ["days = m // 86400", "weekday = (days + 3) % 7"]),
        (
            ("month",),
            [
                "days = m // 86400",
                "centuries = 4 * (days + 719468) + 3",
                "years = 4 * (centuries % 146097 // 4) + 3",
                "months = 5 * (years % 1461 // 4) + 2",
                "month = (months // 153 + 2) % 12 + 1",
            ],
        ),
    ],
)
def test_only_what_a_part_needs_is_written(parts: tuple[str, ...], lines: list[str]) -> None:
    assert [Printer().statement(step) for step in calendar_steps(parts, name("m"))] == lines


@pytest.mark.parametrize("formula", ["a if b else 1", "a ** 2", "print(1)", "a.b", "'a'", "-a", "1.5 + a", "a @ b"])
def test_what_is_no_arithmetic_is_refused(formula: str) -> None:
    with pytest.raises(ValueError, match="not arithmetic"):
        arithmetic(formula)
