"""Cross-validation: the plans of the folds, trained one after another, each judged on the rows that it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from specrun.compiler.compilation import Compilation
from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.compiler.folds import fold_plans
from specrun.compiler.plan import Folds, Plan
from specrun.compiler.suggest import listed
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.failing import train_or_tell
from specrun.runtime.rows import check_parts, execute_steps
from specrun.runtime.stopping import Stop


@dataclass(frozen=True, slots=True)
class Folded:
    """The measures that cross-validation found, of all folds; or the fold, from 1, in which it was stopped."""

    metrics: dict[str, dict[str, Any]] | None = None
    stopped: int | None = None


def check_folds(plan: Plan, folder: Path) -> None:
    """Raise SpecError where the rows cannot be parted into the folds of a plan: before anything is trained."""
    folds = plan.data.folds
    if folds is None:
        return
    evaluator = Evaluator(folder)
    evaluator.variables |= plan.constants
    execute_steps((*plan.data.reading, *folds.before), evaluator, plan.data.span)
    _check_classes(folds, evaluator)
    for fold in fold_plans(plan):
        execute_steps(fold.data.parting, evaluator, folds.span)
        check_parts(fold, {str(part): evaluator.variables[part] for part in fold.data.parts})


def _check_classes(folds: Folds, evaluator: Evaluator) -> None:
    """Each fold is to have a row of each class."""
    if folds.classes is None:
        return
    counts = evaluator(folds.classes).value_counts()
    rare = [str(label) for label, count in counts.items() if count < folds.count]
    if rare:
        fewest = int(counts.min())
        message = f"with `stratify`, each of {folds.count} folds has a row of each class, and there"
        message += f" {'is 1' if fewest == 1 else f'are {fewest}'} of {listed(sorted(rare))} beside the test rows"
        hint = "write fewer folds, take `stratify` out, or get more rows of the class"
        raise SpecError([Diagnostic("D402", message, folds.span, hint)])


def cross_validated(
    compilation: Compilation, folder: Path, watch: Callable[..., Any] | None, stop: Stop | None
) -> Folded:
    """What the folds of a plan say, whose own model is trained; a model of a fold is gone when the next is made.

    `watch` is called with the title of each fold. Ctrl-C ends it, or keeps it from beginning: what some of the folds
    say is not what was asked for. Raises SpecError where a training breaks off.
    """
    if compilation.plan.data.folds is None or (stop is not None and stop.place is not None):
        return Folded()
    if stop is not None and stop.is_wished:  # when no step was left to stop after
        return Folded(stopped=1)
    found: list[Mapping[str, float]] = []
    plans = tuple(fold_plans(compilation.plan))
    for number, fold in enumerate(plans, start=1):
        title = f"fold {number}/{len(plans)}, "
        try:
            watchers = () if watch is None else (watch(title),)
            found.append(_judged(replace(compilation, plan=fold), folder, watchers))
        except SpecError as error:
            told = (replace(d, message=f"{title}{d.message}") for d in error.diagnostics)
            raise SpecError(told) from error
        except KeyboardInterrupt:
            return Folded(stopped=number)
    return Folded({name: _spread([each[name] for each in found]) for name in found[0]})


def _judged(fold: Compilation, folder: Path, watchers: tuple[Any, ...]) -> Mapping[str, float]:
    """The measures of a fold on the rows that judge it."""
    with TemporaryDirectory(prefix=".fold-", dir=folder) as scratch:
        return train_or_tell(fold, Path(scratch), watchers).metrics["test"]


def _spread(values: list[float]) -> dict[str, Any]:
    """The mean of a measure, its standard deviation (divided by n) and its value in each fold."""
    import numpy as np

    return {"mean": float(np.mean(values)), "std": float(np.std(values)), "values": values}
