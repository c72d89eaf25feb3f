"""What a plan says of a run alone: scripts do without it, and who has one written is told."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.compiler.diagnostics import Diagnostic, Severity
from specrun.compiler.plan import Plan


def unsaid(plan: Plan) -> Iterator[Diagnostic]:
    """A note for each part of a plan that no script has."""
    if plan.data.folds is not None:
        message = "scripts train the model alone: the folds of cross-validation are about `specrun run`"
        hint = "the model of the script is the run's to the last bit, and `metrics.json` has what the folds found"
        yield Diagnostic("S602", message, plan.data.folds.span, hint, Severity.NOTE)
    if plan.training.track:
        message = "scripts do not track: `track` is about `specrun run`, and no part of the model"
        hint = "where a script shall track, give its `model.fit` a callback, such as `keras.callbacks.TensorBoard`"
        yield Diagnostic("S602", message, plan.training.span, hint, Severity.NOTE)
