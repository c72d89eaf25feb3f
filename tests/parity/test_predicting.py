"""What `predict` gives a model of a file is what the training gave it of that file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from specrun.cli import main
from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.language.dump import to_yaml
from specrun.compiler.matching import has_wildcard
from specrun.predicting import evaluate_file, predict_file
from specrun.runtime import given
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.evaluating import of_file
from specrun.runtime.given import Rows
from specrun.runtime.loading import load_run
from specrun.runtime.manifest import write_manifest
from specrun.runtime.profile import choose_training
from specrun.runtime.rows import execute_steps
from specrun.runtime.run import run
from specrun.runtime.serving import raw_tensors
from specrun.runtime.using import predictions
from tests.parity.test_parity import CASES, compiled, raw_of


def file_of(compilation: Compilation) -> Path | None:
    """The one file of a case's data; None where it has several, or none."""
    path = compilation.spec.data.path
    if path is None or has_wildcard(path):
        return None
    return _in_order(compilation, compilation.folder / path)


def _in_order(compilation: Compilation, path: Path) -> Path:
    """The file, or a copy with its rows in the order of time where a series asks for that."""
    time = compilation.spec.data.split.time
    if compilation.plan.series is None or time is None:
        return path
    is_table = path.suffix == ".parquet"
    rows = pd.read_parquet(path) if is_table else pd.read_csv(path, dtype=str, keep_default_na=False)
    rows = rows.sort_values(time, kind="stable", key=None if is_table else _times)
    ordered = path.with_stem(f"{path.stem}-in-order")
    rows.to_parquet(ordered) if is_table else rows.to_csv(ordered, index=False)
    return ordered


def _times(values: Any) -> Any:
    numbers = pd.to_numeric(values, errors="coerce")
    return pd.to_datetime(values, format="ISO8601", utc=True) if numbers.isna().any() else numbers


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_model_is_given_the_same(case: Path, workplace: Path, tmp_path: Path) -> None:
    compilation = compiled(case, workplace)
    plan, data = compilation.plan, file_of(compilation)
    if data is None:
        return
    (tmp_path / "spec.yaml").write_text(to_yaml(compilation.spec), "utf-8")
    frames = list(Rows(plan, tmp_path, [data]).frames())
    given = raw_tensors(plan, pd.concat(frames, ignore_index=True))
    evaluator = Evaluator(compilation.folder)
    evaluator.variables |= plan.constants
    first, *others = plan.data.reading
    is_sorted = data.stem.endswith("-in-order")
    execute_steps((of_file(first, data) if is_sorted else first, *others), evaluator, plan.data.span)
    frame = evaluator.variables["data"]
    if plan.series is not None:
        frame = frame.iloc[[*range(len(frame)), *[-1] * plan.series.horizon]]
    trained_on = raw_of(plan, frame)
    assert given.keys() == trained_on.keys()
    for name, values in trained_on.items():
        assert same(given[name], values), name


def same(one: Any, other: Any) -> bool:
    """Whether two tensors are the same to a model, which takes its numbers as float32."""
    a, b = (np.asarray(keras.ops.convert_to_numpy(values)) for values in (one, other))
    a, b = (values.astype("float32") if values.dtype.kind in "fi" else values for values in (a, b))
    return a.shape == b.shape and (a.tolist() == b.tolist() or bool(np.array_equal(a, b, equal_nan=True)))


KINDS = (
    "category_one_hot",
    "csv_german",
    "labels_in_cells",
    "ordinal",
    "several_numbers",
    "two_targets",
    "series_several",
)


@pytest.mark.parametrize("name", KINDS)
def test_a_run_predicts_as_it_did_when_it_ended(name: str, workplace: Path, tmp_path: Path) -> None:
    case = next(case for case in CASES if case.stem == name)
    compilation = compiled(case, workplace)
    done = run(compilation, tmp_path / "run")
    loaded = load_run(tmp_path / "run")
    assert (loaded.history, loaded.metrics, loaded.rows) == (done.history, done.metrics, done.rows)
    assert loaded.plan == done.plan
    data = file_of(compilation)
    assert data is not None
    (frame,) = Rows(loaded.plan, tmp_path / "run", [data]).frames()
    pd.testing.assert_frame_equal(predictions(loaded, frame), predictions(done, frame), check_exact=True)

    found = {}
    for ending in ("csv", "jsonl", "parquet"):
        output = tmp_path / f"out.{ending}"
        told = CliRunner().invoke(main, ["predict", str(tmp_path / "run"), str(data), "-o", str(output)])
        assert told.exit_code == 0, told.output
        found[ending] = READERS[ending](output)
        assert len(found[ending]) == len(predictions(done, frame))
    assert not list(tmp_path.glob(".out*"))
    assert list(found["csv"].columns) == list(found["jsonl"].columns) == list(found["parquet"].columns)
    for head in done.plan.heads:
        if head.classes and head.task.name != "LABELS":
            (target,) = head.columns
            shares = found["parquet"][[f"{target}: {value}" for value in head.classes]]
            assert np.allclose(shares.sum(axis=1), 1, atol=1e-5)
            assert set(found["parquet"][target]) <= set(head.classes)


