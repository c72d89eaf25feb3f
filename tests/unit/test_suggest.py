"""Did you mean …?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.compiler.suggest import did_you_mean, listed, nearest

CHOICES = ["Dense", "Dropout", "BatchNormalization", "learning_rate", "Nr. reviews"]


@pytest.mark.parametrize(
    ("word", "match"),
    [
        ("dense", "Dense"),
        ("Dens", "Dense"),
        ("DropOut", "Dropout"),
        ("batch_normalization", "BatchNormalization"),
        ("learningrate", "learning_rate"),
        ("learning-rate", "learning_rate"),
        ("Nr reviews", "Nr. reviews"),
        ("LSTM", None),
        ("", None),
        ("???", None),
    ],
)
def test_the_nearest_choice(word: str, match: str | None) -> None:
    assert nearest(word, CHOICES) == match


def test_the_first_of_equal_choices_is_taken() -> None:
    assert nearest("relu", ["ReLU", "relu", "re_lu"]) == "ReLU"
    assert nearest("a", []) is None


def test_a_hint_has_a_way_out() -> None:
    assert did_you_mean("Dens", CHOICES, "look it up") == "did you mean `Dense`?"
    assert did_you_mean("xyz", CHOICES, "look it up") == "look it up"


@pytest.mark.parametrize(
    ("words", "limit", "text"),
    [
        ([], 8, ""),
        (["a"], 8, "`a`"),
        (["a", "b"], 8, "`a` and `b`"),
        (["a", "b", "c"], 8, "`a`, `b` and `c`"),
        (["a", "b", "c"], 2, "`a`, `b` and 1 more"),
    ],
)
def test_words_are_listed(words: list[str], limit: int, text: str) -> None:
    assert listed(words, limit) == text


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=5))
def test_what_is_suggested_is_a_choice(word: str, choices: list[str]) -> None:
    assert nearest(word, choices) in {None, *choices}
