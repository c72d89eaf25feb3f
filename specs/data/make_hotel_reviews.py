"""Write `hotel_reviews.csv`, a synthetic table of hotel reviews, beside this file.

Every hotel, guest and score is invented. The bytes depend on `SEED` alone: `random()` is the one source of chance,
because it is the only method of `Random` whose numbers Python promises to keep from version to version.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from random import Random

SEED = 7
REVIEWS_PER_MONTH = 2

# Name, stars, rooms, and the amenities' letters: Pool, Gym, Tennis court, Spa, Casino, Free internet.
AMENITIES = {"P": "Pool", "G": "Gym", "T": "Tennis court", "S": "Spa", "C": "Casino", "F": "Free internet"}
HOTELS = (
    ("Synthetic Palace", "5", 1240, "PGTSCF"),
    ("Synthetic Grand Hotel & Spa", "5", 864, "PGSCF"),
    ("Synthetic Lantern Casino Resort", "4", 2310, "PGSC"),
    ("Synthetic Heron House", "3,5", 142, "PF"),
    ("Synthetic Copper Kettle Inn", "3", 96, "GF"),
    ("Synthetic Paper Moon Hotel", "4", 530, "PGSCF"),
    ("Synthetic Traveller's Rest", "3", 1875, "PGC"),
    ("Synthetic Tin Soldier Casino", "3", 2640, "PGTC"),
    ("Synthetic Glass Orchard Suites", "4,5", 318, "PGSF"),
    ("Synthetic Plywood Towers", "3,5", 1520, "PGCF"),
    ("Synthetic Clockwork Hotel", "4", 705, "PGSCF"),
    ("Synthetic Velvet Harbour Resort&Spa", "5", 1988, "PGTSCF"),
    ("Synthetic Cardboard Castle", "3", 3120, "PGC"),
    ("Synthetic Marble Arcade", "5", 1406, "PGSCF"),
    ("Synthetic Two Rivers Lodge", "3,5", 74, "GSF"),
    ("Synthetic Blue Giraffe Hotel", "4", 932, "PGSCF"),
    ("Synthetic Quiet Comet", "5", 451, "PGTSF"),
    ("Synthetic Rubber Duck Suites", "4", 267, "PGF"),
    ("Synthetic Silver Thimble", "4,5", 610, "PGTSCF"),
    ("Synthetic Last Lighthouse", "5", 1133, "PGSCF"),
)
COUNTRIES = {
    "North America": (("USA", 200), ("Canada", 62), ("Mexico", 9), ("Costa Rica", 2)),
    "Europe": (("UK", 66), ("Ireland", 14), ("Germany", 9), ("Switzerland", 7), ("Norway", 4), ("Italy", 3)),
    "Oceania": (("Australia", 34), ("New Zealand", 7)),
    "Asia": (("India", 12), ("Singapore", 5), ("Japan", 3), ("Thailand", 3)),
    "South America": (("Brazil", 6), ("Chile", 2)),
    "Africa": (("Egypt", 4), ("Kenya", 3)),
}
CONTINENT_OF = {country: continent for continent, countries in COUNTRIES.items() for country, _ in countries}
GUESTS = [guest for countries in COUNTRIES.values() for guest in countries]
TRAVELERS = (("Couples", 40), ("Families", 22), ("Friends", 17), ("Business", 15), ("Solo", 6))
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SEASONS = ("Dec-Feb", "Mar-May", "Jun-Aug", "Sep-Nov")
WEEKDAYS = [(day, 1) for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")]

# What moves a score, in points; chance adds up to NOISE points either way, and CUTS part the scores 1 to 5.
POINTS = {"Couples": 2, "Friends": 1, "Business": -4, "Mar-May": 1, "Sep-Nov": 1}
NOISE = 7
CUTS = (0, 3, 7, 11.5)

Row = dict[str, str]


def pick(random: Random, weighted: Sequence[tuple[str, int]]) -> str:
    """One of the words, as often as its weight says."""
    place = random.random() * sum(weight for _, weight in weighted)
    for word, weight in weighted:
        place -= weight
        if place < 0:
            return word
    return weighted[-1][0]


def long_tailed(random: Random, most: int) -> int:
    """A whole number from 0 to `most - 1`, usually a small one."""
    return int(random.random() * random.random() * random.random() * most)


def scored(random: Random, stars: str, amenities: str, traveler: str, season: str) -> int:
    """A score from 1 to 5: mostly what the hotel and the stay promise, partly luck."""
    points = 4 * float(stars.replace(",", ".")) - 8 + 2 * ("F" in amenities)
    points += POINTS.get(traveler, 0) + POINTS.get(season, 0)
    points += (random.random() + random.random() - 1) * NOISE
    return 1 + sum(points >= cut for cut in CUTS)


def review(random: Random, hotel: tuple[str, str, int, str], month: int) -> Row:
    """One row, its columns in the file's order; `month` counts from 0."""
    name, stars, rooms, amenities = hotel
    country, traveler = pick(random, GUESTS), pick(random, TRAVELERS)
    months_ago = int(random.random() * 3)
    season = SEASONS[(month + 1 - months_ago) % 12 // 3]
    hotel_reviews = long_tailed(random, 80)
    return {
        "User country": country,
        "Nr. reviews": str(1 + hotel_reviews + long_tailed(random, 250)),
        "Nr. hotel reviews": str(hotel_reviews),
        "Helpful votes": str(long_tailed(random, 200)),
        "Score": str(scored(random, stars, amenities, traveler, season)),
        "Period of stay": season,
        "Traveler type": traveler,
        **{amenity: "YES" if letter in amenities else "NO" for letter, amenity in AMENITIES.items()},
        "Hotel name": name,
        "Hotel stars": stars,
        "Nr. rooms": str(rooms),
        "User continent": CONTINENT_OF[country],
        "Member years": str(int(random.random() * random.random() * 14)),
        "Review month": MONTHS[month],
        "Review weekday": pick(random, WEEKDAYS),
    }


def spoil(rows: Sequence[Row]) -> None:
    """Dirty three cells of `rows` in the way of tables that people filled in by hand."""
    next(row for row in rows if row["User country"] == "India")["User country"] = "India "
    next(row for row in rows if row["User country"] == "Switzerland")["User country"] = "Swiss"
    rows[len(rows) // 3]["Member years"] = "-1900"


def table() -> bytes:
    """The whole file: `;` between the cells, a header, CRLF at the line ends, ASCII."""
    random = Random(SEED)
    rows = [review(random, hotel, month) for hotel in HOTELS for month in range(12) for _ in range(REVIEWS_PER_MONTH)]
    spoil(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0], delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("ascii")


if __name__ == "__main__":
    Path(__file__).with_name("hotel_reviews.csv").write_bytes(table())
