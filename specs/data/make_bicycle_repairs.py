"""Write `bicycle_repairs.csv`, a synthetic table of bicycle repairs, beside this file.

Every bicycle is invented. The bytes depend on `SEED` alone: `random()` is the one source of chance, because it is the
only method of `Random` whose numbers Python promises to keep from version to version.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path
from random import Random

SEED = 11
REPAIRS = 800

KINDS = (("city", 40), ("touring", 25), ("mountain", 20), ("racing", 15))
PARTS = ("brake pads", "cable", "chain", "light", "tyre")

# How soon each part wears out on each kind of bicycle, in kilometres; a light goes out with the years.
WEAR = {
    "brake pads": {"city": 2600, "touring": 3600, "mountain": 1300, "racing": 5200},
    "cable": {"city": 5200, "touring": 6500, "mountain": 3900, "racing": 7800},
    "chain": {"city": 3900, "touring": 3300, "mountain": 2000, "racing": 4600},
    "tyre": {"city": 5200, "touring": 4600, "mountain": 2600, "racing": 2300},
}
LIGHT_YEARS = {"city": 6, "touring": 5, "mountain": 30, "racing": 30}
WET = 1.6
"""How much faster brake pads, cable and chain wear out where it is wet."""

Row = dict[str, str]


def pick(random: Random, weighted: Sequence[tuple[str, int]]) -> str:
    """One of the words, as often as its weight says."""
    place = random.random() * sum(weight for _, weight in weighted)
    for word, weight in weighted:
        place -= weight
        if place < 0:
            return word
    return weighted[-1][0]


def is_worn(random: Random, used: float) -> bool:
    """Whether a part is replaced of whose life so many parts are `used`: half of them at 1, rarely long before it."""
    return random.random() < 1 / (1 + math.exp(-9 * (used - 1)))


def replaced(random: Random, kind: str, years: int, km: int, *, wet: bool) -> list[str]:
    """The parts that are replaced: several of them, one, or none where the bicycle was only looked over."""
    used = {part: km / lives[kind] * (WET if wet and part != "tyre" else 1) for part, lives in WEAR.items()}
    used["light"] = years / LIGHT_YEARS[kind]
    return [part for part in PARTS if is_worn(random, used[part])]


def repair(random: Random) -> Row:
    """One row, its columns in the file's order."""
    kind = pick(random, KINDS)
    years = int(random.random() * 12)
    km = 200 + int((random.random() + random.random()) * 2900)
    wet = random.random() < 0.4
    return {
        "Kind": kind,
        "Years": str(years),
        "Km since service": str(km),
        "Ridden in rain": "yes" if wet else "no",
        "Replaced": "|".join(replaced(random, kind, years, km, wet=wet)),
    }


def table() -> bytes:
    """The whole file: a header, a comma between the cells, ASCII."""
    random = Random(SEED)
    rows = [repair(random) for _ in range(REPAIRS)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("ascii")


if __name__ == "__main__":
    Path(__file__).with_name("bicycle_repairs.csv").write_bytes(table())
