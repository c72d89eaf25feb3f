"""The output layer that follows from the target."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.tensor import Tensor

SPEC = """\
specrun: 1
data: {path: rows.csv}
features: {x: number}
target: y
classes: auto
layers: LAYERS
"""


def compiled(folder: Path, layers: str, limit: int | None = None) -> Compilation:
    rows = [f"{i}.5,{'abc'[i % 3]}" for i in range(30)]
    (folder / "rows.csv").write_text("\n".join(["x,y", *rows]), encoding="utf-8")
    return compile_spec(Source(SPEC.replace("LAYERS", layers), "spec.yaml", folder), limit=limit)


def test_it_has_a_unit_for_each_class(tmp_path: Path) -> None:
    output = compiled(tmp_path, "[{Dense: 4}]").plan.network.nodes[-1]
    assert (output.tensor, output.parameters) == (Tensor((None, 3)), 15)


def test_its_units_are_unknown_where_there_may_be_more_classes(tmp_path: Path) -> None:
    output = compiled(tmp_path, "[{Dense: 4}]", limit=10).plan.network.nodes[-1]
    assert (output.tensor, output.parameters) == (Tensor((None, None)), None)


def test_it_takes_one_vector_a_row(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as error:
        compiled(tmp_path, "[{Dense: 4}, {Reshape: [2, 2]}]")
    (found,) = error.value.diagnostics
    assert (found.code, found.hint) == ("S302", "put a `Flatten` last, or a layer that gives one vector a row")
    assert found.message.startswith("the last layer gives `(batch, 2, 2)`")
