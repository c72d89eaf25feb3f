"""Values as Python literals, texts as prose for a docstring."""

from __future__ import annotations

import ast
import math
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.compiler.expressions import Scalar
from specrun.compiler.script.literal import code_span, literal, markdown, prose

ANY_TEXT = st.text(st.characters(exclude_categories=[]))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT


@given(SCALARS)
@settings(deadline=None)
def test_a_literal_reads_back_as_the_same_value(value: Scalar) -> None:
    found = ast.literal_eval(literal(value))
    assert found == value
    assert type(found) is type(value)
    if isinstance(value, float) and isinstance(found, float):
        assert math.copysign(1, found) == math.copysign(1, value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"^not a finite number$"):
        literal(value)


def test_every_code_point_survives_beside_hostile_neighbours() -> None:
    every = "".join(f"'{chr(code)}\"\\" for code in range(sys.maxunicode + 1))
    assert ast.literal_eval(literal(every)) == every


@given(ANY_TEXT)
@settings(deadline=None)
def test_prose_stays_in_its_docstring(text: str) -> None:
    found = prose(text)
    assert ast.literal_eval(f'"""{found}"""') == found
    assert found.isprintable()
    assert not set('"\\') & set(found)
    assert prose(found) == found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  two\n\n lines\t", "two lines"),
        ('say "hi" \\', "say 'hi' /"),
        ('"""\nimport os\n"""', "''' import os '''"),
        ("a\x00b\x1b[31m\u202e", "a?b?[31m?"),
        ("é 😀 \uff46", "é 😀 \uff46"),
        ("{{ x }} {% y %} {#", "{{ x }} {% y %} {#"),
        ("", ""),
        ("100 %(done)s of %s %", "100 % (done)s of %s %"),
    ],
)
def test_prose(text: str, shown: str) -> None:
    assert prose(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  two\n\n lines\t", "two lines"),
        ("`a` *b* _c_ [d] <e> #f |g| $h$ ~i~ &j;", r"\`a\` \*b\* \_c\_ \[d\] \<e\> \#f \|g\| \$h\$ \~i\~ \&j;"),
        ("1. one", r"1\. one"),
        ("12) one 1. two", r"12\) one 1. two"),
        ("1, a. b", "1, a. b"),
        ("- a - b + c", r"\- a - b + c"),
        ("+ a", r"\+ a"),
        ("a\\b\\(c", "a/b/(c"),
        ("a\x00b\u202e", "a?b?"),
        ("aXXb", "aXXb"),
        ("", ""),
    ],
)
def test_markdown(text: str, shown: str) -> None:
    assert markdown(text) == shown


@pytest.mark.parametrize(("text", "shown"), [("a b", "`a b`"), ("a`b`", "`a'b'`"), ('"\\\n', "`'/`"), ("XX", "`XX`")])
def test_code_span(text: str, shown: str) -> None:
    assert code_span(text) == shown
