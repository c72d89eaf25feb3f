"""Cross-validation: the rows of each fold, what it learns, that the model stays the same, and Ctrl-C within."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from sklearn.model_selection import GroupKFold, GroupShuffleSplit, KFold, StratifiedKFold, train_test_split

from specrun.cli import main
from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.folds import fold_plans
from specrun.compiler.plan import Plan
from specrun.compiler.script import write_script
from specrun.compiler.verify import verify
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.folding import check_folds
from specrun.runtime.identity import find_finished, identity_of
from specrun.runtime.loading import load_run
from specrun.runtime.rows import read_parts
from specrun.runtime.run import run
from specrun.runtime.stopping import Stop, stopping
from specrun.runtime.training import train
from specrun.summary import remarks, to_json

SPEC = """specrun: 1
name: shop
data: {{path: shop.csv, split: {{{split}, seed: 7}}}}
features:
  price: {{type: number, missing: mean}}
  town: category
target: sold
classes: [few, many, none]
layers: [{{Dense: {{units: 4, activation: relu}}}}, {{Dropout: 0.2}}]
training: {{epochs: {epochs}, batch_size: 8, metrics: [accuracy]{training}}}
"""
SPLITS = {
    "random": "test: 0.25, folds: 4",
    "stratified": "test: 0.25, folds: 4, stratify: true",
    "grouped": "test: 0.25, folds: 4, group: household",
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """The rows of the file `shop.csv` in the current folder."""
    rng = np.random.default_rng(3)
    count = 120
    frame = pd.DataFrame(
        {
            "price": rng.normal(10, 4, count).round(3),
            "town": rng.choice(["Ulm", "Ünye", "Umeå"], count),
            "household": np.arange(count) // 3,
            "sold": rng.choice(["few", "many", "none"], count, p=[0.5, 0.3, 0.2]),
        }
    )
    monkeypatch.chdir(tmp_path)
    frame.to_csv("shop.csv", index=False)
    return frame


def compiled(split: str, epochs: int = 3, training: str = "") -> Compilation:
    text = SPEC.format(split=split, epochs=epochs, training=f", {training}" if training else "")
    return compile_spec(Source(text, "spec.yaml", Path()))


def parts_of(plan: Plan) -> dict[str, list[int]]:
    """Which rows of the file are in each part."""
    evaluator = Evaluator(Path())
    evaluator.variables |= plan.constants
    return {part: list(frame.index) for part, frame in read_parts(plan, evaluator).items()}


def by_hand(way: str, data: pd.DataFrame, share: float | None) -> list[dict[str, list[int]]]:
    """What one would write with scikit-learn; groups are known by their texts."""
    data = data.astype({"household": "string"})
    if way == "grouped":
        cut = GroupShuffleSplit(n_splits=1, test_size=0.25, random_state=7)
        kept, _ = next(cut.split(data, groups=data["household"]))
        rows = data.iloc[kept]
        splits = GroupKFold(4, shuffle=True, random_state=7).split(rows, groups=rows["household"])
    else:
        stratify = data["sold"] if way == "stratified" else None
        rows, _ = train_test_split(data, test_size=0.25, random_state=7, stratify=stratify)
        class_ = StratifiedKFold if way == "stratified" else KFold
        splits = class_(4, shuffle=True, random_state=7).split(rows, rows["sold"])
    folds = []
    for training, judging in splits:
        train_rows, judged = rows.iloc[training], rows.iloc[judging]
        fold = {"train": train_rows, "test": judged}
        if share is not None and way != "grouped":
            stratify = train_rows["sold"] if way == "stratified" else None
            fold["train"], fold["validation"] = train_test_split(
                train_rows, test_size=share, random_state=7, stratify=stratify
            )
        elif share is not None:
            cut = GroupShuffleSplit(n_splits=1, test_size=share, random_state=7)
            kept, held = next(cut.split(train_rows, groups=train_rows["household"]))
            fold["train"], fold["validation"] = train_rows.iloc[kept], train_rows.iloc[held]
        folds.append({part: list(each.index) for part, each in fold.items()})
    return folds


@pytest.mark.parametrize("way", SPLITS)
@pytest.mark.parametrize("validation", [None, 0.15])
def test_the_rows_of_each_fold_are_those_of_scikit_learn(
    way: str, validation: float | None, shop: pd.DataFrame
) -> None:
    split = SPLITS[way] + (f", validation: {validation}" if validation else "")
    plan = compiled(split).plan
    verify(plan)
    found = [parts_of(fold) for fold in fold_plans(plan)]
    share = None if validation is None else validation / 0.75
    assert found == [{part: fold[part] for part in found[0]} for fold in by_hand(way, shop, share)]
    tested = set(parts_of(plan)["test"])
    judged = [row for fold in found for row in fold["test"]]
    assert sorted([*judged, *tested]) == list(range(len(shop)))
    assert not any(tested & {row for rows in fold.values() for row in rows} for fold in found)
    if way == "grouped":
        for fold in found:
            homes = {part: set(shop["household"][rows]) for part, rows in fold.items()}
            assert not homes["train"] & homes["test"]


@pytest.mark.parametrize("engine", ["fit", "graph", pytest.param("xla", marks=pytest.mark.slow)])
def test_the_model_is_that_without_folds_and_the_measures_those_of_each_plan(engine: str, shop: pd.DataFrame) -> None:
    split, training = "test: 0.25, validation: 0.15", f"engine: {engine}"
    plain = run(compiled(split, training=training), Path("plain"))
    compilation = compiled(f"{split}, folds: 3", training=training)
    done = run(compilation, Path("folded"))
    assert len(shop) == sum(done.rows.values())
    for name in ("history.csv", "fitted.json"):
        assert (done.directory / name).read_bytes() == (plain.directory / name).read_bytes()
    with np.load("plain/weights.npz") as one, np.load("folded/weights.npz") as other:
        assert list(one) == list(other)
        assert [one[key].tobytes() for key in one] == [other[key].tobytes() for key in other]
    one, other = (keras.models.load_model(Path(name, "model.keras")) for name in ("plain", "folded"))
    assert json.dumps(one.get_config(), default=str) == json.dumps(other.get_config(), default=str)
    scripts = [write_script(each.plan, Path(), Path()).replace(each.plan.digest[:12], "…") for each in (plain, done)]
    assert scripts[0] == scripts[1]
    assert {part: found for part, found in done.metrics.items() if part != "folds"} == plain.metrics
    alone = [train(fold, Path(), Path("checkpoint")).metrics["test"] for fold in fold_plans(compilation.plan)]
    for name, found in done.metrics["folds"].items():
        values = [measures[name] for measures in alone]
        assert found == {"mean": np.mean(values), "std": np.std(values), "values": values}
    assert set(done.metrics["folds"]) == {"accuracy", "loss"}
    assert len(set(done.metrics["folds"]["loss"]["values"])) == 3


def test_what_is_learnt_is_learnt_from_the_training_rows_of_the_fold(shop: pd.DataFrame) -> None:
    means = []
    for fold in fold_plans(compiled("test: 0.25, folds: 3", epochs=1).plan):
        learnt = train(fold, Path(), Path("checkpoint")).statistics
        rows = shop.iloc[parts_of(fold)["train"]]
        assert learnt["mean", "price"] == pytest.approx(rows["price"].mean(), rel=1e-12)
        assert learnt["vocabulary", "town"] == sorted(rows["town"].unique())
        means.append(learnt["mean", "price"])
    assert len(set(means)) == 3


@pytest.mark.usefixtures("shop")
def test_weights_of_classes_and_callbacks_are_those_of_the_fold() -> None:
    training = "class_weights: balanced, callbacks: [{EarlyStopping: {monitor: val_loss, patience: 1}}]"
    split = "test: 0.25, validation: 0.15, folds: 2, stratify: true"
    done = run(compiled(f"{split}", epochs=40, training=training), Path("folded"))
    assert len(done.metrics["folds"]["loss"]["values"]) == 2
    again = run(compiled(split, epochs=40, training=training), Path("again"))
    assert again.metrics == done.metrics


@pytest.mark.usefixtures("shop")
def test_the_table_and_the_end_say_what_the_folds_found() -> None:
    Path("spec.yaml").write_text(SPEC.format(split="folds: 3", epochs=1, training=""))
    done = CliRunner().invoke(main, ["run", "spec.yaml"], catch_exceptions=False)
    assert done.exit_code == 0
    found = json.loads(Path("runs/shop/1/metrics.json").read_text())["folds"]
    shown = f"{found['accuracy']['mean']:.4f} ± {found['accuracy']['std']:.4f}"
    assert shown in done.stdout
    assert "3 folds: the mean ± the standard deviation of 3 models" in done.stdout
    lines = [line.partition("  ")[0] for line in done.stderr.splitlines() if "epoch" in line]
    assert lines == ["epoch 1/1", *(f"fold {i}/3, epoch 1/1" for i in (1, 2, 3))]
    loaded = load_run(Path("runs/shop/1"))
    assert shown in loaded._repr_html_()
    CliRunner().invoke(main, ["run", "spec.yaml", "--set", "data.split.folds=2"], catch_exceptions=False)
    for command in (["runs"], ["compare", "runs/shop/1", "runs/shop/2"]):
        listed = CliRunner().invoke(main, command, catch_exceptions=False)
        assert shown in listed.stdout
        assert "accuracy, folds" in listed.stdout
    told = CliRunner().invoke(main, ["compile", "spec.yaml", "-o", "shop_script.py"], catch_exceptions=False)
    assert "note[S602]: scripts train the model alone" in told.stderr


class Interrupt:
    """Presses Ctrl-C in the training of a title."""

    def __init__(self, title: str) -> None:
        self.title = title

    def __call__(self, title: str = "") -> Any:
        presses = title.startswith(self.title)

        class Pressing(keras.callbacks.Callback):  # type: ignore[misc]
            def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
                if presses and epoch == 0:
                    os.kill(os.getpid(), signal.SIGINT)

        return Pressing()


@pytest.mark.usefixtures("shop")
def test_ctrl_c_in_a_fold_keeps_the_model() -> None:
    compilation = compiled("folds: 3")
    whole = run(compilation, Path("runs", "1"))
    done = run(compilation, Path("runs", "2"), Interrupt("fold 2"))
    assert (done.stopped, done.stopped_fold) == (None, 2)
    assert "folds" not in done.metrics
    assert "stopped in fold 2 of 3: the model is whole, and nothing is said of folds" in remarks(done)
    assert json.loads(to_json(done))["stopped"] == {"fold": 2}
    assert "fold 2 of 3" in (done.directory / "stopped.txt").read_text("utf-8")
    assert (done.directory / "history.csv").read_bytes() == (whole.directory / "history.csv").read_bytes()
    assert not [path for path in done.directory.iterdir() if path.name.startswith(".")]
    identity = identity_of(compilation)
    assert identity is not None
    assert find_finished(identity, Path("runs")) == Path("runs", "1")
    assert find_finished(identity_of(compiled("folds: 4")) or identity, Path("runs")) is None


@pytest.mark.usefixtures("shop")
def test_a_training_that_was_stopped_has_no_folds() -> None:
    with stopping(lambda: None) as stop:
        done = run(compiled("folds: 3"), Path("run"), Interrupt("fold none"), stop)
        assert done.stopped is None
        assert "folds" in done.metrics
    titles: list[str] = []

    def watch(title: str = "") -> Any:
        titles.append(title)
        return Interrupt("")(title)

    with stopping(lambda: None) as stop:
        done = run(compiled("folds: 3"), Path("stopped"), watch, stop)
    assert done.stopped is not None
    assert titles == [""]
    assert "folds" not in done.metrics


@pytest.mark.usefixtures("shop")
def test_a_wish_that_comes_after_the_last_step_leaves_the_folds_out() -> None:
    stop = Stop()

    def watch(title: str = "") -> Any:
        assert not title

        class Wishing(keras.callbacks.Callback):  # type: ignore[misc]
            def on_train_end(self, logs: Any = None) -> None:  # noqa: ARG002
                stop.is_wished = True

        return Wishing()

    done = run(compiled("folds: 3"), Path("run"), watch, stop)
    assert (done.stopped, done.stopped_fold) == (None, 1)
    assert "folds" not in done.metrics
    assert (done.directory / "stopped.txt").exists()


def test_folds_that_the_rows_do_not_last_for_are_told_before_the_training(
    shop: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("specrun.runtime.run.import_tensorflow", lambda: pytest.fail("too late"))
    rare = shop.assign(sold=["none" if i < 4 else ("few", "many")[i % 2] for i in range(len(shop))])
    rare.to_csv("shop.csv", index=False)
    with pytest.raises(SpecError, match="D402: with `stratify`, each of 4 folds has a row of each class"):
        run(compiled("test: 0.25, folds: 4, stratify: true"), Path("run"))
    homes = shop.assign(household=np.arange(len(shop)) % 4)
    homes.to_csv("shop.csv", index=False)
    with pytest.raises(SpecError, match="D401: the groups beside the test rows are too few, 3, for 4 `folds`"):
        run(compiled("test: 0.25, folds: 4, group: household"), Path("run"))
    assert not Path("run").exists()


@pytest.mark.usefixtures("shop")
def test_a_fold_that_fails_says_which_it_is() -> None:
    def watch(title: str = "") -> Any:
        class Breaking(keras.callbacks.Callback):  # type: ignore[misc]
            def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
                if title.startswith("fold 3"):
                    raise ValueError("too large")

        return Breaking()

    with pytest.raises(SpecError, match="R201: fold 3/3, the training broke off: too large"):
        run(compiled("folds: 3"), Path("run"), watch)
    assert not Path("run").exists()


def test_folds_fit_into_memory_with_several_outputs(shop: pd.DataFrame) -> None:
    shop.assign(member=["yes", "no"] * 60).to_csv("shop.csv", index=False)
    text = """specrun: 1
data: {path: shop.csv, split: {folds: 2}}
features: {town: category}
targets:
  sold: {classes: [few, many, none]}
  price: number
layers: [{Dense: 4}]
training: {epochs: 1}
"""
    plan = compile_spec(Source(text, "spec.yaml", Path())).plan
    check_folds(plan, Path())
    done = run(compile_spec(Source(text, "spec.yaml", Path())), Path("run"))
    assert {"loss", "price_loss", "sold_loss"} <= set(done.metrics["folds"])
