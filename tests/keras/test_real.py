"""Each spec of `tests/real` is trained on real data, for few epochs, and beats its baseline by a stated margin."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

import specrun

SPECS = sorted((Path(__file__).parents[1] / "real").glob("*.yaml"))


@dataclass(frozen=True)
class Margin:
    """By how much a measure of the test rows has to be better than the baseline's."""

    measure: str
    least: float

    def of(self, found: float, baseline: float) -> float:
        return baseline - found if self.measure.endswith("error") else found - baseline


MARGINS = {
    "airline": Margin("mean_absolute_error", 50),  # thousands of passengers, of the 83 by which the last value is off
    "adult": Margin("accuracy", 0.07),
    "california": Margin("mean_absolute_error", 40_000),  # dollars
    "penguins": Margin("accuracy", 0.45),
    "sms": Margin("accuracy", 0.1),
    "wine_quality": Margin("binary_accuracy", 0.015),  # a tenth of a class
}


def test_every_spec_has_a_margin() -> None:
    assert {path.stem for path in SPECS} == set(MARGINS)


@pytest.mark.usefixtures("shared_data")
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_spec_of_real_data_beats_its_baseline(path: Path, tmp_path: Path) -> None:
    measures = specrun.load(path).run(tmp_path / "run").metrics["test"]
    margin = MARGINS[path.stem]
    without_network = measures.get("last_value", measures["baseline"])
    better = margin.of(measures[margin.measure], without_network[margin.measure])
    assert better >= margin.least, f"{margin.measure} is better by {better:.4g} alone"
