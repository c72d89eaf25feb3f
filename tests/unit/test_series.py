"""Windows of a series: what a sample sees, what it predicts, and that nothing of a later part is in an earlier one."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.expressions import Call, Expression, rewritten
from specrun.compiler.series import Series
from specrun.compiler.verify import verify
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.profile import choose_training
from specrun.runtime.rows import read_parts

SPEC = """specrun: 1
data: {{path: rows.csv, split: {split}}}
features:
  value: {{type: timeseries, window: {window}}}
  other: number
  kind: category
  day: {{type: datetime, parts: [month]}}
target: {{column: value, horizon: {horizon}}}
layers: [{{LSTM: 2}}]
"""


def frame_of(count: int) -> pd.DataFrame:
    """Rows in the order of time, whose values say which row they stand in."""
    rows = np.arange(count)
    days = pd.Series(pd.date_range("2024-01-01", periods=count)).dt.strftime("%Y-%m-%d")
    return pd.DataFrame({"value": rows, "other": rows * 10, "kind": [f"k{row}" for row in rows], "day": days})


def compiled(folder: Path, frame: pd.DataFrame, split: str, window: int, horizon: int) -> Compilation:
    frame.to_csv(folder / "rows.csv", index=False)
    text = SPEC.format(split=split, window=window, horizon=horizon)
    return compile_spec(Source(text, "spec.yaml", folder), choose_training=choose_training)


def samples(compilation: Compilation) -> dict[str, dict[str, Any]]:
    """The raw values of each part by column, and its labels."""
    plan, evaluator = compilation.plan, Evaluator(compilation.folder)
    columns = [column for group in plan.features for column in group.columns]
    evaluator.variables |= plan.constants | {"inputs": dict.fromkeys(columns)}
    raw = rewritten(plan.raw, without_tensors)
    found = {}
    for part, frame in read_parts(plan, evaluator).items():
        evaluator.variables["rows"] = frame
        found[part] = {"labels": evaluator(plan.objective.labels), **evaluator(raw)}
    return found


def without_tensors(expression: Expression) -> Expression:
    """A tensor is a copy of what it is made of, and takes longer to import."""
    is_tensor = isinstance(expression, Call) and expression.function == "tensorflow.constant"
    return expression.arguments[0] if is_tensor and isinstance(expression, Call) else expression


SIZES = st.tuples(
    st.integers(30, 80), st.integers(1, 9), st.integers(1, 4), st.sampled_from([0.2, 0.33]), st.booleans()
)


@settings(max_examples=25, deadline=None)
@given(SIZES)
def test_a_sample_is_a_window_and_what_follows_it(sizes: tuple[int, int, int, float, bool]) -> None:
    count, window, horizon, test, validated = sizes
    split = f"{{test: {test}{', validation: 0.2' if validated else ''}}}"
    with TemporaryDirectory() as folder:
        compilation = compiled(Path(folder), frame_of(count), split, window, horizon)
        verify(compilation.plan)
        found = samples(compilation)
    assert list(found) == ["train", *(["validation"] if validated else []), "test"]
    first = 0
    for part, values in found.items():
        labels, windows = values["labels"], values["value"]
        last = int(labels.max())
        # The targets of a part are its own rows: those of the next part begin where they end.
        expected = np.arange(first + (window if part == "train" else 0), last - horizon + 2)
        assert labels.tolist() == [[row + step for step in range(horizon)] for row in expected]
        assert windows.tolist() == [[row - window + step for step in range(window)] for row in expected]
        assert values["other"].tolist() == (windows * 10).tolist()
        assert values["kind"].tolist() == [[f"k{row}" for row in seen] for seen in windows]
        assert values["day"].tolist() == (windows * 86400 + 1704067200).tolist()
        first = last + 1
    assert first == count


@pytest.mark.parametrize("horizon", [1, 3])
def test_what_comes_after_a_part_changes_nothing_in_it(tmp_path: Path, horizon: int) -> None:
    count, frame = 60, frame_of(60)
    before = samples(compiled(tmp_path, frame, "{test: 0.25, validation: 0.2}", 5, horizon))
    ends = {part: int(values["labels"].max()) + 1 for part, values in before.items()}
    assert sorted(ends.values())[-1] == count
    for part, end in ends.items():
        later = frame.copy()
        later.loc[end:, ["value", "other"]] = -1
        later.loc[end:, "kind"] = "another"
        after = samples(compiled(tmp_path, later, "{test: 0.25, validation: 0.2}", 5, horizon))
        for column, values in before[part].items():
            assert values.tolist() == after[part][column].tolist(), (part, column)


def test_what_is_learnt_is_learnt_of_training_rows(tmp_path: Path) -> None:
    compilation = compiled(tmp_path, frame_of(60), "{test: 0.25, validation: 0.2}", 5, 2)
    evaluator = Evaluator(compilation.folder)
    evaluator.variables |= compilation.plan.constants
    frames = read_parts(compilation.plan, evaluator)
    assert frames["train"]["value"].tolist() == list(range(33))
    assert frames["validation"]["value"].tolist() == list(range(28, 45))
    assert frames["test"]["value"].tolist() == list(range(40, 60))


def test_rows_are_put_in_the_order_of_their_time(tmp_path: Path) -> None:
    frame = frame_of(60)
    shuffled = frame.sample(frac=1, random_state=0)
    split = "{test: 0.25, validation: 0.2, time: day}"
    ordered, sorted_ = (samples(compiled(tmp_path, rows, split, 5, 2)) for rows in (frame, shuffled))
    for part, values in ordered.items():
        assert {column: found.tolist() for column, found in values.items()} == {
            column: found.tolist() for column, found in sorted_[part].items()
        }
    left = samples(compiled(tmp_path, shuffled, "{test: 0.25}", 5, 2))
    assert left["train"]["value"][0].tolist() == shuffled["value"].tolist()[:5]


@pytest.mark.parametrize(
    ("count", "split", "window", "horizon", "message"),
    [
        (
            40,
            "{test: 0.2}",
            30,
            3,
            "a sample is a window of 30 rows and the 3 that follow, and there are 32 training rows",
        ),
        (40, "{test: 0.05}", 5, 3, "3 rows are predicted at once, and there are 2 test rows"),
        (
            9,
            "{test: 0.9}",
            3,
            1,
            "a sample is a window of 3 rows and one that follows, and there are no training rows",
        ),
    ],
)
def test_each_part_has_a_window(
    tmp_path: Path, count: int, split: str, window: int, horizon: int, message: str
) -> None:
    with pytest.raises(SpecError) as error:
        compiled(tmp_path, frame_of(count), split, window, horizon)
    assert [problem.message for problem in error.value.diagnostics] == [message]


def test_a_run_finds_what_the_first_rows_did_not_tell(tmp_path: Path) -> None:
    compilation = compiled(tmp_path, frame_of(60), "{test: 0.25}", 5, 2)
    frame_of(7).to_csv(tmp_path / "rows.csv", index=False)  # the file is another one by now
    evaluator = Evaluator(tmp_path)
    evaluator.variables |= compilation.plan.constants
    with pytest.raises(SpecError) as error:
        read_parts(compilation.plan, evaluator)
    assert [problem.code for problem in error.value.diagnostics] == ["D230"]


@pytest.mark.parametrize(("rows", "windows"), [(0, 0), (7, 0), (8, 1), (9, 2), (100, 93)])
def test_how_many_samples_there_are(rows: int, windows: int) -> None:
    series = Series(window=5, horizon=3)
    assert series.windows(rows) == windows
    assert len(np.lib.stride_tricks.sliding_window_view(np.arange(max(rows, 8)), 8)) == series.windows(max(rows, 8))
