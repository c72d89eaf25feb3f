"""Notebooks: the script of Keras in cells, with text between them and plots of the training."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from specrun.compiler.diagnostics import Diagnostic
from specrun.compiler.plan import Plan
from specrun.compiler.script import layout
from specrun.compiler.script.printer import functions
from specrun.compiler.script.rendering import CONSTANTS, expressions, functions_of_order, rendered, written_by
from specrun.compiler.script.target import ScriptTarget, Setting
from specrun.compiler.script.targets.keras import MODULES


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: Markdown, or Python that is read from its bytes to see that it is some."""

    id: str
    is_code: bool
    text: str

    def to_json(self) -> dict[str, object]:
        """The cell as nbformat 4.5 has it."""
        source = self.text.splitlines(keepends=True)
        common = {"id": self.id, "metadata": {}, "source": source}
        if not self.is_code:
            return {"cell_type": "markdown", **common}
        ast.parse(self.text.encode("utf-8"))
        return {"cell_type": "code", "execution_count": None, "outputs": [], **common}


_CELLS = (
    *("notebook/title.md", "notebook/opening.py", "notebook/data.md", "notebook/data.py"),
    *("notebook/features.md", "notebook/features.py", "notebook/layers.md", "keras/layers.py"),
    *("notebook/training.md", "notebook/training.py"),
    *("notebook/evaluation.md", "keras/evaluation.py", "notebook/saving.md", "keras/saving.py"),
)
_OF_THE_TEST_ROWS = ("notebook/evaluation.md", "keras/evaluation.py")


def _refusals(plan: Plan, setting: Setting) -> Iterable[Diagnostic]:  # noqa: ARG001 - it is Keras that trains
    return ()


def _write(plan: Plan, setting: Setting) -> str:
    document = {
        "cells": [cell.to_json() for cell in _cells(plan, setting)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _cells(plan: Plan, setting: Setting) -> Iterator[Cell]:
    for name in _CELLS:
        if name in _OF_THE_TEST_ROWS and "test" not in plan.data.parts:
            continue
        text = rendered(
            f"{name}.jinja",
            plan,
            setting,
            about=f"{written_by(plan)} It needs matplotlib beside Keras, TensorFlow, pandas and scikit-learn.",
            functions={*functions(expressions(plan)), *functions_of_order(plan)},
            modules=(*MODULES, "pandas"),
            values=CONSTANTS,
        )
        is_code = name.endswith(".py")
        stem = name.partition("/")[2].replace(".", "-")
        yield Cell(stem, is_code, (layout.formatted(text) if is_code else text).strip("\n"))


TARGET = ScriptTarget("notebook", "A notebook that trains with Keras and plots it.", ".ipynb", _refusals, _write)
