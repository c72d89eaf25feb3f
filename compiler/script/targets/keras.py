"""Scripts that train with Keras: the calls of the plan, printed as they are."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.compiler.diagnostics import Diagnostic
from specrun.compiler.plan import Plan
from specrun.compiler.script.backends import in_numbers, taken
from specrun.compiler.script.lacks import lacking
from specrun.compiler.script.printer import functions
from specrun.compiler.script.rendering import about, checked, expressions, functions_of_order, rendered
from specrun.compiler.script.target import BACKENDS, ScriptTarget, Setting

MODULES = ("keras", "keras.layers", "tensorflow")
"""What every script names, whatever its expressions call."""
MODULES_OF_BACKENDS = ("keras", "keras.layers", "os")
"""What every script for another backend than TensorFlow names."""


def _refusals(plan: Plan, setting: Setting) -> Iterable[Diagnostic]:
    return () if setting.backend == BACKENDS[0] else lacking(plan, setting.backend)


def _write(plan: Plan, setting: Setting) -> str:
    modules, ordering = MODULES, functions_of_order(plan)
    if setting.backend != BACKENDS[0]:
        plan, modules, ordering = in_numbers(plan), MODULES_OF_BACKENDS, frozenset()
    takes = taken(plan)
    text = rendered(
        "keras/script.py.jinja",
        plan,
        setting,
        about=about(plan, f"`{plan.file}`, which takes {takes}"),
        functions={"argparse.ArgumentParser", *functions(expressions(plan)), *ordering},
        modules=modules,
        takes=takes,
    )
    return checked(text)


TARGET = ScriptTarget("keras", "A script that trains with `model.fit` of Keras.", ".py", _refusals, _write)
