"""Runs that are there: found again, listed, set side by side, and trained anew to the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from specrun.cli import main
from specrun.runtime.curves import curves

SPEC = """specrun: 1
name: sizes
data: {path: sizes.csv, split: {test: 0.25}}
features: {a: number, b: category}
target: c
classes: [0, 1]
layers: [{Dense: 4}, {Dropout: 0.2}]
training: {epochs: 2}
"""


def specrun(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("sizes.csv").write_text("a,b,c\n" + "".join(f"{i % 11 / 2},k{i % 3},{i % 11 // 6}\n" for i in range(80)))
    Path("spec.yaml").write_text(SPEC)
    return tmp_path


def numbers(here: Path) -> list[str]:
    return sorted(path.name for path in (here / "runs" / "sizes").iterdir())


def test_the_same_is_not_trained_twice(here: Path) -> None:
    assert specrun("run", "spec.yaml").exit_code == 0
    found = specrun("run", "spec.yaml")
    assert found.exit_code == 0
    assert "runs/sizes/1 is this very run" in found.output
    assert numbers(here) == ["1"]
    as_json = json.loads(CliRunner().invoke(main, ["run", "spec.yaml", "--json"]).stdout)
    assert as_json["directory"] == "runs/sizes/1"
    assert as_json["metrics"] == json.loads((here / "runs/sizes/1/metrics.json").read_text())
    assert as_json["rows"] == {"train": 60, "test": 20}

    assert specrun("run", "spec.yaml", "--again").exit_code == 0
    assert specrun("run", "spec.yaml", "--out", "there").exit_code == 0
    assert specrun("run", "spec.yaml", "--set", "training.epochs=3").exit_code == 0
    assert numbers(here) == ["1", "2", "3"]
    with Path("sizes.csv").open("a") as file:
        file.write("1,k1,0\n")
    assert specrun("run", "spec.yaml").exit_code == 0
    assert numbers(here) == ["1", "2", "3", "4"]
    (here / "runs/sizes/4/stopped.txt").write_text("The training was stopped.\n")
    assert specrun("run", "spec.yaml").exit_code == 0
    assert numbers(here) == ["1", "2", "3", "4", "5"]


def test_a_run_is_reproduced_or_the_difference_told(here: Path) -> None:
    assert specrun("run", "spec.yaml").exit_code == 0
    again = specrun("reproduce", "runs/sizes/1")
    assert again.exit_code == 0, again.output
    assert again.output.count("the same") == 4
    assert numbers(here) == ["1"]
    history = here / "runs/sizes/1/history.csv"
    history.write_text(history.read_text().replace("1,", "1,1", 1))
    again = specrun("reproduce", "runs/sizes/1")
    assert again.exit_code == 3
    assert "history.csv: differs" in again.output


def listed(*arguments: str) -> list[str]:
    """The directories in a listing."""
    words = [line.split() for line in specrun("runs", *arguments).output.splitlines()]
    return [first for first, *_ in filter(None, words) if first.startswith("runs/")]


def test_runs_are_listed_and_compared(here: Path) -> None:
    assert "there are no runs in runs" in specrun("runs").output
    for setting in ("training.epochs=2", "training.epochs=40"):
        assert specrun("run", "spec.yaml", "--set", setting).exit_code == 0
    assert listed() == ["runs/sizes/1", "runs/sizes/2"]
    assert listed("--sort", "loss") == ["runs/sizes/2", "runs/sizes/1"]
    unknown = specrun("runs", "--sort", "speed")
    assert unknown.exit_code == 2
    assert "there are accuracy, loss" in unknown.output.replace("\n", " ")

    compared = specrun("compare", "runs/sizes/1", "runs/sizes/2").output
    assert "- epochs: 2" in compared
    assert "+ epochs: 40" in compared
    assert "loss, by epochs" in compared
    assert specrun("compare", "runs/sizes/1", "runs/sizes/1").output.startswith("the two specs mean the same")
    Path("sizes.csv").unlink()
    assert "-  epochs: 2" in specrun("compare", "runs/sizes/1", "runs/sizes/2").output
    assert specrun("compare", "runs/sizes/1", "runs").exit_code == 1
    assert here.exists()


def test_what_is_no_run_is_said(here: Path) -> None:
    (here / "none").mkdir()
    (here / "none" / "metrics.json").write_text("[1, 2")
    refused = specrun("reproduce", "none")
    assert refused.exit_code == 1
    assert "error[R104]: `none` is no run directory" in refused.output


def test_a_changed_byte_is_named(here: Path) -> None:
    for setting in ("training.epochs=1", "training.epochs=2"):
        assert specrun("run", "spec.yaml", "--set", setting).exit_code == 0
    assert specrun("runs", "--check").exit_code == 0
    model = here / "runs/sizes/1/model.keras"
    model.write_bytes(model.read_bytes().replace(b"metadata", b"metadatb", 1))
    assert specrun("runs").exit_code == 0  # what it does not read it does not look at
    checked = specrun("runs", "--check")
    assert checked.exit_code == 1
    assert "`model.keras` of `runs/sizes/1` is damaged: it is not the file that the run left" in checked.output
    assert listed("--check") == ["runs/sizes/1", "runs/sizes/2"]

    metrics = here / "runs/sizes/2/metrics.json"
    metrics.write_text(metrics.read_text().replace("0.", "0.1", 1))
    told = specrun("runs")
    assert told.exit_code == 1
    assert "error[R112]: `metrics.json` of `runs/sizes/2` is damaged: it has" in told.output
    assert listed() == ["runs/sizes/1"]
    (here / "runs/sizes/2/manifest.json").unlink()
    assert "error[R113]: `runs/sizes/2` has no `manifest.json`" in specrun("runs").output


def test_curves() -> None:
    assert curves([[0, 1, 2, 7]]) == ["▁▂▃█"]
    assert curves([[0.0, 1.0], [1.0]]) == ["▁█", "█"]
    assert curves([[float("nan"), 1.0], []]) == [" ▁", ""]
    assert curves([[]]) == [""]
    longer, shorter = curves([[float(i) for i in range(100)], [0.0] * 50])
    assert (len(longer), len(shorter)) == (25, 13)
