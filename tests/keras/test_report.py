"""The report of a run, for each task: that it is there, what it holds, and what it costs where it fails."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import specrun as face
from specrun.cli import main
from specrun.runtime.report import of_run
from specrun.runtime.report.building import gathered
from specrun.runtime.report.facts import Report
from specrun.runtime.report.subject import Subject

SECTIONS = (
    "Summary",
    "What was asked",
    "Data",
    "Network",
    "Learning curves",
    "Scores and baselines",
    "Answers and truth",
    "Most wrong rows",
    "What the network goes by",
    "Scores by slice",
    "Model card",
    "How this was computed",
)
HEAD = "specrun: 1\nname: shop\ndescription: Two & <more>.\n"
FEATURES = "features: {price: {type: number, missing: mean}, noise: number, town: category, open: boolean}\n"
END = "layers: [{Dense: {units: 8, activation: relu}}]\ntraining: {epochs: 3, seed: 1}\n"
SPLIT = "data: {path: shop.csv, split: {validation: 0.2, test: 0.3, seed: 3}}\n"
TWO = "targets: {a: {column: sum, type: number}, b: {column: sold, classes: [few, many]}}\n"
SERIES = """data: {path: shop.csv, split: {test: 0.3, time: day}}
features: {sum: {type: timeseries, window: 6}}
target: {column: sum, horizon: 2}
"""
TASKS = {
    "classes": f"{HEAD}{SPLIT}{FEATURES}target: size\nclasses: [s, m, l]\n{END}",
    "binary": f"{HEAD}{SPLIT}{FEATURES}target: sold\nclasses: [few, many]\n{END}",
    "labels": f"{HEAD}{SPLIT}{FEATURES}target: {{column: tags, type: labels}}\nclasses: [new, old]\n{END}",
    "ordinal": f"{HEAD}{SPLIT}{FEATURES}target: {{column: size, type: ordinal}}\nclasses: [s, m, l]\n{END}",
    "number": f"{HEAD}{SPLIT}{FEATURES}target: sum\n{END}",
    "numbers": f"{HEAD}{SPLIT}{FEATURES}target: [sum, noise2]\n{END}",
    "outputs": f"{HEAD}{SPLIT}{FEATURES}{TWO}{END}",
    "series": f"{HEAD}{SERIES}layers: [Flatten]\ntraining: {{epochs: 2}}\n",
    "streamed": f"{HEAD}{SPLIT.replace('{path', '{memory: streamed, path')}{FEATURES}target: sum\n{END}",
    "untested": f"{HEAD}data: {{path: shop.csv, split: {{column: part}}}}\n{FEATURES}target: sum\n{END}",
}


def write_shop(folder: Path) -> None:
    """Write data in which the price tells all."""
    random = np.random.default_rng(2)
    rows = ["price,noise,noise2,town,open,sold,size,tags,sum,day,part"]
    for i in range(160):
        price, town = round(random.normal(10, 3), 2), ("Ulm", "Bonn", "Ünye")[i % 3]
        few, size = ("few", "many")[price > 10], "sml"[int(price > 9) + int(price > 11)]
        tags = "|".join(tag for tag, has in (("new", price > 8), ("old", i % 4 == 0)) if has)
        shown = "" if i % 11 == 0 else f"{price}"
        noise = ",".join(f"{random.normal():.3f}" for _ in range(2))
        day = f"2024-{1 + i // 28:02}-{1 + i % 28:02}"
        rows.append(f"{shown},{noise},{town},{('no', 'yes')[i % 2]},{few},{size},{tags},{price * 3:.2f},{day},train")
    (folder / "shop.csv").write_text("\n".join(rows), encoding="utf-8")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with data, which is the current one; what goes wrong in a report is raised there."""
    write_shop(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPECRUN_TRACEBACK", "1")
    return tmp_path


def specrun(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def page(path: Path) -> str:
    return path.read_text("utf-8")


def sections(text: str) -> list[str]:
    return re.findall(r"<h2[^>]*>([^<]+)</h2>", text)


@pytest.mark.parametrize("task", TASKS)
def test_each_task_has_a_report(shop: Path, task: str) -> None:
    face.check(TASKS[task], folder=shop).run(out=shop / "out")
    text = page(shop / "out" / "report.html")
    assert tuple(sections(text)) == SECTIONS
    assert "Two &amp; &lt;more&gt;." in text
    assert "not a number" not in text.split("How this was computed")[0].split("What Keras measured")[0]
    assert "left out: " not in text
    judged = {"untested": "160 training rows", "series": "47 test windows"}.get(task, "48 test rows")
    verdicts = re.findall(r"class=\"verdict\">[^<]*? on ([^<.]*)[.,]", text)
    assert set(verdicts) == {judged}


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """The facts of the reports that are written from here on."""
    found: list[Report] = []

    def kept(*given: Any) -> Report:
        found.append(gathered(*given))
        return found[-1]

    monkeypatch.setattr(of_run, "gathered", kept)
    return found


def test_what_tells_all_is_found(shop: Path, reports: list[Report]) -> None:
    text = TASKS["number"].replace("epochs: 3", "epochs: 60, optimizer: {Adam: {learning_rate: 0.02}}")
    run = face.check(text, folder=shop).run(out=shop / "out")
    (report,) = reports
    assert report.judgement is not None
    (head,) = report.judgement.heads
    assert head.importance is not None
    first, *others = head.importance.columns
    assert first.name == "price"
    assert first.mean > 5 * max(each.mean for each in others)
    assert (head.importance.rows, head.importance.repeats) == (48, 5)
    own = head.scores.own
    assert own is not None
    assert own.value == pytest.approx(run.metrics["test"]["mean_absolute_error"], rel=1e-5)
    baseline = next(one for one in head.scores.scored if one.name == "mean").values[0]
    assert baseline is not None
    assert baseline.value == pytest.approx(run.metrics["test"]["baseline"]["mean_absolute_error"], rel=1e-5)
    assert {one.name for one in head.scores.scored} == {"network", "mean", "linear regression", "gradient boosting"}


@pytest.mark.parametrize("most", [7, 1000])
def test_of_streamed_rows_a_sample_is_seen(shop: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    subjects: list[Subject] = []

    def kept(subject: Subject) -> Report:
        subjects.append(subject)
        return gathered(subject)

    monkeypatch.setattr(of_run, "gathered", kept)
    monkeypatch.setattr("specrun.runtime.streaming.rows.SAMPLED_ROWS", most)
    face.check(TASKS["streamed"], folder=shop).run(out=shop / "out")
    file = pd.read_csv(shop / "shop.csv")
    for part, seen in subjects[0].seen.items():
        rows = subjects[0].rows[part]
        step = -(-rows // most)
        assert len(seen.frame) == len(seen.labels) == -(-rows // step)
        assert seen.labels.ravel() == pytest.approx(seen.frame["sum"].to_numpy("float64"))
        assert file["sum"].iloc[seen.frame.index].tolist() == pytest.approx(seen.labels.ravel())
    sampled = f"on {-(-48 // 7)} test rows, a sample of 48." if most == 7 else "on 48 test rows."
    assert sampled in page(shop / "out/report.html")


def test_a_series_is_held_against_the_value_before(shop: Path, reports: list[Report]) -> None:
    run = face.check(TASKS["series"], folder=shop).run(out=shop / "out")
    assert reports[0].judgement is not None
    scores = {one.name: one.values[0] for one in reports[0].judgement.heads[0].scores.scored}
    last = scores["last value"]
    assert last is not None
    assert last.value == pytest.approx(run.metrics["test"]["last_value"]["mean_absolute_error"], rel=1e-5)


def test_a_report_is_the_same_but_for_times(shop: Path) -> None:
    for out in ("a", "b"):
        face.check(TASKS["outputs"], folder=shop).run(out=shop / out)
    one, other = (re.sub(r"from 20[^<]*? s<", "<", page(shop / out / "report.html")) for out in ("a", "b"))
    assert one.replace(str(shop / "a"), "") == other.replace(str(shop / "b"), "")


def test_a_report_that_fails_costs_no_run(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.delenv("SPECRUN_TRACEBACK")
    monkeypatch.setattr(of_run, "gathered", fail)
    (shop / "shop.yaml").write_text(TASKS["binary"], "utf-8")
    result = specrun("run", "shop.yaml")
    assert result.exit_code == 0
    assert "warning[R205]: the report of the run could not be written: division by zero" in result.stderr
    names = {path.name for path in (shop / "runs/shop/1").iterdir()}
    assert "model.keras" in names
    assert "report.html" not in names


def test_a_report_is_left_out_where_none_is_wanted(shop: Path) -> None:
    (shop / "shop.yaml").write_text(TASKS["binary"], "utf-8")
    assert specrun("run", "shop.yaml", "--no-report").exit_code == 0
    assert not (shop / "runs/shop/1/report.html").exists()
    face.load(shop / "shop.yaml").run(out=shop / "out", report=False)
    assert not (shop / "out/report.html").exists()


def test_new_rows_have_a_report_of_their_own(shop: Path) -> None:
    (shop / "shop.yaml").write_text(TASKS["classes"], "utf-8")
    assert specrun("run", "shop.yaml", "--no-report").exit_code == 0
    head, *rows = (shop / "shop.csv").read_text("utf-8").splitlines()
    more = [row.replace("Ulm", "Rome") for row in rows]
    (shop / "new.csv").write_text("\n".join([head, *more]), "utf-8")
    result = specrun("evaluate", "runs/shop/1", "new.csv", "--report", "new.html")
    assert result.exit_code == 0
    text = page(shop / "new.html")
    assert tuple(sections(text)) == tuple(name for name in SECTIONS if name != "Learning curves")
    assert "on 160 rows of new.csv" in text
    assert "what no training row has, such as <code>Rome</code>" in text
    refused = specrun("evaluate", "runs/shop/1", "new.csv", "--report", "nowhere/new.html")
    assert refused.exit_code == 1
    assert "error[R102]" in refused.stderr
