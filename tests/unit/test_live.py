"""The live table of a training: its rows, what is best, and that it fits into any terminal."""

from __future__ import annotations

import io
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console

from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.plan import Plan
from specrun.runtime.curves import CURVE, KEPT, Thinned, curves
from specrun.runtime.live import Display, Measure, main_measures

ONE = """specrun: 1
data: {dataset: wine, split: {validation: 0.2}}
features: {"*": number}
target: target
layers: [{Dense: 8}]
training: {epochs: 30, metrics: [MeanAbsoluteError]}
"""
SEVERAL = """specrun: 1
data: {dataset: wine}
features: {alcohol: number}
targets:
  hue: {type: number}
  hue_of: {column: ash, type: number, metrics: [MeanAbsoluteError]}
layers: [{Dense: 8}]
"""


def plan_of(text: str) -> Plan:
    return compile_spec(Source(text, "spec.yaml", Path())).plan


def drawn(logs: list[Mapping[str, float]], width: int = 100, height: int = 24, text: str = ONE) -> list[str]:
    """The lines of the display after so many epochs."""
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None)
    display = Display(plan_of(text), console)
    for epoch, measured in enumerate(logs, start=1):
        display.epoch(epoch)
        display.step(7, {"loss": 0.5})
        display.measured(measured)
    options = console.options.update(height=None)
    return ["".join(s.text for s in line).rstrip() for line in console.render_lines(display, options, pad=False)]


LOGS: list[Mapping[str, float]] = [
    {"loss": 3.0, "mean_absolute_error": 1.5, "val_loss": 4.0, "val_mean_absolute_error": 2.0},
    {"loss": 2.0, "mean_absolute_error": 1.0, "val_loss": 2.5, "val_mean_absolute_error": 1.25},
    {"loss": 1.0, "mean_absolute_error": 0.5, "val_loss": 3.5, "val_mean_absolute_error": 1.125},
]


def test_a_row_has_both_parts_and_the_best_of_the_judging_one() -> None:
    bar, titles, loss, error = drawn(LOGS)
    assert bar.startswith("epoch 3/30")
    assert bar.endswith("loss 0.5")
    assert titles.split("  ")[-1] == "epochs so far"
    assert loss.split() == ["loss", "1", "3.5", "2.5", "2", "█▁▆"]
    assert error.split() == ["mean_absolute_error", "0.5", "1.125", "1.125", "3", "█▂▁"]


def test_without_validation_rows_the_training_rows_are_judged() -> None:
    _, titles, loss = drawn([{"loss": 3.0}, {"loss": 4.0}])
    assert titles.split()[:2] == ["train", "best"]
    assert loss.split() == ["loss", "4", "3", "1", "▁█"]


@pytest.mark.parametrize("width", [20, 40, 41, 59, 60, 80, 200])
@pytest.mark.parametrize("height", [1, 2, 4, 5, 24])
def test_it_fits_into_any_terminal(width: int, height: int) -> None:
    lines = drawn(LOGS * 10, width, height)
    assert max(map(len, lines)) <= width
    assert len(lines) == 1 or len(lines) < height


def test_a_short_terminal_has_the_measures_in_one_line() -> None:
    (line,) = drawn(LOGS, 140, 4)
    assert line.endswith("val_loss 3.5  val_mean_absolute_error 1.125")


def test_on_a_narrow_terminal_the_best_is_kept_and_the_curve_is_not() -> None:
    titles = drawn(LOGS, 46)[1].split()
    assert titles == ["validation", "best"]


def test_what_does_not_fit_is_counted() -> None:
    logs = {f"metric_{i}": float(i) for i in range(20)}
    lines = drawn([{"loss": 1.0, **logs}])
    assert len(lines) == 10
    assert lines[-1] == "… 14 more"
    assert lines[2].startswith("loss")


def test_the_loss_is_first_and_the_others_in_their_order() -> None:
    logged = ["auc", "f1", "loss", "mse", "val_auc", "val_f1", "val_loss", "val_mse"]
    assert main_measures(plan_of(ONE), logged) == ["loss", "auc", "f1", "mse"]


def test_of_several_outputs_the_main_measures() -> None:
    logged = ["hue_loss", "hue_of_loss", "hue_of_mean_absolute_error", "loss", "val_loss", "val_hue_loss"]
    assert main_measures(plan_of(SEVERAL), logged) == ["loss", "hue_loss", "hue_of_mean_absolute_error"]


def test_a_name_that_begins_as_those_of_validation_do_is_no_validation() -> None:
    assert main_measures(plan_of(ONE), ["val_x_loss", "loss", "val_loss"]) == ["loss", "val_x_loss"]


def test_the_best_is_the_largest_or_the_smallest_and_no_number_is_none() -> None:
    nan = float("nan")
    for name, values, best, since in (
        ("accuracy", [0.5, nan, 0.75, 0.75, 0.5], 0.75, 3),
        ("loss", [nan, 0.5, 0.25, 1.0], 0.25, 3),
        ("learning_rate", [0.5, 0.25], None, 0),
    ):
        measure = Measure.of(name)
        for epoch, value in enumerate(values, start=1):
            measure.add(epoch, {name: value})
        assert (measure.best, measure.since) == (best, since)


def test_names_cannot_steer_the_terminal() -> None:
    lines = drawn([{"loss": 1.0, "[red]\x1b[31m": 2.0}])
    assert "\x1b" not in "".join(lines)
    assert lines[-1].startswith("[red]")


def test_ten_thousand_epochs_are_one_curve_of_few_values() -> None:
    thinned, sizes = Thinned(), set()
    for epoch in range(10_000):
        thinned.add(float(epoch))
        sizes.add(len(thinned.values))
    assert max(sizes) <= KEPT
    assert all(one < other for one, other in pairwise(thinned.values))
    assert thinned.values[0] < 100
    assert thinned.values[-1] > 9_900
    (bars,) = curves([thinned.values])
    assert CURVE / 2 < len(bars) <= CURVE
    assert (bars[0], bars[-1]) == ("▁", "█")


def test_few_epochs_are_kept_as_they_are() -> None:
    thinned = Thinned()
    for value in (3.0, 1.0, 2.0):
        thinned.add(value)
    assert thinned.values == (3.0, 1.0, 2.0)
