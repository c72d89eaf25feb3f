"""The synthetic hotel reviews: the generator's very bytes, with the tutorial's columns and dirt."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "specs" / "data"
CSV = DATA / "hotel_reviews.csv"
AMENITIES = ("Pool", "Gym", "Tennis court", "Spa", "Casino", "Free internet")
COLUMNS = (
    *("User country", "Nr. reviews", "Nr. hotel reviews", "Helpful votes", "Score", "Period of stay", "Traveler type"),
    *AMENITIES,
    *("Hotel name", "Hotel stars", "Nr. rooms", "User continent", "Member years", "Review month", "Review weekday"),
)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with CSV.open(newline="", encoding="ascii") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


def values(rows: list[dict[str, str]], column: str) -> Counter[str]:
    return Counter(row[column] for row in rows)


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_the_generator_writes_the_committed_bytes(tmp_path: Path, hash_seed: str) -> None:
    script = shutil.copy(DATA / "make_hotel_reviews.py", tmp_path)
    subprocess.run([sys.executable, script], check=True, env={**os.environ, "PYTHONHASHSEED": hash_seed})
    assert (tmp_path / CSV.name).read_bytes() == CSV.read_bytes()


def test_every_line_has_twenty_cells_and_ends_in_crlf() -> None:
    *lines, rest = CSV.read_bytes().split(b"\r\n")
    assert rest == b""
    assert len(lines) == 1 + 480
    assert lines[0].decode("ascii").split(";") == list(COLUMNS)
    assert all(line.count(b";") == 19 and b"\n" not in line and b'"' not in line for line in lines)


def test_every_hotel_says_that_it_is_synthetic(rows: list[dict[str, str]]) -> None:
    names = values(rows, "Hotel name")
    assert all(name.startswith("Synthetic ") for name in names)
    assert set(names.values()) == {24}
    assert len(names) == 20


def test_nine_inputs_are_constant_within_a_hotel(rows: list[dict[str, str]]) -> None:
    names = values(rows, "Hotel name")
    constant = {
        column
        for column in COLUMNS
        if all(len({row[column] for row in rows if row["Hotel name"] == name}) == 1 for name in names)
    }
    assert constant == {*AMENITIES, "Hotel name", "Hotel stars", "Nr. rooms"}


def test_stars_have_decimal_commas_and_amenities_are_upper_case(rows: list[dict[str, str]]) -> None:
    assert set(values(rows, "Hotel stars")) == {"3", "3,5", "4", "4,5", "5"}
    assert all(set(values(rows, amenity)) == {"YES", "NO"} for amenity in AMENITIES)


def test_three_cells_are_dirty(rows: list[dict[str, str]]) -> None:
    countries = values(rows, "User country")
    assert (countries["India "], countries["Swiss"]) == (1, 1)
    assert countries["India"] > 1
    assert countries["Switzerland"] > 1
    assert [years for years in values(rows, "Member years").elements() if int(years) < 0] == ["-1900"]
    padded = [(column, cell) for row in rows for column, cell in row.items() if cell != cell.strip()]
    assert padded == [("User country", "India ")]


def test_the_most_frequent_score_is_five_of_nearly_half(rows: list[dict[str, str]]) -> None:
    scores = values(rows, "Score")
    assert set(scores) == set("12345")
    assert scores.most_common(1)[0][0] == "5"
    assert 0.43 < scores["5"] / len(rows) < 0.47
