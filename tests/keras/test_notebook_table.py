"""A run shows itself in a notebook: escaped HTML with its measures, its place and its curve; and one short line."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from xml.etree import ElementTree

import pytest

import specrun
from specrun.runtime.results import rounded
from specrun.runtime.run import Run

SPEC = """specrun: 1
name: wine
data: {dataset: wine, split: {test: 0.2, validation: 0.2}}
features: {"*": number}
target: target
classes: auto
layers: [{Dense: 8}]
training: {epochs: 3, metrics: [accuracy]}
"""
HOSTILE = "<script>alert(1)</script>&\"'\x1b[31m"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return specrun.check(SPEC).run(tmp_path_factory.mktemp("runs") / "1")


def tables(html: str) -> list[list[str]]:
    return [["".join(cell.itertext()) for cell in row] for row in ElementTree.fromstring(html).iter("tr")]


def test_it_has_the_measures_beside_the_baseline(run: Run) -> None:
    titles, rows, *measures = tables(run._repr_html_())
    assert titles == ["", "train", "validation", "test", "baseline"]
    assert rows == ["rows", "106", "36", "36", ""]
    assert [row[0] for row in measures] == ["accuracy", "loss"]
    for name, *cells in measures:
        assert cells[:3] == [rounded(run.metrics[part][name]) for part in ("train", "validation", "test")]
    assert measures[0][4] == rounded(run.metrics["test"]["baseline"]["accuracy"])
    assert str(run.directory) in run._repr_html_()


def test_the_curve_has_a_point_for_each_epoch(run: Run) -> None:
    lines = [line.get("points", "") for line in ElementTree.fromstring(run._repr_html_()).iter("polyline")]
    assert [len(line.split()) for line in lines] == [3, 3]
    many = dataclasses.replace(run, history={"loss": [1 / (i + 1) for i in range(10_000)] + [float("nan")]})
    (line,) = (line.get("points", "") for line in ElementTree.fromstring(many._repr_html_()).iter("polyline"))
    assert 100 < len(line.split()) <= 160
    assert "nan" not in line


def test_hostile_names_are_escaped(run: Run) -> None:
    plan = dataclasses.replace(run.plan, name=HOSTILE)
    metrics = {part: {**measures, HOSTILE: 1.0} for part, measures in run.metrics.items()}
    html = dataclasses.replace(run, plan=plan, metrics=metrics, directory=Path(HOSTILE))._repr_html_()
    assert "<script" not in html
    assert "\x1b" not in html
    root = ElementTree.fromstring(html)
    assert root.find(".//script") is None
    assert [row[0] for row in tables(html)].count("<script>alert(1)</script>&\"'\\x1b[31m") == 1


def test_its_repr_is_one_short_line(run: Run) -> None:
    shown = repr(run)
    assert shown.startswith(f"Run('wine', directory={str(run.directory)!r}, accuracy=")
    assert len(shown) < 80 + len(str(run.directory))
    assert "\x1b" not in repr(dataclasses.replace(run, directory=Path(HOSTILE)))


def test_a_loaded_run_shows_the_same(run: Run) -> None:
    assert specrun.load_run(run.directory)._repr_html_() == run._repr_html_()
