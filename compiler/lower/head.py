"""A target as a head of the network: its labels, its loss and its metrics, and whether they fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specrun.compiler import catalogue
from specrun.compiler.catalogue import Labels
from specrun.compiler.diagnostics import Diagnostic, Fix, Report, Span
from specrun.compiler.expressions import Identifier
from specrun.compiler.language.sections import Keras
from specrun.compiler.language.targets import Target
from specrun.compiler.lower.keras import conflicts, entry_of, named_or_called
from specrun.compiler.lower.labels import label_expression
from specrun.compiler.lower.output import Output
from specrun.compiler.plan import Head, Task
from specrun.compiler.resolve import Resolved
from specrun.compiler.suggest import listed

_LOSSES = {
    Task.CLASSES: "sparse_categorical_crossentropy",
    Task.BINARY: "binary_crossentropy",
    Task.LABELS: "binary_crossentropy",
    Task.ORDINAL: "binary_crossentropy",
    Task.NUMBER: "mean_squared_error",
    Task.NUMBERS: "mean_squared_error",
}
_METRICS: dict[Task, tuple[str, ...]] = {
    Task.CLASSES: ("accuracy",),
    Task.BINARY: ("accuracy",),
    Task.LABELS: ("BinaryAccuracy",),
    Task.ORDINAL: ("BinaryAccuracy",),
    Task.NUMBER: ("MeanAbsoluteError",),
    Task.NUMBERS: ("MeanAbsoluteError",),
}
_LABELS = {
    Task.CLASSES: (Labels.SPARSE, Labels.ONE_HOT),
    Task.BINARY: (Labels.BINARY,),
    Task.LABELS: (Labels.SEVERAL,),
    Task.ORDINAL: (Labels.SEVERAL,),
    Task.NUMBER: (Labels.NUMBER,),
    Task.NUMBERS: (Labels.NUMBERS,),
}
_EXAMPLES = {"average": "macro", "threshold": "0.5"}
"""What a hint suggests for an option that a metric wants of some labels."""


def filled(target: Target, task: Task) -> Target:
    """The target with the loss and the metrics that its task asks for, where it writes none.

    Of a class in an order, `BinaryAccuracy` is the share of right answers to "is it above this class?". A prediction is
    as many classes off as it has wrong answers, so that `(1 - BinaryAccuracy) * (classes - 1)` is the mean distance.
    """
    metrics = tuple(Keras(name=name) for name in _METRICS[task]) if target.metrics is None else target.metrics
    return replace(target, loss=target.loss or Keras(name=_LOSSES[task]), metrics=metrics)


def lower_head(
    target: Target, output: Output, variable: Identifier | None, node: str, resolved: Resolved, report: Report
) -> Head:
    """The loss, the metrics and the labels of a `filled` target, which the output of `node` is compared with."""
    loss, metrics = target.loss, target.metrics or ()
    assert loss is not None
    place = _span(loss, target.span)
    labels = _labels(output.task, loss)
    if labels is None:
        report.add(_unfit("loss", loss, output.task, place))
    report.add(*conflicts("losses", loss, place))
    for metric in metrics:
        span = _span(metric, place)
        report.add(*conflicts("metrics", metric, span), *_check_metric(metric, labels, output, span))
    kind = labels or _LABELS[output.task][0]
    return Head(
        name=target.output,
        columns=target.columns,
        task=output.task,
        classes=target.classes or (),
        variable=variable,
        node=node,
        labels=label_expression(target, output.task, kind, variable, resolved),
        loss=named_or_called("losses", loss),
        metrics=tuple(named_or_called("metrics", metric) for metric in metrics),
        span=target.span,
        weight=target.weight,
    )


def _labels(task: Task, loss: Keras) -> Labels | None:
    """The labels that the loss compares with: whole numbers where it takes them; None where it does not fit."""
    fits = entry_of("losses", loss).fits
    return next((labels for labels in _LABELS[task] if labels in fits), None)


def _check_metric(metric: Keras, labels: Labels | None, output: Output, span: Span) -> Iterator[Diagnostic]:
    fits = entry_of("metrics", metric).fits
    if labels is None:
        return
    if labels in fits:
        given = {name for name, value in metric.options if value is not None}
        wanted = [name for name in fits[labels] if name not in given]
        if wanted:
            message = f"`{metric.name}` is no single number for {output.task.value} without {listed(wanted)}"
            examples = ", ".join(f"{name}: {_EXAMPLES[name]}" for name in wanted)
            yield Diagnostic("S408", message, span, f"write `{metric.name}: {{{examples}}}`")
        return
    if labels is Labels.SPARSE and Labels.ONE_HOT in fits:
        message = f"`{metric.name}` compares with one-hot labels, and the loss with class numbers"
        yield Diagnostic("S403", message, span, "set `loss: categorical_crossentropy`, which takes one-hot labels")
    elif labels is Labels.ONE_HOT and Labels.SPARSE in fits:
        message = f"`{metric.name}` compares with class numbers, and the loss with one-hot labels"
        yield Diagnostic("S403", message, span, f"did you mean `{metric.name.removeprefix('Sparse')}`?")
    else:
        yield _unfit("metric", metric, output.task, span)


def _unfit(what: str, spec: Keras, task: Task, span: Span) -> Diagnostic:
    family = {"loss": "losses", "metric": "metrics"}[what]
    fitting = [e.name for e in catalogue.family(family).values() if set(e.fits) & set(_LABELS[task])]
    code = {"loss": "S401", "metric": "S402"}[what]
    message = f"the {what} `{spec.name}` does not fit a target that is {task.value}"
    if spec.name == "accuracy" and "BinaryAccuracy" in fitting:
        # The word asks Keras for the likeliest class, and here there are several answers of yes or no.
        hint = "did you mean `BinaryAccuracy`? It is the share of right answers to each yes or no"
        return Diagnostic(code, message, span, hint, fix=Fix(span, "BinaryAccuracy"))
    hint = f"{family} that fit: {listed(fitting)}"
    if task is Task.NUMBER:
        hint = f"list the `classes` if the target is a class; {hint}"
    return Diagnostic(code, message, span, hint)


def _span(spec: Keras | None, otherwise: Span) -> Span:
    return spec.place.span if spec is not None and spec.place is not None else otherwise
