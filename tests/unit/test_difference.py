"""What `specrun diff` finds between two specs, and what it passes over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from specrun.cli import main
from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.difference import Change, differences

SPEC = """specrun: 1
data: {dataset: wine}
features: {alcohol: number, hue: {type: number, normalize: minmax}}
target: target
classes: [0, 1, 2]
layers:
  - Dense: {units: 8, activation: relu}
  - Dropout: 0.2
training: {epochs: 3}
"""


def changes(*replacements: tuple[str, str]) -> tuple[Change, ...]:
    text = SPEC
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    before, after = (compile_spec(Source(spec, "spec.yaml", Path())) for spec in (SPEC, text))
    return differences(before, after)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("training: {epochs: 3}", "# a remark\ntraining:\n  epochs: 3   # three\n  batch_size: 32"),
        ("data: {", "description: Of wines.\nname: wines\ndata: {"),
        ("  - Dropout: 0.2\n", "  - Dropout: {rate: 0.2}\n"),
        (
            "layers:\n  - Dense: {units: 8, activation: relu}",
            "blocks: {b: {layers: [{Dense: {units: 8, activation: relu}}]}}\nlayers:\n  - b",
        ),
        ("alcohol: number", "alcohol: {type: number, normalize: zscore}"),
    ],
    ids=["comments", "names", "shorthands", "blocks", "defaults"],
)
def test_what_means_the_same_is_no_difference(old: str, new: str) -> None:
    assert changes((old, new)) == ()


def test_values_of_sections() -> None:
    assert changes(("epochs: 3", "epochs: 4, optimizer: {Adam: {learning_rate: 0.01}}")) == (
        Change("training", "epochs", "3", "4"),
        Change("training", "optimizer", "Adam", "Adam: learning_rate: 0.01"),
    )


def test_a_feature_that_is_gone_is_one_change_and_an_option_another() -> None:
    found = changes(("alcohol: number, ", ""), ("normalize: minmax", "normalize: none"))
    assert found[:2] == (
        Change("features", "alcohol", "type: number, missing: error, normalize: zscore", None),
        Change("features", "hue.normalize", "minmax", "none"),
    )


def test_a_wider_layer_changes_what_follows_and_the_totals() -> None:
    found = changes(("units: 8", "units: 16"))
    assert [(change.section, change.what) for change in found] == [
        ("layers", "dense"),
        ("layers", "dropout"),
        ("layers", "dense_1"),
        ("model", "parameters"),
        ("model", "multiply-adds"),
    ]
    assert found[0].before == "Dense(8, activation='relu') of features → (batch, 8), 24 parameters"
    assert found[3] == Change("model", "parameters", "51", "99")


def test_a_layer_that_has_come_has_no_before() -> None:
    found = changes(("  - Dropout: 0.2\n", "  - Dropout: 0.2\n  - BatchNormalization\n"))
    (come,) = (change for change in found if change.before is None)
    assert come.after == "BatchNormalization() of dropout → (batch, 8), 32 parameters"


def test_the_command(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(SPEC, encoding="utf-8")
    two.write_text(SPEC.replace("epochs: 3", "epochs: 5"), encoding="utf-8")
    runner = CliRunner()
    assert runner.invoke(main, ["diff", str(one), str(one)]).output == "the two specs mean the same\n"
    shown = runner.invoke(main, ["diff", str(one), str(two)])
    assert (shown.exit_code, shown.output) == (0, "training:\n- epochs: 3\n+ epochs: 5\n")
    found = runner.invoke(main, ["diff", "--json", str(one), str(two)])
    assert json.loads(found.output) == [{"section": "training", "what": "epochs", "before": "3", "after": "5"}]
    two.write_text("specrun: 1\n", encoding="utf-8")
    assert runner.invoke(main, ["diff", str(one), str(two)]).exit_code == 1
