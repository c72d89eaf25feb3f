"""How the network is trained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specrun.compiler.catalogue import logged_name
from specrun.compiler.diagnostics import Diagnostic, Report, Span
from specrun.compiler.expressions import (
    Call,
    Expression,
    Identifier,
    Item,
    Keyword,
    Literal,
    Pairs,
    call,
    name,
)
from specrun.compiler.language.sections import Keras
from specrun.compiler.lower.keras import called, conflicts, entry_of, named_or_called
from specrun.compiler.plan import Head, Task, Training
from specrun.compiler.resolve import Resolved
from specrun.compiler.suggest import did_you_mean, listed


def lower_training(resolved: Resolved, head: Head, report: Report) -> Training:
    """The optimizer, the callbacks and the weights of the classes."""
    training = resolved.spec.training
    span = resolved.spec.span("training", "optimizer")
    report.add(*conflicts("optimizers", training.optimizer, span))
    logs = tuple(_logs(training.metrics or (), "validation" in resolved.parts))
    for callback in training.callbacks:
        place = callback.place.span if callback.place else span
        report.add(*conflicts("callbacks", callback, place), *_check_monitor(callback, logs, resolved.parts, place))
    return Training(
        optimizer=named_or_called("optimizers", training.optimizer),
        epochs=training.epochs,
        batch_size=training.batch_size,
        seed=training.seed,
        class_weight=_class_weight(resolved, head, report),
        callbacks=tuple(_callback(callback, resolved.spec.name) for callback in training.callbacks),
    )


def _logs(metrics: Iterable[Keras], with_validation: bool) -> Iterator[str]:
    """The names under which Keras logs the loss and the metrics of an epoch."""
    names = ["loss", *(logged_name(entry_of("metrics", m)) for m in metrics)]
    yield from names
    if with_validation:
        yield from (f"val_{log}" for log in names)


def _check_monitor(callback: Keras, logs: tuple[str, ...], parts: tuple[str, ...], span: Span) -> Iterator[Diagnostic]:
    argument = entry_of("callbacks", callback).argument("monitor")
    if argument is None:
        return
    monitor = str(dict(callback.options).get("monitor", argument.default))
    if monitor in logs:
        return
    if monitor.startswith("val_") and "validation" not in parts:
        message = f"`{callback.name}` watches `{monitor}`, and the split has no validation rows"
        hint = "add `validation: 0.1` to `data.split`, or watch `loss`"
        yield Diagnostic("S404", message, span, hint)
    else:
        message = f"`{callback.name}` watches `{monitor}`, which is not measured"
        yield Diagnostic("S405", message, span, did_you_mean(monitor, logs, f"measured are {listed(logs)}"))


def _callback(callback: Keras, model: str) -> Call:
    if callback.name == "ModelCheckpoint":
        filepath = Keyword(Identifier("filepath"), Literal(f"{model}.checkpoint.keras"))
        return called("callbacks", callback, (filepath,))
    return called("callbacks", callback)


def _class_weight(resolved: Resolved, head: Head, report: Report) -> Expression | None:
    weights = resolved.spec.training.class_weights
    if weights is None:
        return None
    span = resolved.spec.span("training", "class_weights")
    if head.task is Task.NUMBER:
        message = f"`class_weights` needs classes, and `{head.target}` is a number"
        report.add(Diagnostic("S406", message, span, "take `class_weights` out, or list the `classes`"))
        return None
    if isinstance(weights, str):
        classes = call("numpy.array", name("CLASSES"))
        labels = Item(name("train"), Literal(head.target))
        balanced = call("sklearn.utils.class_weight.compute_class_weight", Literal(weights), classes=classes, y=labels)
        return call("dict", call("enumerate", balanced))
    if resolved.classes_complete and len(weights) != len(head.classes):
        message = f"there are {len(weights)} `class_weights` and {len(head.classes)} classes"
        report.add(Diagnostic("S406", message, span, "write one weight for each class, in the order of `classes`"))
    return Pairs(tuple((Literal(i), Literal(float(weight))) for i, weight in enumerate(weights)))
