"""The target: its task, the output layer that it asks for, its loss, metrics and labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from specrun.compiler import catalogue
from specrun.compiler.catalogue import Labels
from specrun.compiler.diagnostics import Diagnostic, Report, Span
from specrun.compiler.expressions import Attribute, Expression, Identifier, Item, Literal, call, literals, method, name
from specrun.compiler.language.sections import Keras
from specrun.compiler.language.spec import Spec
from specrun.compiler.lower.keras import conflicts, entry_of, named_or_called
from specrun.compiler.plan import Head, Task
from specrun.compiler.resolve import Resolved
from specrun.compiler.suggest import listed

_DEFAULT_LOSS = {
    Task.CLASSES: "sparse_categorical_crossentropy",
    Task.BINARY: "binary_crossentropy",
    Task.NUMBER: "mean_squared_error",
}
_DEFAULT_METRIC = {Task.CLASSES: "accuracy", Task.BINARY: "accuracy", Task.NUMBER: "MeanAbsoluteError"}
_LABELS = {
    Task.CLASSES: (Labels.SPARSE, Labels.ONE_HOT),
    Task.BINARY: (Labels.BINARY,),
    Task.NUMBER: (Labels.NUMBER,),
}
_EXAMPLES = {"average": "macro", "threshold": "0.5"}
"""What a hint suggests for an option that a metric wants of some labels."""

_POSITIVE = frozenset(["relu", "softplus", "exponential", "linear"])


@dataclass(frozen=True, slots=True)
class Output:
    """What the target asks of the last layer: `units` of an `activation`; None units: the data have not told yet."""

    task: Task
    units: int | None
    activation: str | None


def choose_output(resolved: Resolved) -> Output:
    """What comes out at the end of the network.

    Two classes are one number between 0 and 1, unless the loss or the last layer takes them for several.
    """
    spec = resolved.spec
    count = len(spec.classes or ())
    if not count and spec.classes is not None:
        return Output(Task.NUMBER, 1, None)
    if count == 2 and not _treated_as_several(resolved):
        return Output(Task.BINARY, 1, "sigmoid")
    return Output(Task.CLASSES, count if resolved.classes_complete else None, "softmax")


def output_layer(output: Output) -> Keras:
    """The layer that gives what the target asks for."""
    options: list[tuple[str, object]] = [("units", output.units or 1)]
    if output.activation:
        options.append(("activation", output.activation))
    return Keras(name="Dense", options=tuple(options))


def writes_output(layers: tuple[Keras, ...], output: Output) -> bool:
    """Whether the last layer that the spec writes is the output layer itself."""
    if not layers:
        return False
    last, activation = layers[-1], activation_of(layers[-1])
    units = dict(last.options).get("units")
    if output.task is Task.CLASSES:
        return activation == "softmax"
    if output.task is Task.BINARY:
        return activation == "sigmoid" and (last.name != "Dense" or units == 1)
    return last.name == "Dense" and units == 1 and (activation is None or activation in _POSITIVE)


def activation_of(layer: Keras) -> str | None:
    """The name of the activation that a layer ends with."""
    if layer.name == "Softmax":
        return "softmax"
    value = dict(layer.options).get("activation")
    return value.name if isinstance(value, Keras) else None


def fill_head(spec: Spec, task: Task) -> Spec:
    """The spec with the loss and the metrics that its task asks for, where it writes none."""
    training = spec.training
    loss = training.loss or Keras(name=_DEFAULT_LOSS[task])
    metrics = (Keras(name=_DEFAULT_METRIC[task]),) if training.metrics is None else training.metrics
    return replace(spec, training=replace(training, loss=loss, metrics=metrics))


def lower_head(spec: Spec, output: Output, node: str, report: Report) -> Head:
    """The loss, the metrics and the labels of the target, which the output of `node` is compared with."""
    loss, metrics = spec.training.loss, spec.training.metrics or ()
    assert loss is not None
    place = _span(loss, spec.span("target"))
    labels = _labels(output.task, loss)
    if labels is None:
        report.add(_unfit("loss", loss, output.task, place))
    report.add(*conflicts("losses", loss, place))
    for metric in metrics:
        span = _span(metric, place)
        report.add(*conflicts("metrics", metric, span), *_check_metric(metric, labels, output, span))
    return Head(
        name=spec.target,
        target=spec.target,
        task=output.task,
        classes=spec.classes or (),
        variable=Identifier("CLASSES") if spec.classes else None,
        node=node,
        labels=_label_expression(spec.target, labels or _LABELS[output.task][0]),
        loss=named_or_called("losses", loss),
        metrics=tuple(named_or_called("metrics", metric) for metric in metrics),
        span=spec.span("target"),
    )


def _treated_as_several(resolved: Resolved) -> bool:
    loss, layers = resolved.spec.training.loss, resolved.spec.layers
    several = {Labels.SPARSE, Labels.ONE_HOT}
    if loss is not None and several & set(entry_of("losses", loss).fits) and not _fits_binary(loss):
        return True
    return bool(layers) and activation_of(layers[-1]) == "softmax"


def _fits_binary(loss: Keras) -> bool:
    return Labels.BINARY in entry_of("losses", loss).fits


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
    hint = f"{family} that fit: {listed(fitting)}"
    if task is Task.NUMBER:
        hint = f"list the `classes` if the target is a class; {hint}"
    return Diagnostic(code, message, span, hint)


def _label_expression(target: str, labels: Labels) -> Expression:
    if labels in (Labels.BINARY, Labels.NUMBER):  # a column, as the output is: some metrics take no vector
        column: Expression = Item(name("rows"), literals([target]))
        if labels is Labels.BINARY:
            column = method(column, "map", Attribute(name("CLASSES"), "index"))
        return method(column, "to_numpy", Literal("float32"))
    index = method(Item(name("rows"), Literal(target)), "map", Attribute(name("CLASSES"), "index"))
    if labels is Labels.ONE_HOT:
        return call("keras.utils.to_categorical", index, call("len", name("CLASSES")))
    return method(index, "to_numpy")


def _span(spec: Keras | None, otherwise: Span) -> Span:
    return spec.place.span if spec is not None and spec.place is not None else otherwise
