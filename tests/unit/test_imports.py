"""The imports of a script: every function that a plan may call can be imported as it is called."""

from __future__ import annotations

import ast
import builtins
import importlib.util

import pytest

from specrun.compiler.allowed import FUNCTIONS
from specrun.compiler.script.imports import called_as, import_lines


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("keras.layers.Dense", "layers.Dense"),
        ("keras.ops.cast", "ops.cast"),
        ("keras.optimizers.schedules.CosineDecay", "keras.optimizers.schedules.CosineDecay"),
        ("keras.Input", "keras.Input"),
        ("pandas.read_csv", "pd.read_csv"),
        ("numpy.array", "np.array"),
        ("sklearn.model_selection.train_test_split", "train_test_split"),
        ("glob.glob", "glob"),
        ("csv.QUOTE_NONE", "csv.QUOTE_NONE"),
        ("sorted", "sorted"),
        ("str.strip", "str.strip"),
    ],
)
def test_the_name_of_a_function_in_a_script(function: str, name: str) -> None:
    assert called_as(function) == name


def test_imports_are_sorted_the_standard_library_first() -> None:
    wanted = ["sklearn.datasets.load_wine", "pandas.read_csv", "glob.glob", "csv.QUOTE_NONE", "keras.ops.cast", "len"]
    assert import_lines(wanted, ("keras", "keras.layers", "tensorflow")) == (
        ("import csv", "from glob import glob"),
        (
            "import keras",
            "import pandas as pd",
            "import tensorflow as tf",
            "from keras import layers, ops",
            "from sklearn.datasets import load_wine",
        ),
    )


def test_members_are_sorted_constants_classes_functions() -> None:
    wanted = ["sklearn.model_selection.train_test_split", "sklearn.model_selection.GroupShuffleSplit"]
    assert import_lines(wanted) == (("from sklearn.model_selection import GroupShuffleSplit, train_test_split",),)
    assert import_lines([]) == ()


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_every_allowed_function_is_bound_by_its_imports(function: str) -> None:
    root = called_as(function).partition(".")[0]
    bound = {
        alias.asname or alias.name
        for block in import_lines([function])
        for statement in ast.parse("\n".join(block)).body
        if isinstance(statement, ast.Import | ast.ImportFrom)
        for alias in statement.names
    }
    assert root in bound or (not bound and hasattr(builtins, root))


def test_only_modules_are_imported_from() -> None:
    for block in import_lines(FUNCTIONS):
        for statement in ast.parse("\n".join(block)).body:
            names = [alias.name for alias in statement.names] if isinstance(statement, ast.Import) else []
            names += [statement.module or ""] if isinstance(statement, ast.ImportFrom) else []
            assert all(importlib.util.find_spec(module.partition(".")[0]) for module in names), names
