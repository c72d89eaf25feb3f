"""Scripts of TensorFlow alone: each layer, encoding, loss and optimizer of the plan, translated by a rule."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.compiler.diagnostics import Diagnostic
from specrun.compiler.plan import Plan
from specrun.compiler.script.printer import functions
from specrun.compiler.script.rendering import about, checked, functions_of_order, rendered
from specrun.compiler.script.target import ScriptTarget, Setting, refusal
from specrun.compiler.script.targets.tensorflow.program import Programmer

_MODULES = ("tensorflow",)
_OF_HELPERS = {"glorot_uniform_of_kernels": "math.prod"}
"""What the functions need that the template spells out."""


def _refusals(plan: Plan, setting: Setting) -> Iterable[Diagnostic]:  # noqa: ARG001 - the plan says it all
    for what, span in Programmer(plan).refused:
        yield refusal("tensorflow", f"has no rule for {what}", span)


def _write(plan: Plan, setting: Setting) -> str:
    program = Programmer(plan).program
    named = functions([*plan.data.steps, *plan.data.context, *program.expressions()])
    helpers = {_OF_HELPERS[helper] for helper in program.helpers if helper in _OF_HELPERS}
    text = rendered(
        "tensorflow/script.py.jinja",
        plan,
        setting,
        about=about(plan, f"`{program.folder}`, which takes raw rows"),
        functions={"argparse.ArgumentParser", *named, *helpers, *functions_of_order(plan)},
        modules=_MODULES,
        program=program,
    )
    return checked(text)


TARGET = ScriptTarget(
    "tensorflow", "A script of TensorFlow alone: `tf.Module`, `tf.GradientTape`, `tf.data`.", ".py", _refusals, _write
)
