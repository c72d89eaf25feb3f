"""What is known by heart of scikit-learn's data sets is what scikit-learn has."""

from __future__ import annotations

import pytest
import sklearn.datasets

from specrun.compiler.data import DATASETS, Column, Dialect, open_table
from specrun.compiler.diagnostics import Span

SPAN = Span("spec.yaml", 3, 7, 20)


@pytest.mark.parametrize("name", DATASETS)
def test_the_table_equals_the_frame(name: str) -> None:
    dataset = DATASETS[name]
    frame = getattr(sklearn.datasets, dataset.function.rpartition(".")[2])(as_frame=True).frame
    physical = {"float64": "number", "int64": "integer"}
    columns = tuple(Column(name, physical[str(dtype)]) for name, dtype in frame.dtypes.items())
    assert dataset.columns == columns
    assert dataset.rows == len(frame)
    numbers = dataset.columns[-1].physical == "number"
    assert dataset.classes == (() if numbers else tuple(sorted(frame["target"].unique())))


def test_a_data_set_has_columns_and_yields_no_rows() -> None:
    table, found = open_table(Dialect("dataset"), [], ["wine"], SPAN)
    assert table is not None
    assert found == ()
    assert table.columns[-1].name == "target"
    assert list(table.rows()) == []


def test_an_unknown_data_set() -> None:
    table, (found,) = open_table(Dialect("dataset"), [], ["wines"], SPAN)
    assert table is None
    assert (found.code, found.hint) == ("D122", "did you mean `wine`?")