def test_a_spreadsheet_finds_no_formula(tmp_path: Path) -> None:
    rows = [f"{i},{('=1+1', '-2', 'c')[i % 3]}" for i in range(60)]
    (tmp_path / "rows.csv").write_text("\n".join(["x,@y", *rows, ""]), "utf-8")
    spec = {
        "specrun": 1,
        "data": {"path": "rows.csv"},
        "features": {"x": "number"},
        "target": "@y",
        "classes": ["=1+1", "-2", "c"],
        "layers": [],
        "training": {"epochs": 1},
    }
    run(compile_spec(Source(yaml.safe_dump(spec), "spec.yaml", tmp_path)), tmp_path / "run", report=False)
    told = predict(tmp_path / "run", tmp_path / "rows.csv", "-o", tmp_path / "safe.csv")
    kept = predict(tmp_path / "run", tmp_path / "rows.csv", "-o", tmp_path / "kept.csv", "--keep-formulas")
    safe, plain = (pd.read_csv(tmp_path / name, dtype=str) for name in ("safe.csv", "kept.csv"))
    assert plain.columns.tolist() == ["@y", "@y: =1+1", "@y: -2", "@y: c"]
    assert safe.columns.tolist() == [f"'{name}" for name in plain.columns]
    assert safe["'@y"].tolist() == [f"'{cell}" if cell == "=1+1" else cell for cell in plain["@y"]]
    assert safe.iloc[:, 1:].to_numpy().tolist() == plain.iloc[:, 1:].to_numpy().tolist()
    assert "before that, for spreadsheets" in told
    assert "spreadsheets" not in kept


def predict(*arguments: object) -> str:
    told = CliRunner().invoke(main, ["predict", *map(str, arguments)])
    assert told.exit_code == 0, told.output
    return told.output


READERS: dict[str, Any] = {
    "csv": pd.read_csv,
    "jsonl": lambda path: pd.DataFrame([json.loads(line) for line in path.read_text("utf-8").splitlines()]),
    "parquet": pd.read_parquet,
}


def test_what_is_wrong_is_said_before_anything_is_written(workplace: Path, tmp_path: Path) -> None:
    case = next(case for case in CASES if case.stem == "category_one_hot")
    compilation = compiled(case, workplace)
    run(compilation, tmp_path / "run")
    data = file_of(compilation)
    assert data is not None

    def predict(*arguments: object) -> str:
        told = CliRunner().invoke(main, ["predict", *map(str, arguments)])
        assert told.exit_code == 1
        assert "Traceback" not in told.output
        return told.output

    assert "[R104]" in predict(tmp_path, data, "-o", tmp_path / "out.csv")
    assert "[R102]" in predict(tmp_path / "run", data, "-o", tmp_path / "out.xlsx")
    assert "[R102]" in predict(tmp_path / "run", data, "-o", tmp_path / "none" / "out.csv")
    (tmp_path / "other.csv").write_text("x,y\n1,2\n")
    assert "[R105]" in predict(tmp_path / "run", tmp_path / "other.csv", "-o", tmp_path / "out.csv")
    assert "[D101]" in predict(tmp_path / "run", tmp_path / "gone.csv", "-o", tmp_path / "out.csv")
    weights = tmp_path / "run" / "weights.npz"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-100])
    assert "[R112]: `weights.npz` of" in predict(tmp_path / "run", data, "-o", tmp_path / "out.csv")
    weights.write_bytes(whole)
    plan = tmp_path / "run" / "plan.json"
    plan.write_text(plan.read_text("utf-8").replace('"keras.Input"', '"os.system"'), "utf-8")
    assert "`plan.json` of" in predict(tmp_path / "run", data, "-o", tmp_path / "out.csv")
    write_manifest(tmp_path / "run")
    assert "not an allowed function: 'os.system'" in predict(tmp_path / "run", data, "-o", tmp_path / "out.csv")
    forged = json.loads(plan.read_text("utf-8").replace('"os.system"', '"keras.Input"'))
    forged["data"]["reading"][0]["value"] = {"type": "Literal", "value": 1}
    plan.write_text(json.dumps(forged), "utf-8")
    write_manifest(tmp_path / "run")
    with pytest.raises(SpecError, match="the training read no data"):
        evaluate_file(tmp_path / "run", data)
    assert not list(tmp_path.glob("*out*"))
    assert yaml.safe_load((tmp_path / "run" / "spec.yaml").read_text("utf-8"))["specrun"] == 1


