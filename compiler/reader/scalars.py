"""The values of plain scalars: YAML 1.2's core schema, so that `NO`, `on`, `12:30` and dates are texts."""

from __future__ import annotations

import math
import re
from typing import TypeAlias

from specrun.compiler.reader.limits import LIMITS

Value: TypeAlias = bool | int | float | str | None

_CONSTANTS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_STARTS = frozenset("+-.0123456789")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


class NumberRefused(ValueError):
    """A plain scalar is written like a number, but none that specrun takes."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        self.code, self.message, self.hint = code, message, hint


def resolve(text: str) -> Value:
    """The value of a plain (unquoted) scalar; whatever is no null, boolean or number is the text itself.

    Raises:
        NumberRefused: the number has too many digits, or is infinite or not a number.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if _NOT_FINITE.fullmatch(text):
        raise _not_finite(text)
    if _DECIMAL.fullmatch(text):
        return int(_short(text))
    if _BASED.fullmatch(text):
        return int(_short(text), base=0)
    if _FLOAT.fullmatch(text):
        return _finite(_short(text))
    return text


def _short(text: str) -> str:
    if len(text) > LIMITS.digits:
        raise NumberRefused(
            "Y125",
            f"a number of {len(text):,} characters is too long",
            f"write at most {LIMITS.digits} characters, or quote it if it is a text",
        )
    return text


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _not_finite(text)
    return number


def _not_finite(text: str) -> NumberRefused:
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    hint = "write a finite number, or quote it if it is a text"
    return NumberRefused("Y126", f"`{shown}` is not a finite number", hint)
