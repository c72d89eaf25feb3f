"""Write `bakery.csv`, three synthetic years of a bakery, beside this file.

Every loaf is invented. The bytes depend on `SEED` alone: `random()` is the one source of chance, because it is the only
method of `Random` whose numbers Python promises to keep from version to version.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from math import cos, pi
from pathlib import Path
from random import Random

SEED = 29
FIRST, LAST = date(2022, 1, 1), date(2024, 12, 31)

LOAVES = (196, 204, 212, 224, 262, 330, 148)
"""How many are sold on an ordinary Monday, Tuesday, …"""

HOLIDAYS = ((2, 5, 9), (4, 1, 12), (7, 20, 42), (10, 24, 9), (12, 22, 14))
"""When the schools are closed: month, day, how many days."""

Row = dict[str, str]


def around(random: Random, middle: float, most: float) -> float:
    """A number near the middle, at most `most` away from it."""
    return middle + (random.random() + random.random() - 1) * most


def is_holiday(day: date) -> bool:
    """Whether the schools are closed; a holiday in winter goes on into the next year."""
    begins = [date(year, month, first) for year in (day.year - 1, day.year) for month, first, _ in HOLIDAYS]
    lengths = [length for _ in range(2) for _, _, length in HOLIDAYS]
    return any(0 <= (day - begin).days < length for begin, length in zip(begins, lengths, strict=True))


def days() -> Iterator[Row]:
    """The rows, their columns in the file's order."""
    random, mood, warm = Random(SEED), 0.0, 0.0
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        year = cos(2 * pi * (day.timetuple().tm_yday - 15) / 365.25)  # 1 in the middle of January, -1 in July
        warm = 0.7 * warm + around(random, 0, 4)
        mood = 0.6 * mood + around(random, 0, 0.08)
        degrees = 10.5 - 9.5 * year + warm
        loaves = LOAVES[day.weekday()] * (1 + 0.12 * year + mood + number / 5000) - 1.5 * max(degrees - 22, 0)
        holiday = is_holiday(day)
        yield {
            "Day": day.isoformat(),
            "Degrees": "" if random.random() < 0.01 else f"{round(degrees, 1) + 0:.1f}",
            "Holiday": "yes" if holiday else "no",
            "Loaves": str(round(loaves * (0.8 if holiday else 1))),
        }


def table() -> bytes:
    """The whole file: a header, a comma between the cells, ASCII."""
    rows = list(days())
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("ascii")


if __name__ == "__main__":
    Path(__file__).with_name("bakery.csv").write_bytes(table())
