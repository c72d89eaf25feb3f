"""A training that breaks off: whatever the libraries refuse that the compiler let pass is a diagnostic all the same."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from specrun.compiler.compilation import Compilation
from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.runtime.checkpointing import Checkpoints
from specrun.runtime.disk import FULL
from specrun.runtime.engines import Diverged
from specrun.runtime.training import Trained, train


def train_or_tell(
    compilation: Compilation, saved: Path, watchers: tuple[Any, ...], checkpoints: Checkpoints | None = None
) -> Trained:
    """Train, as `train` does. Raises SpecError where that breaks off."""
    try:
        return train(compilation.plan, compilation.folder, saved, watchers, checkpoints)
    except SpecError:
        raise
    except Diverged as problem:
        if checkpoints is not None:
            checkpoints.path.unlink(missing_ok=True)  # the same would come of it
        raise SpecError([_diverged(compilation, problem)]) from None
    except Exception as problem:
        if os.environ.get("SPECRUN_TRACEBACK"):
            raise
        reason = str(problem).strip().partition("\n")[0] or type(problem).__name__
        hint = "the compiler should have said this: please report it, with `SPECRUN_TRACEBACK=1` for the details"
        code, message = "R201", f"the training broke off: {reason}"
        if isinstance(problem, OSError) and problem.errno in FULL:
            code, message = "R203", f"the disk of `{saved.parent.parent}` is full"
            hint = "make room there, or name a directory on another disk with `--out`"
        elif compilation.plan.training.engine.jit_compile:
            code, message = "R202", f"XLA could not compile or run the training: {reason}"
            hint = "write `engine: graph`, which trains every network, to the same values as the script"
        raise SpecError([Diagnostic(code, message, compilation.spec.span("training"), hint)]) from problem


def _diverged(compilation: Compilation, problem: Diverged) -> Diagnostic:
    """What there is to say of a loss that is no number any more, and what to try."""
    place = f"epoch {problem.epoch}" if problem.step is None else f"step {problem.step} of epoch {problem.epoch}"
    where = f": {problem.where}" if problem.where else ""
    message = f"the loss is no number any more, from {place} on{where}"
    hint = "lower the `learning_rate`, give the optimizer a `clipnorm: 1`, or scale the numbers by `normalize: zscore`"
    return Diagnostic("R204", message, compilation.spec.span("training"), hint)
