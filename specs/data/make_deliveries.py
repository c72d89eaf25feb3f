"""Write `deliveries.csv`, a synthetic table of parcels that were delivered, beside this file.

Every parcel is invented. The bytes depend on `SEED` alone: `random()` is the one source of chance, because it is the
only method of `Random` whose numbers Python promises to keep from version to version.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from random import Random

SEED = 13
PARCELS = 800

VEHICLES = (("van", 50), ("cargo bike", 35), ("on foot", 15))
WEEKDAYS = [(day, 1) for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat")]

# Minutes a kilometre, and the longest way in kilometres.
MINUTES = {"van": 2.4, "cargo bike": 4.5, "on foot": 12.0}
LONGEST = {"van": 14.0, "cargo bike": 6.0, "on foot": 1.5}
RUSH_HOURS = (8, 9, 16, 17, 18)
MOODS = ("annoyed", "content", "delighted")

Row = dict[str, str]


def pick(random: Random, weighted: Sequence[tuple[str, int]]) -> str:
    """One of the words, as often as its weight says."""
    place = random.random() * sum(weight for _, weight in weighted)
    for word, weight in weighted:
        place -= weight
        if place < 0:
            return word
    return weighted[-1][0]


def around(random: Random, middle: float, most: float) -> float:
    """A number near the middle, at most `most` away from it."""
    return middle + (random.random() + random.random() - 1) * most


def mood(random: Random, minutes: float, promised: int, *, intact: bool) -> str:
    """How the receiver took it: what was late or broken annoys, what was early delights."""
    points = around(random, (promised - minutes) / 10 + (0 if intact else -3), 1)
    return MOODS[0] if points < -1 else MOODS[2] if points > 1.2 else MOODS[1]


def parcel(random: Random) -> Row:
    """One row, its columns in the file's order."""
    vehicle, day, hour = pick(random, VEHICLES), pick(random, WEEKDAYS), 8 + int(random.random() * 12)
    km = round(0.3 + random.random() * (LONGEST[vehicle] - 0.3), 1)
    kilos = round(0.2 + random.random() * random.random() * 20, 1)
    floor = int(random.random() * 6)
    is_slow = vehicle == "van" and hour in RUSH_HOURS and day != "Sat"
    minutes = 4 + km * MINUTES[vehicle] * (1.8 if is_slow else 1) + floor * (0.5 + kilos / 8)
    minutes = around(random, minutes, 4 + minutes / 5)
    promised = 15 + 5 * int(random.random() * 8)
    intact = random.random() < 0.95
    return {
        "Vehicle": vehicle,
        "Weekday": day,
        "Hour": str(hour),
        "Distance in km": str(km),
        "Weight in kg": str(kilos),
        "Floor": str(floor),
        "Promised minutes": str(promised),
        "Minutes": f"{minutes:.1f}",
        "Late": "yes" if minutes > promised else "no",
        "Mood": mood(random, minutes, promised, intact=intact),
    }


def table() -> bytes:
    """The whole file: a header, a comma between the cells, ASCII."""
    random = Random(SEED)
    rows = [parcel(random) for _ in range(PARCELS)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("ascii")


if __name__ == "__main__":
    Path(__file__).with_name("deliveries.csv").write_bytes(table())
