"""Trackers look on: what they are told is what the run says, the model stays the same, and none can end a training."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from specrun.cli import main
from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.language.options import options
from specrun.compiler.language.sections import TRACKERS, Track
from specrun.compiler.script import TARGETS, write_script
from specrun.runs import reproduce
from specrun.runtime import tracking
from specrun.runtime.run import Run, run

SPEC = """specrun: 1
name: wine
data: {{dataset: wine, split: {{test: 0.2, validation: 0.2}}}}
features: {{"*": number}}
target: target
classes: auto
layers: [{{Dense: 8}}, {{Dropout: 0.2}}]
training: {{epochs: {epochs}, metrics: [accuracy]{track}}}
"""
KEPT = ("history.csv", "metrics.json", "fitted.json", "script.py")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def compiled(track: str = "", epochs: int = 3) -> Compilation:
    text = SPEC.format(track=f", track: {track}" if track else "", epochs=epochs)
    return compile_spec(Source(text, "spec.yaml", Path()))


def trained(out: str, track: str = "", epochs: int = 3) -> Run:
    return run(compiled(track, epochs), Path("runs", out))


def events(folder: Path) -> dict[str, list[tuple[int, str, Any]]]:
    """The numbers in the files of events, by the folders that these lie in."""
    import tensorflow as tf

    found: dict[str, list[tuple[int, str, Any]]] = {}
    for path in sorted(folder.rglob("events.out.tfevents.*")):
        for event in tf.compat.v1.train.summary_iterator(str(path)):
            for value in event.summary.value:
                if value.WhichOneof("value") == "simple_value":
                    found.setdefault(path.parent.name, []).append((event.step, value.tag, value.simple_value))
    return found


def by_epoch(values: list[float], tag: str) -> list[tuple[int, str, Any]]:
    return [(epoch, tag, pytest.approx(value)) for epoch, value in enumerate(values, start=1)]


def test_every_tracker_of_the_language_has_one_that_writes() -> None:
    assert tuple(name for name, _, _ in tracking._TRACKERS.values()) == TRACKERS
    assert tuple(option.name for option in options(Track)) == TRACKERS


def test_event_files_hold_what_the_run_says(folder: Path) -> None:
    done = trained("1", "tensorboard")
    assert not [name for name in sys.modules if name.partition(".")[0] == "tensorboard"]
    found = events(folder / "logs" / "wine" / "1")
    for part, prefix in (("train", ""), ("validation", "val_")):
        for measure in ("loss", "accuracy"):
            tag = f"epoch_{measure}"
            assert [e for e in found[part] if e[1] == tag] == by_epoch(done.history[prefix + measure], tag)
    judged: dict[str, Any] = {tag: value for step, tag, value in found["test"] if step == 3}
    assert judged == {f"epoch_{n}": pytest.approx(done.metrics["test"][n]) for n in ("loss", "accuracy")}
    assert found["baseline"] == [(3, "epoch_accuracy", pytest.approx(done.metrics["test"]["baseline"]["accuracy"]))]
    trained("2", "{tensorboard: {directory: logs}}")
    assert events(folder / "logs" / "wine" / "2").keys() == found.keys()


def test_the_settings_are_a_table_of_texts(folder: Path) -> None:
    import tensorflow as tf

    done = trained("1", "tensorboard")
    (path,) = (folder / "logs" / "wine" / "1" / "train").iterdir()
    first = next(e for e in tf.compat.v1.train.summary_iterator(str(path)) if e.summary.value)
    rows = tf.make_ndarray(first.summary.value[0].tensor).tolist()
    assert [b"digest", done.plan.digest.encode()] in rows
    assert [b"epochs", b"3"] in rows


@pytest.mark.usefixtures("folder")
def test_the_model_stays_the_same_to_the_last_bit(fake: Fake) -> None:
    plain, followed = trained("plain"), trained("followed", "[tensorboard, mlflow]")
    assert fake.metrics
    assert plain.plan.digest == followed.plan.digest
    for name in KEPT:
        assert (plain.directory / name).read_bytes() == (followed.directory / name).read_bytes()
    with np.load(plain.directory / "weights.npz") as one, np.load(followed.directory / "weights.npz") as other:
        assert [one[key].tobytes() for key in one] == [other[key].tobytes() for key in other]


@dataclass
class Fake:
    """What a client of MLflow was told; `fails` is called before each batch of measures."""

    uri: str | None = None
    experiment: str = ""
    params: dict[str, str] = field(default_factory=dict)
    metrics: list[tuple[str, int, float]] = field(default_factory=list)
    artifacts: list[str] = field(default_factory=list)
    status: str = ""
    fails: Callable[[], None] = lambda: None

    def modules(self) -> Mapping[str, ModuleType]:
        fake = self

        class MlflowClient:
            def __init__(self, tracking_uri: str | None = None) -> None:
                fake.uri = tracking_uri

            def get_experiment_by_name(self, name: str) -> Any:  # noqa: ARG002
                return None

            def create_experiment(self, name: str) -> str:
                fake.experiment = name
                return "1"

            def create_run(self, experiment: str, tags: dict[str, str], run_name: str) -> Any:
                assert (experiment, run_name.partition(" ")[0]) == ("1", "wine")
                assert len(tags["specrun.digest"]) == 64
                return SimpleNamespace(info=SimpleNamespace(run_id="r"))

            def log_param(self, run: str, key: str, value: str) -> None:
                assert run == "r"
                fake.params[key] = value

            def log_batch(self, run: str, metrics: list[Any]) -> None:
                assert run == "r"
                fake.fails()
                fake.metrics += [(metric.key, metric.step, metric.value) for metric in metrics]

            def log_artifact(self, run: str, path: str) -> None:
                assert run == "r"
                assert Path(path).is_file()
                fake.artifacts.append(Path(path).name)

            def set_terminated(self, run: str, status: str) -> None:
                assert run == "r"
                fake.status = status

        modules = {name: ModuleType(name) for name in ("mlflow", "mlflow.tracking", "mlflow.entities")}
        for name, module in modules.items():
            module.__spec__ = ModuleSpec(name, None)
        modules["mlflow.tracking"].__dict__["MlflowClient"] = MlflowClient
        modules["mlflow.entities"].__dict__["Metric"] = lambda key, value, timestamp, step: SimpleNamespace(
            key=key, value=value, timestamp=timestamp, step=step
        )
        return modules


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    made = Fake()
    for name, module in made.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    for variable in ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "MLFLOW_HTTP_REQUEST_TIMEOUT"):
        monkeypatch.setenv(variable, "1")
    return made


@pytest.mark.usefixtures("folder")
def test_mlflow_is_told_what_the_run_says(fake: Fake) -> None:
    done = trained("1", "{mlflow: {uri: somewhere, experiment: wines}}")
    assert (fake.uri, fake.experiment, fake.status) == ("somewhere", "wines", "FINISHED")
    assert fake.params["epochs"] == "3"
    assert "track" not in fake.params
    assert fake.artifacts == ["spec.yaml", "script.py"]
    for name, values in done.history.items():
        assert [(step, value) for key, step, value in fake.metrics if key == name] == list(enumerate(values, start=1))
    test, baseline = done.metrics["test"], done.metrics["test"]["baseline"]
    assert ("test_accuracy", 3, test["accuracy"]) in fake.metrics
    assert ("baseline_accuracy", 3, baseline["accuracy"]) in fake.metrics


@pytest.mark.usefixtures("folder")
def test_a_tracker_that_fails_is_told_of_once_and_the_training_goes_on(
    fake: Fake, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        if fake.metrics:
            raise ConnectionError("the server is gone\x1b[31m\nat line 7")

    fake.fails = gone
    monkeypatch.setattr("specrun.runtime.tracking.mlflow_run._SEND_S", 0.0)
    with caplog.at_level(logging.WARNING, "specrun"):
        done = trained("1", "[tensorboard, mlflow]")
    told = [record.getMessage() for record in caplog.records if record.name == "specrun"]
    assert told == ["`mlflow` tracks no more of this run: the server is gone\\x1b[31m"]
    assert len(done.history["loss"]) == 3
    assert (done.directory / "model.keras").exists()
    assert fake.status == ""
    assert "test" in events(Path("logs"))  # the other one goes on


def test_a_folder_that_cannot_be_written_to_ends_no_training(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "taken").write_text("a file")
    done = trained("1", "{tensorboard: {directory: taken}}")
    assert len([record for record in caplog.records if record.name == "specrun"]) == 1
    assert (done.directory / "weights.npz").exists()


@pytest.mark.usefixtures("folder")
def test_a_training_that_breaks_off_is_said_to_have_failed(fake: Fake) -> None:
    import keras

    class Break(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
            raise ValueError("too large")

    with pytest.raises(SpecError, match="R201"):
        run(compiled("mlflow"), Path("runs", "1"), Break)
    assert fake.status == "FAILED"


def test_what_is_trained_again_to_compare_is_not_tracked(folder: Path) -> None:
    trained("1", "tensorboard")
    assert all(same for _, same in reproduce(Path("runs", "1")))
    assert [path.name for path in (folder / "logs" / "wine").iterdir()] == ["1"]


def test_the_command_says_how_to_look_at_it(folder: Path) -> None:
    (folder / "spec.yaml").write_text(SPEC.format(epochs=1, track=", track: {tensorboard: {directory: my logs}}"))
    done = CliRunner().invoke(main, ["run", "spec.yaml"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "`tensorboard --logdir 'my logs'` shows its curves" in done.stdout
    told = CliRunner().invoke(main, ["compile", "spec.yaml", "-o", "wine_script.py"], catch_exceptions=False)
    assert "note[S602]" in told.stderr
    assert told.exit_code == 0


def test_scripts_do_without() -> None:
    plain, followed = compiled().plan, compiled("[tensorboard, mlflow]").plan
    for target in TARGETS[:3]:
        assert write_script(plain, Path(), Path(), target) == write_script(followed, Path(), Path(), target)


@pytest.mark.slow
def test_the_real_mlflow(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")  # a database needs more packages
    uri = (folder / "mlruns").as_uri()
    done = trained("1", f'{{mlflow: {{uri: "{uri}"}}}}')
    client = mlflow.tracking.MlflowClient(uri)
    (found,) = client.search_runs([client.get_experiment_by_name("wine").experiment_id])
    assert found.info.status == "FINISHED"
    assert found.data.metrics["test_loss"] == pytest.approx(done.metrics["test"]["loss"])
    history = client.get_metric_history(found.info.run_id, "val_loss")
    assert [metric.value for metric in history] == pytest.approx(done.history["val_loss"])
