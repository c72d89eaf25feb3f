"""A training that breaks off: whatever the libraries refuse that the compiler let pass is a diagnostic all the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from specrun.compiler.compilation import Compilation
from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.compiler.estimate import Estimate
from specrun.compiler.fitting import check_fits, run_out
from specrun.compiler.plan import Plan
from specrun.runtime.available import available_bytes
from specrun.runtime.checkpoint import FILE as CHECKPOINT
from specrun.runtime.checkpointing import Checkpoints, Unfit
from specrun.runtime.directory import cannot_resume, finished
from specrun.runtime.disk import FULL
from specrun.runtime.engines import Diverged
from specrun.runtime.training import Trained, train


def train_or_tell(
    compilation: Compilation, saved: Path, watchers: tuple[Any, ...], checkpoints: Checkpoints | None = None
) -> Trained:
    """Train, as `train` does. Raises SpecError where that breaks off."""

    def fits(learnt: Plan, memory: Estimate) -> None:
        nonlocal compilation  # for what is said where memory runs out all the same
        compilation = replace(compilation, plan=learnt, memory=memory)
        check_memory(compilation)

    try:
        return train(compilation.plan, compilation.folder, saved, watchers, checkpoints, compilation.files, fits)
    except SpecError:
        raise
    except Unfit as problem:
        folder = saved.parent
        hint = f"remove `{folder / CHECKPOINT}`: the run then begins again, with its spec"
        raise cannot_resume(finished(folder), f"its checkpoint is of another run: {problem}", hint) from None
    except Diverged as problem:
        if checkpoints is not None:
            checkpoints.path.unlink(missing_ok=True)  # the same would come of it
        raise SpecError([_diverged(compilation, problem)]) from None
    except Exception as problem:
        if os.environ.get("SPECRUN_TRACEBACK"):
            raise
        if _is_out_of_memory(problem):
            raise SpecError([_run_out(compilation, problem)]) from problem
        reason = _reason(problem)
        hint = "the compiler should have said this: please report it, with `SPECRUN_TRACEBACK=1` for the details"
        code, message = "R201", f"the training broke off: {reason}"
        if isinstance(problem, OSError) and problem.errno in FULL:
            code, message = "R203", f"the disk of `{saved.parent.parent}` is full"
            hint = "make room there, or name a directory on another disk with `--out`"
        elif compilation.plan.training.engine.jit_compile:
            code, message = "R202", f"XLA could not compile or run the training: {reason}"
            hint = "write `engine: graph`, which trains every network, to the same values as the script"
        raise SpecError([Diagnostic(code, message, compilation.spec.span("training"), hint)]) from problem


def check_memory(compilation: Compilation) -> None:
    """Raise SpecError where the training needs more memory than this process may have."""
    available = available_bytes()
    if available is not None:
        found = tuple(check_fits(compilation.plan, compilation.spec, compilation.memory, available))
        if found:
            raise SpecError(found)


@contextmanager
def telling_memory(compilation: Compilation) -> Iterator[None]:
    """Raise SpecError where memory runs out."""
    try:
        yield
    except Exception as problem:
        if not _is_out_of_memory(problem):
            raise
        raise SpecError([_run_out(compilation, problem)]) from problem


def _is_out_of_memory(problem: Exception) -> bool:
    """Whether Python, NumPy and Arrow (`MemoryError`) or TensorFlow ask for more memory than there is."""
    return isinstance(problem, MemoryError) or type(problem).__name__ == "ResourceExhaustedError"


def _run_out(compilation: Compilation, problem: Exception) -> Diagnostic:
    # Of several lines of TensorFlow, one says how much it asked for.
    reason = next((line.strip() for line in str(problem).splitlines() if "OOM" in line), _reason(problem))
    reason = reason.partition(" on /job:")[0]
    return run_out(compilation.plan, compilation.spec, compilation.memory, reason)


def _reason(problem: Exception) -> str:
    return str(problem).strip().partition("\n")[0] or type(problem).__name__


def _diverged(compilation: Compilation, problem: Diverged) -> Diagnostic:
    """What there is to say of a loss that is no number any more, and what to try."""
    place = f"epoch {problem.epoch}" if problem.step is None else f"step {problem.step} of epoch {problem.epoch}"
    where = f": {problem.where}" if problem.where else ""
    message = f"the loss is no number any more, from {place} on{where}"
    hint = "lower the `learning_rate`, give the optimizer a `clipnorm: 1`, or scale the numbers by `normalize: zscore`"
    return Diagnostic("R204", message, compilation.spec.span("training"), hint)
