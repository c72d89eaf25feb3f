"""Kinds are inferred from the training rows alone, and doubts about them are said."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.data import Table
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.features import Datetime
from specrun.compiler.resolve import Resolved

SPEC = """\
specrun: 1
data: {path: rows.csv, split: {test: 0.5}}
features: {"*": auto}
target: y
classes: [a, b]
layers: [{Dense: 4}]
"""


def compiled(folder: Path, rows: list[str], training: bytes | None = None) -> Compilation:
    """The spec above over a file of rows, of which `training` are said to be training rows."""
    (folder / "rows.csv").write_text("x,y\n" + "\n".join(rows) + "\n", encoding="utf-8")

    def choose(_resolved: Resolved, _table: Table) -> bytes:
        assert training is not None
        return training

    return compile_spec(Source(SPEC, "spec.yaml", folder), choose_training=choose if training is not None else None)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2.5", "3"], "number"),
        (["yes", "no", "yes"], "boolean"),
        (["0", "1", "1"], "boolean"),
        (["red", "green", "red"], "category"),
        (["007", "012", "100"], "category"),
        (["1", "", "3"], "number"),
        (["yes", "", "no"], "category"),
        (["2024-01-31", "2024-02-01", "2024-02-02"], "datetime"),
        (["2024-01", "", "2024-03"], "datetime"),
    ],
)
def test_a_kind_follows_from_the_values(tmp_path: Path, values: list[str], kind: str) -> None:
    rows = [f"{value},{'ab'[i % 2]}" for i, value in enumerate(values)]
    compilation = compiled(tmp_path, rows)
    assert [group.kind for group in compilation.plan.features] == [kind]
    assert compilation.inferred == {"x"}


def test_the_test_rows_have_no_say(tmp_path: Path) -> None:
    rows = ["1,a", "2,b", "x3,a", "x4,b"]
    assert compiled(tmp_path, rows, bytes([0, 0, 1, 1])).plan.features[0].kind == "category"
    assert compiled(tmp_path, rows).plan.features[0].kind == "category"
    with pytest.raises(SpecError) as error:  # a number by its training rows, and then no number
        compiled(tmp_path, rows, bytes([1, 1, 0, 0]))
    assert [d.code for d in error.value.diagnostics] == ["D201"]


def test_numbers_with_gaps_are_filled(tmp_path: Path) -> None:
    compilation = compiled(tmp_path, ["1,a", ",b", "3,a"])
    feature = compilation.spec.features[0].feature
    assert feature is not None
    assert feature.missing == "mean"


def test_numbers_but_for_a_marker_are_doubted(tmp_path: Path) -> None:
    compilation = compiled(tmp_path, ["1,a", "NA,b", "3,a"])
    assert compilation.plan.features[0].kind == "category"
    (doubt,) = (d for d in compilation.diagnostics if d.code == "D308")
    assert doubt.message == "`x` would be a number but for `NA`"
    assert doubt.hint == 'add `missing: ["NA"]` to `data:`'


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        (["2024-01", "2024-02", "2024-03-01"], ("year", "month")),
        (["2024-01-01", "2024-02-02", "2024-03-01T00:00"], ("year", "month", "day", "weekday")),
        (["2024-01-01", "2024-02-01T12:00", "2024-03-01"], ("year", "month", "day", "weekday", "hour")),
        (["2024-01-01T00:00+01:00", "2024-02-01", "2024-03-01"], ("year", "month", "day", "weekday", "hour")),
    ],
)
@pytest.mark.parametrize("kind", ["auto", "datetime"])
def test_datetimes_have_the_parts_that_tell_them_apart(
    tmp_path: Path, values: list[str], parts: tuple[str, ...], kind: str
) -> None:
    (tmp_path / "rows.csv").write_text("x,y\n" + "".join(f"{value},a\n{value},b\n" for value in values))
    source = Source(SPEC.replace('"*": auto', f"x: {kind}"), "spec.yaml", tmp_path)
    feature = compile_spec(source).spec.features[0].feature
    assert isinstance(feature, Datetime)
    assert feature.parts == parts


def test_dates_but_for_a_marker_are_doubted(tmp_path: Path) -> None:
    compilation = compiled(tmp_path, ["2024-01-31,a", "?,b", "2024-02-01,a"])
    (doubt,) = (d for d in compilation.diagnostics if d.code == "D308")
    assert doubt.message == "`x` would be a datetime but for `?`"


def test_training_rows_are_the_earliest_by_a_format_of_dates(tmp_path: Path) -> None:
    from specrun.runtime.profile import choose_training

    days = ["01022023", "02012024", "03122022", "04012022"]  # as texts or numbers they are in another order
    (tmp_path / "rows.csv").write_text("x,z,y\n" + "".join(f"{day},{i},{'ab'[i % 2]}\n" for i, day in enumerate(days)))
    text = SPEC.replace('"*": auto', 'x: {type: datetime, format: "%d%m%Y"}, z: auto').replace("0.5}", "0.5, time: x}")
    chosen = []

    def choose(resolved: Resolved, table: Table) -> bytes:
        chosen.append(choose_training(resolved, table))
        return chosen[0]

    compile_spec(Source(text, "spec.yaml", tmp_path), choose_training=choose)
    assert chosen == [bytes([0, 0, 1, 1])]


def test_names_are_not_doubted(tmp_path: Path) -> None:
    compilation = compiled(tmp_path, ["red,a", "NA,b", "green,a"])
    assert [d for d in compilation.diagnostics if d.code == "D308"] == []
