"""Moments and series in a trained model: the calendar in the graph, predictions of what comes next, baselines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import specrun
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.expressions import Name, name
from specrun.compiler.features.calendar import calendar_steps
from specrun.compiler.features.datetime import PARTS
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.run import Run
from specrun.summary import as_table, remarks

DATES = """specrun: 1
data: {path: rows.csv, missing: ["?"], split: {test: 0.25}}
features:
  day: {type: datetime, format: "%d.%m.%Y", parts: [month, weekday], missing: median}
  moment: datetime
target: value
layers: []
training: {epochs: 1}
"""
SERIES = """specrun: 1
name: next
data: {path: rows.csv, split: {test: 0.25, validation: 0.2, time: moment}}
features:
  value: {type: timeseries, window: 5}
  moment: {type: datetime, parts: [hour]}
  flatten: category
target: {column: value, horizon: 3}
layers: [Flatten]
training: {epochs: 2}
"""


@pytest.fixture
def rows(tmp_path: Path) -> pd.DataFrame:
    """Rows of two kinds of dates, a number and a text, also as the file that the specs read."""
    count = 40
    moments = pd.Series(pd.date_range("2024-01-30T21:00", periods=count, freq="7h"))
    frame = pd.DataFrame(
        {
            "day": moments.dt.strftime("%d.%m.%Y").where(np.arange(count) % 9 != 4, "?"),
            "moment": moments.dt.strftime("%Y-%m-%dT%H:%M:%S"),
            "value": (np.sin(np.arange(count)) * 10).round(3),
            "flatten": ["few" if value % 3 else "many" for value in range(count)],  # as a layer is called
        }
    )
    frame.to_csv(tmp_path / "rows.csv", index=False)
    return frame


def run_of(spec: str, folder: Path) -> Run:
    return specrun.check(spec, folder).run(folder / "run")


def test_the_calendar_is_exact_in_a_saved_model(tmp_path: Path) -> None:
    import keras

    given = keras.Input((1,), dtype="int64", name="moment")
    evaluator = Evaluator(tmp_path)
    evaluator.variables["given"] = given
    for step in calendar_steps(PARTS, name("given")):
        evaluator.execute(step)
    parts = {part: keras.ops.cast(evaluator(Name(name(part).name)), "int64") for part in PARTS}
    keras.Model(given, parts).save(tmp_path / "calendar.keras")
    chance, first, last = np.random.default_rng(3), datetime(1900, 1, 1, tzinfo=UTC), datetime(2100, 12, 31, tzinfo=UTC)
    seconds = chance.integers(int(first.timestamp()), int(last.timestamp()), 20_000)
    found = keras.models.load_model(tmp_path / "calendar.keras")(seconds[:, None])
    moments = pd.Series(pd.to_datetime(seconds, unit="s", utc=True))
    names = {"weekday": "day_of_week", "dayofyear": "day_of_year"}
    for part in PARTS:
        assert np.asarray(found[part]).ravel().tolist() == getattr(moments.dt, names.get(part, part)).tolist()


def test_a_datetime_may_be_predicted_from_in_any_form(rows: pd.DataFrame, tmp_path: Path) -> None:
    run = run_of(DATES, tmp_path)
    expected = run.predict(rows)
    known = pd.to_datetime(rows["day"].where(rows["day"] != "?"), format="%d.%m.%Y")
    moments = pd.to_datetime(rows["moment"])
    others = (
        rows.assign(moment=moments, day=known),
        rows.assign(moment=moments.dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo"), day=known.astype(object)),
        rows.assign(moment=[moment.to_pydatetime() for moment in moments]),
        rows.assign(moment=moments.dt.strftime("%Y-%m-%d %H:%M+00:00"), day=known.map(_as_date, na_action=None)),
    )
    for other in others:
        assert np.array_equal(run.predict(other), expected)
    assert not np.array_equal(run.predict(rows.assign(moment=moments + pd.Timedelta(days=1))), expected)


def _as_date(moment: pd.Timestamp) -> date | None:
    """Python's own kind of date, or nothing."""
    return None if pd.isna(moment) else moment.date()


def test_a_series_counts_windows_and_is_held_against_the_last_value(rows: pd.DataFrame, tmp_path: Path) -> None:
    run = run_of(SERIES, tmp_path)
    values = rows["value"].to_numpy("float32")
    # 22 training rows hold 22 - 5 - 3 + 1 windows; the parts of 8 and 10 rows 8 - 3 + 1 and 10 - 3 + 1.
    assert run.rows == {"train": 15, "validation": 6, "test": 8}
    targets = np.lib.stride_tricks.sliding_window_view(values, 3)[30:]
    last, mean = values[29:37, None], np.lib.stride_tricks.sliding_window_view(values[5:22], 3).mean(axis=0)
    measures = run.metrics["test"]
    assert measures["last_value"]["mean_absolute_error"] == pytest.approx(abs(targets - last).mean())
    assert measures["last_value"]["loss"] == pytest.approx(((targets - last) ** 2).mean())
    assert measures["baseline"]["mean_absolute_error"] == pytest.approx(abs(targets - mean).mean())
    assert measures["mean_absolute_error"] == pytest.approx(abs(targets - run.predict(rows)[25:33]).mean(), rel=1e-5)


def test_a_run_of_a_series_shows_windows_and_predicts_from_the_last(rows: pd.DataFrame, tmp_path: Path) -> None:
    run = run_of(SERIES, tmp_path)
    console = Console(width=120, file=StringIO())
    console.print(as_table(run))
    shown = console.file.getvalue() if isinstance(console.file, StringIO) else ""
    assert "windows" in shown
    assert "last value" in shown
    assert remarks(run).splitlines()[0] == "last value: what the last row of the window has, for all that follow"

    every = run.predict(rows)
    assert every.shape == (36, 3)
    assert np.allclose(run.predict(rows.tail(5)), every[-1:], rtol=1e-5)
    later = rows.assign(value=rows["value"].where(rows.index < 35, 0))
    assert np.allclose(run.predict(later)[:31], every[:31], rtol=1e-5)
    with pytest.raises(ValueError, match="a window of 5 rows, and there are 4"):
        run.predict(rows.tail(4))


def test_the_class_of_the_next_row_is_held_against_the_last_one(rows: pd.DataFrame, tmp_path: Path) -> None:
    spec = SERIES.replace("{column: value, horizon: 3}", "flatten\nclasses: auto").replace("validation: 0.2, ", "")
    run = run_of(spec, tmp_path)
    classes = rows["flatten"].to_numpy()
    assert run.metrics["test"]["last_value"] == {"accuracy": (classes[30:] == classes[29:39]).mean()}
    assert run.metrics["test"]["baseline"] == {"accuracy": (classes[30:] == "few").mean()}
    assert run.predict(rows).shape == (36, 1)


def test_a_series_without_a_value_to_learn_from(rows: pd.DataFrame, tmp_path: Path) -> None:
    rows.assign(day="").to_csv(tmp_path / "rows.csv", index=False)
    with pytest.raises(SpecError) as error:
        run_of(DATES, tmp_path)
    assert [(problem.code, problem.message) for problem in error.value.diagnostics] == [
        ("D404", "`day` has no value in any training row, and its median is learnt from them")
    ]
