"""Which texts are moments: never one that pandas would not read, and then the same."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pandas as pd
import pytest

from specrun.compiler.data import ISO_FORMAT, fault_of_format, read_moment
from specrun.compiler.data.moments import USUAL, usual_formats

MORE = ("%Y-%j", "%d%m%y", "%A %d %B %Y", "%Y-%m-%d %I:%M %p", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y %m %d%%")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-31", datetime(2024, 1, 31)),
        ("1949-01", datetime(1949, 1, 1)),
        ("2024-01-31T12", datetime(2024, 1, 31, 12)),
        ("2024-01-31 12:30", datetime(2024, 1, 31, 12, 30)),
        ("2024-01-31T12:30:10.5Z", datetime(2024, 1, 31, 12, 30, 10, 500_000)),
        ("2024-01-31T00:30+02:00", datetime(2024, 1, 30, 22, 30)),
        ("0001-01-01", datetime(1, 1, 1)),
        ("2023-02-29", None),
        ("2024-13", None),
        ("2024-1-5", None),
        ("2024/01/31", None),
        ("31.01.2024", None),
        ("20240131", None),
        ("2024", None),
        (" 2024-01-31", None),
        ("2024-W05-1", None),
        ("2024-01-31T24:00", None),
        ("2024-01-31t12:00", None),
        ("2024-01-31T12:30:10,5", None),
        ("0001-01-01T00:00+10:00", None),
        ("२०२४-०१-३१", None),
        ("", None),
    ],
)
def test_iso_dates(text: str, moment: datetime | None) -> None:
    assert read_moment(text) == read_moment(text, ISO_FORMAT) == (moment and moment.replace(tzinfo=UTC))


def of_pandas(text: str, format: str) -> datetime | None:
    try:
        return pd.to_datetime(pd.Series([text]), format=format, utc=True).dt.as_unit("s").iloc[0].to_pydatetime()
    except ValueError:
        return None


def test_an_iso_date_is_one_to_pandas_too() -> None:
    chance = random.Random(1)
    forms = ("{0}-{1}", "{0}-{1}-{2}", "{0}-{1}-{2}T{3}{6}", "{0}-{1}-{2} {3}:{4}", "{0}-{1}-{2}T{3}:{4}:{5}.{7}{6}")
    found = 0
    for _ in range(3000):
        limits = ((1, 9999, 4), (0, 13, 2), (0, 32, 2), (0, 24, 2), (0, 60, 2), (0, 60, 2))
        numbers = [f"{chance.randint(first, last):0{width}}" for first, last, width in limits]
        zone = chance.choice(["", "Z", "+02", "+0230", "-05:30", "+14:00"])
        text = chance.choice(forms).format(*numbers, zone, chance.randint(0, 10**6))
        moment = read_moment(text)
        if moment is not None:
            found += 1
            assert of_pandas(text, ISO_FORMAT) == moment.replace(microsecond=0), text
    assert found > 1000


@pytest.mark.parametrize("format", [f"{date}{time}" for date in (*USUAL, *MORE) for time in ("", " %H:%M:%S")])
def test_a_format_reads_what_pandas_reads_by_it(format: str) -> None:
    if fault_of_format(format) is not None:
        return
    chance = random.Random(format)
    for _ in range(60):
        day, time = chance.randint(1, 28), (chance.randint(0, 23), chance.randint(0, 59), chance.randint(0, 59))
        text = datetime(chance.randint(1700, 2200), chance.randint(1, 12), day, *time, tzinfo=UTC).strftime(format)
        if chance.random() < 0.4:  # spoilt
            place = chance.randrange(len(text))
            text = text[:place] + chance.choice("0123456789 .x") + text[place + chance.randint(0, 1) :]
        moment = read_moment(text, format)
        assert moment is None or of_pandas(text, format) == moment.replace(microsecond=0), text


@pytest.mark.parametrize(
    ("format", "fault"),
    [
        ("%d.%m.%Y", None),
        ("%y%m%d %H%%", None),
        ("%H:%M", "there is no year in it, neither `%Y` nor `%y`"),
        ("%%Y", "there is no year in it, neither `%Y` nor `%y`"),
        ("%Q %Y", "nothing is read by `%Q`"),
        ("%Y-%G", "nothing is read by `%G`"),
        ("%Y %", "nothing is read by `%`"),
        ("%d.%d.%Y", "`%d` stands there twice"),
    ],
)
def test_formats_that_read_nothing(format: str, fault: str | None) -> None:
    assert fault_of_format(format) == fault


@pytest.mark.parametrize(
    ("texts", "formats"),
    [
        (["31.01.2024", "01.02.2024"], ("%d.%m.%Y",)),
        (["01/02/2024"], ("%d/%m/%Y", "%m/%d/%Y")),
        (["01/13/2024", "01/02/2024"], ("%m/%d/%Y",)),
        (["20240131"], ("%Y%m%d",)),
        (["Jan 31, 2024 10:30"], ("%b %d, %Y %H:%M",)),
        (["31.01.2024", "01/02/2024"], ()),
        (["soon"], ()),
    ],
)
def test_the_formats_in_use(texts: list[str], formats: tuple[str, ...]) -> None:
    assert usual_formats(texts) == formats
