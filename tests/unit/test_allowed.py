"""What a plan may call is written down twice, here word for word: nothing comes to it unseen."""

from __future__ import annotations

from specrun.compiler.allowed import ATTRIBUTES, FUNCTIONS, OPERATORS, SCRIPT_MODULES, SCRIPT_OPERATORS
from specrun.compiler.catalogue import FAMILIES


def test_operators() -> None:
    assert sorted(OPERATORS) == ["%", "*", "**", "+", "-", "/", "//", "==", "or", "|", "~"]
    assert sorted(SCRIPT_OPERATORS) == ["!=", "<", "<=", ">", ">=", "@", "and"]


def test_modules_of_scripts() -> None:
    assert SCRIPT_MODULES == ("collections.", "math.", "numpy.", "sklearn.", "tensorflow.")


def test_attributes_do_no_more_than_compute() -> None:
    assert len(ATTRIBUTES) == 46
    assert all(name.isidentifier() and not name.startswith("_") for name in ATTRIBUTES)
    assert not {name for name in ATTRIBUTES if name.startswith(("to_", "eval", "query", "pipe", "apply", "read"))} - {
        "to_numpy"
    }


def test_functions_come_from_few_modules() -> None:
    catalogue = {function for family in FAMILIES.values() for function in family.functions()}
    assert catalogue <= FUNCTIONS
    modules = {name.rpartition(".")[0].partition(".")[0] for name in FUNCTIONS - catalogue}
    assert modules == {
        "",
        "collections",
        "csv",
        "glob",
        "keras",
        "numpy",
        "os",
        "pandas",
        "sklearn",
        "str",
        "tensorflow",
    }
    assert {name for name in FUNCTIONS if name.startswith("os.")} == {
        "os.path.basename",
        "os.path.dirname",
        "os.path.join",
    }
    built_in = "dict enumerate filter float int len list map next object sorted str"
    assert sorted(name for name in FUNCTIONS if "." not in name) == built_in.split()