JUDGED = ("split_order", "labels_in_cells", "targets_of_every_kind", "several_numbers", "ordinal", "jsonl")


@pytest.mark.parametrize("name", JUDGED)
def test_a_run_is_judged_as_it_was_when_it_ended(name: str, workplace: Path, tmp_path: Path) -> None:
    """On a file of the test rows alone, in their order, the measures are those of the run, bit for bit."""
    case = next(case for case in CASES if case.stem == name)
    text = yaml.safe_load(case.read_text("utf-8"))
    text["data"]["split"] = {"test": 0.25, "validation": 0.2, "shuffle": False}
    source = Source(yaml.safe_dump(text, sort_keys=False), case.name, workplace)
    compilation = compile_spec(source, choose_training=choose_training, count_values=True)
    done = run(compilation, tmp_path / "run")
    data = file_of(compilation)
    assert data is not None
    lines = [line for line in data.read_bytes().splitlines(keepends=True) if line.strip()]
    header = [] if data.suffix == ".jsonl" else lines[:1]
    part = tmp_path / data.name
    part.write_bytes(b"".join([*header, *lines[-done.rows["test"] :]]))

    told = CliRunner().invoke(main, ["evaluate", str(tmp_path / "run"), str(part), "--json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    expected = {name: value for name, value in done.metrics["test"].items() if name != "baseline"}
    assert found == {"rows": done.rows["test"], "metrics": expected}
    table = CliRunner().invoke(main, ["evaluate", str(tmp_path / "run"), str(part)])
    assert table.exit_code == 0
    assert "baseline" in table.output


def test_a_run_is_not_judged_without_the_target(workplace: Path, tmp_path: Path) -> None:
    compilation = compiled(next(case for case in CASES if case.stem == "jsonl"), workplace)
    run(compilation, tmp_path / "run")
    data = file_of(compilation)
    assert data is not None
    (target,) = compilation.plan.heads[0].columns
    rows = [json.loads(line) for line in data.read_text("utf-8-sig").splitlines() if line.strip()]
    less = tmp_path / "less.jsonl"
    less.write_text("".join(json.dumps({k: v for k, v in row.items() if k != target}) + "\n" for row in rows), "utf-8")
    told = CliRunner().invoke(main, ["evaluate", str(tmp_path / "run"), str(less)])
    assert told.exit_code == 1
    assert "which the model predicts" in told.output
    predicted = CliRunner().invoke(main, ["predict", str(tmp_path / "run"), str(less), "-o", str(tmp_path / "p.csv")])
    assert predicted.exit_code == 0, predicted.output
    assert len(pd.read_csv(tmp_path / "p.csv")) == len(rows)


def test_what_differs_from_training_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("n,m,c,t\n" + "".join(f"{i % 10},{i % 7},k{i % 3},{i % 2}\n" for i in range(90)), "utf-8")
    text = """specrun: 1
name: drift
data: {path: a.csv}
features: {n: number, m: number, c: category}
target: t
classes: [0, 1]
layers: [{Dense: 2}]
training: {epochs: 1}
"""
    run(compile_spec(Source(text, "spec.yaml", Path())), Path("run"))
    same = CliRunner().invoke(main, ["predict", "run", "a.csv", "-o", "p.csv"])
    assert "not as in training" not in same.stderr
    rows = "".join(f"{i % 10 + 3},{i % 7},{'new' if i % 10 == 0 else 'k1'}\n" for i in range(90))
    Path("b.csv").write_text("n,m,c\n" + rows, "utf-8")
    told = CliRunner().invoke(main, ["predict", "run", "b.csv", "-o", "p.csv"])
    assert told.exit_code == 0
    assert told.stderr.splitlines() == [
        "not as in training: `n` is 7.5 in the mean, and was 4.472 in training: 1.0 standard deviations away",
        "not as in training: `c`: 10.0% of the rows have what no training row has, such as `new`",
    ]


def test_a_series_goes_by_its_time_some_rows_at_a_time(
    workplace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compilation = compiled(next(case for case in CASES if case.stem == "series_embedded"), workplace)
    done = run(compilation, tmp_path / "run")
    data = file_of(compilation)
    assert data is not None
    (frame,) = Rows(done.plan, tmp_path / "run", [data]).frames()
    monkeypatch.setattr(given, "BATCH_ROWS", 7)
    parts = list(Rows(done.plan, tmp_path / "run", [data]).frames())
    assert len(parts) > 3
    found = pd.concat([predictions(done, part) for part in parts], ignore_index=True)
    pd.testing.assert_frame_equal(found, predictions(done, frame))

    other = workplace / str(compilation.spec.data.path)
    told = CliRunner().invoke(main, ["predict", str(tmp_path / "run"), str(other), "-o", str(tmp_path / "out.csv")])
    assert told.exit_code == 1
    assert "error[R105]: this row is of an earlier `moment` than the one before it" in told.output


def test_images_are_predicted_with_their_paths(workplace: Path, tmp_path: Path) -> None:
    compilation = compiled(next(case for case in CASES if case.stem == "image_folder"), workplace)
    done = run(compilation, tmp_path / "run")
    images = sorted((workplace / "images").glob("*/*"))
    flat = tmp_path / "flat"
    flat.mkdir()
    for number, image in enumerate(images):
        shutil.copyfile(image, flat / f"{number:03}{image.suffix}")
    found = []
    for folder in (workplace / "images", flat):
        told = CliRunner().invoke(main, ["predict", str(tmp_path / "run"), str(folder), "-o", str(tmp_path / "o.csv")])
        assert told.exit_code == 0, told.output
        found.append(pd.read_csv(tmp_path / "o.csv"))
    assert found[0]["image"].tolist() == [str(image) for image in images]
    pd.testing.assert_frame_equal(found[0].drop(columns="image"), found[1].drop(columns="image"))
    own = predictions(done, pd.DataFrame({"image": [str(image) for image in images]}))
    assert np.allclose(own.iloc[:, 1:], found[0].iloc[:, 2:], atol=1e-6)
    judged = CliRunner().invoke(main, ["evaluate", str(tmp_path / "run"), str(workplace / "images"), "--json"])
    assert judged.exit_code == 0, judged.output
    assert json.loads(judged.stdout)["rows"] == len(images)
    (flat / "notes.txt").write_text("no image")
    told = CliRunner().invoke(main, ["predict", str(tmp_path / "run"), str(flat), "-o", str(tmp_path / "o.csv")])
    assert "error[D251]" in told.output


def test_several_files_are_predicted_one_behind_the_other(workplace: Path, tmp_path: Path) -> None:
    compilation = compiled(next(case for case in CASES if case.stem == "category_one_hot"), workplace)
    run(compilation, tmp_path / "run")
    data = file_of(compilation)
    assert data is not None

    def predicted(*files: Path) -> pd.DataFrame:
        command = ["predict", str(tmp_path / "run"), *map(str, files), "-o", str(tmp_path / "o.csv")]
        told = CliRunner().invoke(main, command)
        assert told.exit_code == 0, told.output
        return pd.read_csv(tmp_path / "o.csv")

    one = predicted(data)
    pd.testing.assert_frame_equal(predicted(data, data), pd.concat([one, one], ignore_index=True))
    other = ["predict", str(tmp_path / "run"), str(data), str(tmp_path / "x.jsonl"), "-o", str(tmp_path / "o.csv")]
    assert "is of another format than" in CliRunner().invoke(main, other).output


@pytest.mark.parametrize("name", ["image_column", "image_folder"])
def test_images_that_the_data_name_are_read(name: str, workplace: Path, tmp_path: Path) -> None:
    """The plan of a saved run reads no other file, and these."""
    compilation = compiled(next(case for case in CASES if case.stem == name), workplace)
    done = run(compilation, tmp_path / "run", report=False)
    data = compilation.folder / str(compilation.spec.data.path)
    measures, rows = evaluate_file(tmp_path / "run", data)
    assert (rows, set(measures)) == (sum(done.rows.values()), set(done.metrics["train"]))
    assert predict_file(tmp_path / "run", [data], tmp_path / "out.csv").rows == rows
