"""A live run from the command line: what it shows, what it leaves, what it refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from specrun.cli import main

SPEC = """\
specrun: 1
name: shop
data: {path: shop.csv, split: {validation: 0.2, test: 0.25}}
features:
  price: {type: number, missing: median}
  town: category
  open: boolean
target: sold
classes: [few, many]
layers: [{Dense: {units: 4, activation: relu}}]
training:
  epochs: 3
  batch_size: 8
  callbacks: [{ModelCheckpoint: {monitor: val_loss, save_best_only: true}}]
  seed: 3
"""

FILES = {
    "spec.yaml",
    "script.py",
    "model.keras",
    "weights.npz",
    "plan.json",
    "fitted.json",
    "metrics.json",
    "history.csv",
    "environment.txt",
    "run.json",
    "manifest.json",
    "contract.json",
    "report.html",
    "checkpoint",
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a spec and its data, which is the current one."""
    rows = [
        ",".join(
            [
                "" if i % 9 == 0 else f"{i / 3}",
                ("Ünye", "Ulm")[i % 2],
                ("no", "yes")[i % 3 > 0],
                ("few", "many")[i > 20],
            ]
        )
        for i in range(40)
    ]
    (tmp_path / "shop.csv").write_text("\n".join(["price,town,open,sold", *rows]), encoding="utf-8")
    (tmp_path / "shop.yaml").write_text(SPEC, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def specrun(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def test_a_run_leaves_all_its_files(shop: Path) -> None:
    result = specrun("run", "shop.yaml", "--json")
    assert result.exit_code == 0
    directory = shop / "runs" / "shop" / "1"
    assert {path.name for path in directory.iterdir()} == FILES
    assert [path.name for path in (directory / "checkpoint").iterdir()] == ["shop.checkpoint.keras"]
    metrics = json.loads((directory / "metrics.json").read_text())
    assert list(metrics) == ["train", "validation", "test"]
    rows = {"train": 22, "validation": 8, "test": 10}
    assert json.loads(result.stdout) == {"directory": "runs/shop/1", "rows": rows, "metrics": metrics}
    with (directory / "history.csv").open() as file:
        history = list(csv.DictReader(file))
    assert [row["epoch"] for row in history] == ["1", "2", "3"]
    fitted = json.loads((directory / "fitted.json").read_text())
    assert fitted["classes"] == ["few", "many"]
    assert set(fitted["columns"]["price"]) == {"median", "mean", "variance"}
    assert "shop.csv" in (directory / "script.py").read_text()
    assert str(shop) not in (directory / "script.py").read_text()


def test_progress_is_plain_lines_in_a_pipe(shop: Path) -> None:  # noqa: ARG001
    result = specrun("run", "shop.yaml")
    lines = [line for line in result.stderr.splitlines() if line.startswith("epoch")]
    assert [line.split("  ")[0] for line in lines] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]
    assert "\x1b" not in result.output
    assert "epoch" not in result.stdout
    assert "baseline" in result.stdout
    assert "the run is in runs/shop/1" in result.stdout


def test_the_model_takes_raw_rows(shop: Path) -> None:
    import keras
    import tensorflow as tf

    specrun("run", "shop.yaml")
    model: Any = keras.models.load_model(shop / "runs" / "shop" / "1" / "model.keras")
    rows = {
        "price": tf.constant([3.5, float("nan")]),
        "town": tf.constant(["Ulm", "never seen"]),
        "open": tf.constant(["yes", "no"]),
    }
    given = np.asarray(model(rows))
    assert given.shape == (2, 1)
    assert ((given > 0) & (given < 1)).all()


def test_a_second_run_overwrites_nothing(shop: Path) -> None:
    specrun("run", "shop.yaml")
    before = (shop / "runs" / "shop" / "1" / "metrics.json").read_bytes()
    specrun("run", "shop.yaml", "--set", "training.epochs=1")
    assert (shop / "runs" / "shop" / "1" / "metrics.json").read_bytes() == before
    assert (shop / "runs" / "shop" / "2").is_dir()
    refused = specrun("run", "shop.yaml", "--out", "runs/shop/1")
    assert refused.exit_code == 1
    assert "R101" in refused.stderr
    assert (shop / "runs" / "shop" / "1" / "metrics.json").read_bytes() == before


def test_the_same_run_twice_is_the_same(shop: Path) -> None:
    specrun("run", "shop.yaml", "--out", "a")
    specrun("run", "shop.yaml", "--out", "b")
    for name in ("metrics.json", "history.csv", "fitted.json", "plan.json", "spec.yaml", "script.py"):
        assert (shop / "a" / name).read_bytes() == (shop / "b" / name).read_bytes()
    with np.load(shop / "a" / "weights.npz") as a, np.load(shop / "b" / "weights.npz") as b:
        assert [a[key].tobytes() for key in a] == [b[key].tobytes() for key in b]


def test_an_interrupt_ends_with_130_and_leaves_nothing(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("specrun.runtime.failing.train", interrupt)
    result = specrun("run", "shop.yaml")
    assert result.exit_code == 130
    assert not (shop / "runs").exists()


def test_what_the_libraries_refuse_is_a_diagnostic(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ValueError("shapes do not fit\nat some depth")

    monkeypatch.setattr("specrun.runtime.failing.train", refuse)
    result = specrun("run", "shop.yaml")
    assert result.exit_code == 1
    assert "error[R201]: the training broke off: shapes do not fit\n" in result.stderr
    assert "Traceback" not in result.output
    assert not (shop / "runs").exists()


def test_a_frame_is_predicted_as_the_model_takes_it(shop: Path) -> None:
    import pandas as pd

    import specrun as face

    text = SPEC.replace("town: category", "a/b: {type: category, missing: unknown}")
    (shop / "shop.csv").write_text((shop / "shop.csv").read_text("utf-8").replace("town", "a/b"), encoding="utf-8")
    run = face.check(text, folder=shop).run(out=shop / "out")
    frame = pd.DataFrame({"price": [1.5, None], "a/b": ["Ulm", None], "open": ["yes", "no"]})
    given = run.predict(frame)
    assert given.shape == (2, 1)
    assert np.isfinite(given).all()


def test_the_python_face(shop: Path) -> None:
    import pandas as pd

    import specrun as face

    spec = face.load(shop / "shop.yaml")
    run = spec.run(out=shop / "out")
    frame = pd.read_csv(shop / "shop.csv", dtype={"town": str, "open": str})
    assert run.predict(frame).shape == (40, 1)
    assert run.metrics["test"]["baseline"]["accuracy"] == pytest.approx(0.5, abs=0.5)
    assert spec.script().startswith('"""Predict `sold`')
    with pytest.raises(face.SpecError) as error:
        face.check(SPEC.replace("sold", "solid"), folder=shop)
    assert [d.code for d in error.value.diagnostics] == ["S205"]
