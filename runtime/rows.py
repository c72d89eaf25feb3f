"""The rows of each part of the data, or the diagnostic that says why they cannot be had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

from specrun.compiler.diagnostics import Diagnostic, Span, SpecError
from specrun.compiler.expressions import Assign, Call, Expression, walk
from specrun.compiler.parting import check_windows, name_of
from specrun.compiler.plan import Plan
from specrun.compiler.series import Series
from specrun.compiler.suggest import listed
from specrun.runtime.evaluate import Evaluator


def read_parts(plan: Plan, evaluator: Evaluator) -> dict[str, Any]:
    """The data frame of each part of the plan's data, which the evaluator then holds too.

    Raises SpecError where the data cannot be read or parted, or where a part or a class has no rows.
    """
    execute_steps((*plan.data.steps, *plan.data.context), evaluator, plan.data.span)
    frames = {str(part): evaluator.variables[part] for part in plan.data.parts}
    check_parts(plan, frames)
    return frames


def check_parts(plan: Plan, parts: Mapping[str, Any]) -> None:
    """Raise SpecError where a part or a class has no rows."""
    for part, rows in parts.items():
        if len(rows) == 0:
            message = f"there are no {name_of(part)} rows"
            _refuse("D401", message, plan.data.span, "give each part that the split names some rows")
    if plan.series is not None:
        _check_windows(plan.series, parts, plan.data.span)
    _check_weighed(plan, parts["train"])


def _check_windows(series: Series, frames: Mapping[str, Any], span: Span) -> None:
    """Each part has a window; but for the training rows, its first rows are those that it looks back on."""
    sizes = {part: len(frame) - (0 if part == "train" else series.window) for part, frame in frames.items()}
    problem = next(check_windows(series, sizes, span), None)
    if problem is not None:
        raise SpecError([problem])


def execute_steps(steps: Iterable[Assign], evaluator: Evaluator, span: Span) -> None:
    """Carry out the steps that read and part rows; `span` is where the spec says how.

    Raises SpecError for whatever pandas and scikit-learn refuse.
    """
    for step in steps:
        called = [str(part.function) for part in walk(step) if isinstance(part, Call)]
        parts_rows = any(function.startswith("sklearn.model_selection.") for function in called)
        if parts_rows:
            _check_stratified(step.value, evaluator, span)
        with refused(span, parts_rows=parts_rows):
            evaluator.execute(step)


@contextmanager
def refused(span: Span, *, parts_rows: bool = False) -> Iterator[None]:
    """Raise SpecError for what pandas and scikit-learn refuse in reading the data, or in parting the rows."""
    try:
        yield
    except MemoryError:
        raise
    except _refusals() as refusal:
        reason = str(refusal).partition("\n")[0] or type(refusal).__name__
        if parts_rows:
            hint = "hold out other shares, or part the rows in another way"
            _refuse("D401", f"the rows cannot be parted as the split says: {reason}", span, hint)
        hint = "write the values that it speaks of in another way, or report this: no check before saw it coming"
        _refuse("D405", f"pandas cannot read the data as the spec says: {reason}", span, hint)


def _check_stratified(value: Expression, evaluator: Evaluator, span: Span) -> None:
    keywords = value.keywords if isinstance(value, Call) else ()
    labels = next((keyword.value for keyword in keywords if keyword.name == "stratify"), None)
    if labels is None:
        return
    counts = evaluator(labels).value_counts()
    lonely = [str(label) for label, count in counts.items() if count < 2]
    if lonely:
        several = len(lonely) > 1
        message = f"`stratify` cannot part the one row of {'each of ' if several else ''}{listed(sorted(lonely))}"
        _refuse("D402", message, span, "take `stratify` out, or get more rows of the class")


def _check_weighed(plan: Plan, train: Any) -> None:
    """Balanced weights are made of the number of training rows of each class."""
    weights = plan.training.class_weight
    if weights is None or not any(isinstance(part, Call) for part in walk(weights)):
        return
    (head,) = plan.heads
    met = set(train[head.columns[0]])
    absent = [str(label) for label in head.classes if label not in met]
    if absent:
        several = len(absent) > 1
        message = f"no training row has the class{'es' if several else ''} {listed(absent)}, which `balanced` weighs"
        hint = "take it out of `classes`, list the `class_weights`, or part the rows with `stratify: true`"
        _refuse("D403", message, head.span, hint)


def _refusals() -> tuple[type[Exception], ...]:
    from pyarrow import ArrowException

    return (ValueError, TypeError, LookupError, ArithmeticError, OSError, ArrowException)


def _refuse(code: str, message: str, span: Span, hint: str) -> NoReturn:
    raise SpecError([Diagnostic(code, message, span, hint)]) from None
