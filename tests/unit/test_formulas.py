"""Predictions that a spreadsheet opens hold no formula, and nothing else of them changes."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from specrun.runtime.formulas import Formulas
from specrun.runtime.using import written

FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=",
    "\t=1",
    "\r=1",
    "\n=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20a",
    "-x",
    "=CMD|' /C calc'!A0",
)
OTHERS = ("-1", "+1", "-0.5", "-1e-3", "+.5", "1=1", "a@b.c", "", " x", "'=1", "a-b")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_stands_behind_a_quote(text: str) -> None:
    formulas = Formulas()
    frame = formulas.without(pd.DataFrame({text: [text, "x"], f"{text} ": [1.5, -2.0]}))
    assert frame.columns.tolist() == [f"'{text}", f"'{text} "]
    assert frame[f"'{text}"].tolist() == [f"'{text}", "x"]
    assert formulas.count == 3


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_no_formula_stays(text: str) -> None:
    formulas, frame = Formulas(), pd.DataFrame({text: [text], "n": [-1]})
    pd.testing.assert_frame_equal(formulas.without(frame), frame, check_exact=True)
    assert formulas.count == 0


def test_columns_of_one_name_and_rows_of_other_indices_stay_apart() -> None:
    frame = pd.DataFrame([["=a", -1], ["=b", -2]], columns=["x", "x"], index=[7, 7])
    harmless = Formulas().without(frame)
    assert harmless.to_numpy().tolist() == [["'=a", -1], ["'=b", -2]]


@pytest.mark.parametrize(("ending", "is_changed"), [("csv", True), ("jsonl", False), ("parquet", False)])
def test_only_what_a_spreadsheet_opens_changes(ending: str, is_changed: bool, tmp_path: Path) -> None:
    path, formulas = tmp_path / f"out.{ending}", Formulas()
    frames = [pd.DataFrame({"=class": ["=1+1"], "p": [-0.25]}), pd.DataFrame({"=class": ["b"], "p": [0.5]})]
    assert written(frames, path, formulas) == 2
    assert bool(formulas.count) == is_changed
    if is_changed:
        with path.open(encoding="utf-8", newline="") as file:
            assert list(csv.reader(file)) == [["'=class", "p"], ["'=1+1", "-0.25"], ["b", "0.5"]]


def test_they_can_be_left(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    written([pd.DataFrame({"=class": ["=1+1"]})], path)
    assert path.read_text("utf-8") == "=class\n=1+1\n"
