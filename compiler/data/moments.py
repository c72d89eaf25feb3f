"""Which texts are moments in time, and which: those that pandas takes for the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

ISO_FORMAT = "ISO8601"
"""What pandas calls the ISO forms of a date."""

DIRECTIVES = "YymdHIpMSfzjbBaA%"
"""What may stand behind a `%` of a format: what Python and pandas read alike."""

_DIRECTIVE = re.compile("%(.?)", re.DOTALL)
_ZONE = r"\s?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_TIME = rf"[0-9]{{2}}(?::[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]{{1,9}})?)?)?{_ZONE}"
_ISO = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}(?:-[0-9]{{2}}(?:[T ]{_TIME})?)?", re.ASCII)
USUAL = (
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%Y/%m/%d",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y%m%d",
    "%d %b %Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%b %Y",
    "%Y",
)


def read_moment(text: str, format: str | None = None) -> datetime | None:
    """The moment that a text is, in UTC as all that name no zone are; None where it is none.

    It is an ISO date with or without a time, or a month (`1949-01`), unless a `format` of `strptime` says otherwise.
    """
    try:
        if format is not None and format != ISO_FORMAT:
            moment = datetime.strptime(text, format)
        elif _ISO.fullmatch(text):
            moment = datetime.fromisoformat(f"{text}-01" if len(text) == len("1949-01") else text)
        else:
            return None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def fault_of_format(format: str) -> str | None:
    """What is wrong with a format; None where it can be read by."""
    directives = _DIRECTIVE.findall(format)
    for directive in directives:
        if not directive or directive not in DIRECTIVES:
            return f"nothing is read by `%{directive}`"
        if directives.count(directive) > 1 and directive != "%":
            return f"`%{directive}` stands there twice"
    if not re.search(r"%[Yy]", format.replace("%%", "")):
        return "there is no year in it, neither `%Y` nor `%y`"
    example = datetime(2023, 12, 31, 23, 59, 58, tzinfo=UTC).strftime(format)
    return None if read_moment(example, format) else "no date can be read by it"


def usual_formats(texts: Iterable[str]) -> tuple[str, ...]:
    """The formats in use by which all of the texts are moments, dates or with a time behind them."""
    wanted = tuple(texts)
    times = ("", " %H:%M", " %H:%M:%S")
    return tuple(
        f"{date}{time}"
        for time in times
        for date in USUAL
        if all(read_moment(text, f"{date}{time}") for text in wanted)
    )
