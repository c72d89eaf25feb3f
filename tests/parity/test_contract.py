"""The contract of a model: rows that `predict` takes are valid by it, and what it does not take is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from specrun.compiler.contract import contract
from specrun.compiler.data import open_table
from specrun.compiler.diagnostics import Span
from specrun.compiler.language.spec import Spec
from specrun.compiler.matching import has_wildcard
from specrun.compiler.survey import find_dialect
from tests.parity.test_parity import CASES, compiled


def rows_of(spec: Spec, folder: Path) -> list[dict[str, Any]]:
    """The rows of a case as JSON has them: numbers are numbers, and what is missing is null."""
    path = spec.data.path
    if path is None or has_wildcard(path) or spec.data.format == "image_folder":
        return []
    dialect = find_dialect(spec.data)
    table, problems = open_table(dialect, (folder / path,), (path,), Span("spec.yaml", 1, 1, 2))
    assert table is not None, problems
    kinds = {f.column: f.feature.kind for f in spec.features if f.feature is not None}
    found = []
    for row in table.rows():
        named = zip((column.name for column in table.columns), row.cells, strict=True)
        cells = {name: None if cell in dialect.missing else cell for name, cell in named if name in kinds}
        for name, cell in cells.items():
            if kinds[name] in ("number", "timeseries") and isinstance(cell, str):
                cells[name] = float(cell.replace(",", ".") if dialect.decimal == "," else cell)
        found.append(json.loads(json.dumps(cells)))
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_rows_that_were_trained_on_are_valid(case: Path, workplace: Path) -> None:
    compilation = compiled(case, workplace)
    schema = contract(compilation.spec)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for row in rows_of(compilation.spec, compilation.folder):
        assert list(validator.iter_errors(row)) == []


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("csv_german", {"income": "much"}),
        ("number_policies", {"income": []}),
        ("boolean_pairs", {"yn": "perhaps"}),
        ("boolean_pairs", {"yn": True}),
        ("lists_jsonl", {"place": [1]}),
    ],
)
def test_other_rows_are_not(name: str, changed: dict[str, Any], workplace: Path) -> None:
    compilation = compiled(next(case for case in CASES if case.stem == name), workplace)
    validator = Draft202012Validator(contract(compilation.spec))
    row = rows_of(compilation.spec, compilation.folder)[0]
    assert validator.is_valid(row)
    assert set(changed) <= set(row)
    assert not validator.is_valid(row | changed)
    for required in contract(compilation.spec)["required"]:
        assert not validator.is_valid({column: cell for column, cell in row.items() if column != required})
