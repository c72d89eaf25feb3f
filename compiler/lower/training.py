"""How the network is trained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count

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
    modes = _modes(training.metrics or (), "validation" in resolved.parts)
    for callback in training.callbacks:
        place = callback.place.span if callback.place else span
        report.add(*conflicts("callbacks", callback, place))
        report.add(*_check_monitor(callback, tuple(modes), resolved.parts, place))
        report.add(*_check_schedule(callback, training.optimizer, place))
    return Training(
        optimizer=named_or_called("optimizers", training.optimizer),
        epochs=training.epochs,
        batch_size=training.batch_size,
        seed=training.seed,
        class_weight=_class_weight(resolved, head, report),
        callbacks=tuple(_callback(callback, resolved.spec.name, modes) for callback in training.callbacks),
    )


def _modes(metrics: Iterable[Keras], with_validation: bool) -> dict[str, str | None]:
    """What is better, by the names under which Keras logs the loss and the metrics of an epoch; None for the loss."""
    modes: dict[str, str | None] = {"loss": None}
    for metric in metrics:
        entry = entry_of("metrics", metric)
        name = logged_name(entry)
        again = (f"{name}_{number}" for number in count(1))  # so Keras tells them apart
        modes[name if name not in modes else next(other for other in again if other not in modes)] = entry.mode
    return modes | ({f"val_{log}": mode for log, mode in modes.items()} if with_validation else {})


def _monitor(callback: Keras) -> str | None:
    """What a callback watches, if it watches anything."""
    argument = entry_of("callbacks", callback).argument("monitor")
    return None if argument is None else str(dict(callback.options).get("monitor", argument.default))


def _check_monitor(callback: Keras, logs: tuple[str, ...], parts: tuple[str, ...], span: Span) -> Iterator[Diagnostic]:
    monitor = _monitor(callback)
    if monitor is None or monitor in logs:
        return
    if monitor.startswith("val_") and "validation" not in parts:
        message = f"`{callback.name}` watches `{monitor}`, and the split has no validation rows"
        hint = "add `validation: 0.1` to `data.split`, or watch `loss`"
        yield Diagnostic("S404", message, span, hint)
    else:
        message = f"`{callback.name}` watches `{monitor}`, which is not measured"
        yield Diagnostic("S405", message, span, did_you_mean(monitor, logs, f"measured are {listed(logs)}"))


def _check_schedule(callback: Keras, optimizer: Keras, span: Span) -> Iterator[Diagnostic]:
    rate = dict(optimizer.options).get("learning_rate")
    if callback.name == "ReduceLROnPlateau" and isinstance(rate, Keras):
        message = f"`ReduceLROnPlateau` cannot reduce a learning rate that `{rate.name}` sets"
        yield Diagnostic("S407", message, span, "keep one of the two, or write the learning rate as a number")


def _callback(callback: Keras, model: str, modes: Mapping[str, str | None]) -> Call:
    more = []
    if callback.name == "ModelCheckpoint":
        more.append(Keyword(Identifier("filepath"), Literal(f"{model}.checkpoint.keras")))
    mode = modes.get(_monitor(callback) or "")
    if mode is not None and dict(callback.options).get("mode", "auto") == "auto":
        # Left to itself, Keras knows of few metrics whether smaller or larger is better.
        more.append(Keyword(Identifier("mode"), Literal(mode)))
        callback = replace(callback, options=tuple(o for o in callback.options if o[0] != "mode"))
    return called("callbacks", callback, more)


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
