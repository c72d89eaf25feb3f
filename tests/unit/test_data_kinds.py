"""Kinds are inferred from the different values of a column."""

from __future__ import annotations

import pytest

from specrun.compiler.data import Cell, find_boolean, infer_kind


@pytest.mark.parametrize(
    ("values", "pair"),
    [
        (["YES", "NO"], ("NO", "YES")),
        (["True", "False", None], ("False", "True")),
        (["1", "0"], ("0", "1")),
        ([1, 0], ("0", "1")),
        ([1.0, 0.0], ("0", "1")),
        ([True, False], ("False", "True")),
        (["y", "n"], ("n", "y")),
        (["T", "F"], ("F", "T")),
        (["on", "off"], ("off", "on")),
        (["YES"], ("NO", "YES")),
        (["No"], ("No", "Yes")),
        (["1"], ("0", "1")),
        (["yes", "Yes", "no"], None),
        (["yes", "maybe"], None),
        (["yes", "false"], None),
        (["yes "], None),
        (["male", "female"], None),
        ([], None),
    ],
)
def test_the_pair_of_a_boolean(values: list[Cell], pair: tuple[str, str] | None) -> None:
    assert find_boolean(values) == pair


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2.5", "-3e2"], "number"),
        ([1, 2.5], "number"),
        (["1", "1e999"], "category"),
        (["1", "nan"], "category"),
        (["007", "010"], "category"),
        (["00501", "10001"], "category"),
        (["0", "1", "2"], "number"),
        (["00.5", "01"], "number"),
        (["0", "1"], "boolean"),
        (["NO", "YES"], "boolean"),
        (["NO"], "category"),
        (["1"], "number"),
        ([True], "boolean"),
        ([True, False, None], "boolean"),
        (["2024-01-31", "2024-02-29T12:30:00Z"], "datetime"),
        (["1949-01", None], "datetime"),
        (["2024-01-31", "2023-02-29"], "category"),
        (["2024-01-31", "soon"], "category"),
        (["20240131", "20240201"], "number"),
        (["31.01.2024"], "category"),
        (["1", "x"], "category"),
        (["3,5", "4"], "category"),
        ([10**400], "category"),
        ([None], "category"),
        ([], "category"),
    ],
)
def test_kinds_are_inferred(values: list[Cell], kind: str) -> None:
    assert infer_kind(values) == kind


def test_decimal_commas_are_numbers_where_the_dialect_says_so() -> None:
    assert infer_kind(["3,5", "4"], decimal=",") == "number"
