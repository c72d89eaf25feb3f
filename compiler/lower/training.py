"""How the network is trained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from specrun.compiler.catalogue import is_numbered, logged_name
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
    walk,
)
from specrun.compiler.language.sections import Keras
from specrun.compiler.language.spec import Spec
from specrun.compiler.language.targets import Target
from specrun.compiler.lower.keras import called, conflicts, entry_of, named_or_called
from specrun.compiler.memory import BLOCK_ROWS, MANY_ROWS, MEASURED_ROWS, STREAMED
from specrun.compiler.plan import Checkpointing, Engine, Head, Mlflow, Node, Source, Task, TensorBoard, Training
from specrun.compiler.resolve import Resolved
from specrun.compiler.suggest import did_you_mean, listed
from specrun.compiler.targets import is_what, shown

_EMBEDDING = "keras.layers.Embedding"


def lower_training(
    resolved: Resolved,
    heads: tuple[Head, ...],
    sources: tuple[Source, ...],
    nodes: Iterable[Node],
    engine: Engine,
    report: Report,
) -> Training:
    """The optimizer, the callbacks and the weights of the classes."""
    training = resolved.spec.training
    span = resolved.spec.span("training", "optimizer")
    report.add(*conflicts("optimizers", training.optimizer, span))
    report.add(*_check_embeddings(training.optimizer, sources, nodes, span))
    modes = logged_modes(resolved.spec.targets, "validation" in resolved.parts)
    for callback in training.callbacks:
        place = callback.place.span if callback.place else span
        report.add(*conflicts("callbacks", callback, place))
        report.add(*_check_monitor(callback, tuple(modes), resolved.parts, place))
        report.add(*_check_schedule(callback, training.optimizer, place))
        report.add(*_check_averages(callback, training.optimizer, place))
    return Training(
        optimizer=named_or_called("optimizers", training.optimizer),
        engine=engine,
        epochs=training.epochs,
        batch_size=training.batch_size,
        seed=training.seed,
        span=resolved.spec.span("training"),
        class_weight=_class_weight(resolved, heads[0], report),
        callbacks=tuple(_callback(callback, resolved.spec.name, modes) for callback in training.callbacks),
        checkpoint=Checkpointing(training.checkpoint.epochs, training.checkpoint.steps, training.checkpoint.minutes),
        built_first=entry_of("optimizers", training.optimizer).built_first,
        track=tuple(_trackers(resolved.spec)),
        as_written=len(heads) > 1 and not engine.jit_compile,  # XLA adds in an order of its own, the same one always
        **_of_many_rows(resolved, sources),
    )


def _trackers(spec: Spec) -> Iterator[TensorBoard | Mlflow]:
    """What looks on."""
    track = spec.training.track
    if track is not None and track.tensorboard is not None:
        yield TensorBoard(track.tensorboard.directory)
    if track is not None and track.mlflow is not None:
        yield Mlflow(track.mlflow.uri, track.mlflow.experiment or spec.name)


def _of_many_rows(resolved: Resolved, sources: tuple[Source, ...]) -> Mapping[str, int]:
    """How rows are shuffled and measured where they are many; of images or long texts, a large batch may not fit."""
    batch_size = resolved.spec.training.batch_size
    if resolved.memory.name == STREAMED:
        return {"block_rows": max(BLOCK_ROWS // batch_size, 1) * batch_size, "measured_batch_size": MEASURED_ROWS}
    is_flat = all(len(source.tensor.shape) == 2 and source.tensor.is_float for source in sources)
    return {"measured_batch_size": MEASURED_ROWS} if is_flat and resolved.about_rows >= MANY_ROWS else {}


def logged_modes(targets: tuple[Target, ...], with_validation: bool) -> dict[str, str | None]:
    """What is better, by the names under which Keras logs the losses and metrics of an epoch; None where it knows.

    Of several outputs, each is logged with the name of the output before it, beside the sum of the losses.
    """
    modes: dict[str, str | None] = {"loss": None}  # the one name of which Keras knows
    made: Counter[str] = Counter()
    for target in targets:
        prefix = f"{target.output}_" if len(targets) > 1 else ""
        modes |= {f"{prefix}loss": "min"} if prefix else {}
        modes |= {f"{prefix}{name}": mode for name, mode in _logged(target.metrics or (), made)}
    return modes | ({f"val_{log}": mode for log, mode in modes.items()} if with_validation else {})


def _logged(metrics: Iterable[Keras], made: Counter[str]) -> Iterator[tuple[str, str | None]]:
    """The metrics of one output by their names, and what is better; `made` counts those that Keras numbers itself.

    A metric that is made from a class may be numbered among all that the spec makes, and then those of one output that
    have the same name are numbered once more.
    """
    met: Counter[str] = Counter()
    for metric in metrics:
        entry = entry_of("metrics", metric)
        name = logged_name(entry)
        if is_numbered(entry) and (metric.options or entry.string is None):
            name, count = f"{name}_{made[name]}" if made[name] else name, name
            made[count] += 1
        yield f"{name}_{met[name]}" if met[name] else name, entry.mode
        met[name] += 1


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


def _check_embeddings(
    optimizer: Keras, sources: tuple[Source, ...], nodes: Iterable[Node], span: Span
) -> Iterator[Diagnostic]:
    """Keras cannot divide the gradients of an embedding, which are of some of its rows; with a penalty, of all."""
    scales = optimizer.option("loss_scale_factor") is not None
    if not scales and optimizer.name != "Adafactor":
        return
    column = next((column for source in sources for column in source.embedded), None)
    layers = (part for node in nodes for part in walk(node.call) if isinstance(part, Call))
    if column is not None or any(layer.function == _EMBEDDING and not _is_penalized(layer) for layer in layers):
        what = "`loss_scale_factor` scales a loss back by" if scales else "`Adafactor` goes by"
        message = f"{what} a division of gradients, and Keras cannot divide those of an embedding"
        hint = "take `loss_scale_factor` out" if scales else "take another optimizer, such as `Adam`"
        hint += "" if column else ", or give the `Embedding` a regularizer"
        yield Diagnostic("S413", message, span, hint)


def _is_penalized(layer: Call) -> bool:
    return any(k.name == "embeddings_regularizer" and k.value != Literal(None) for k in layer.keywords)


def _check_averages(callback: Keras, optimizer: Keras, span: Span) -> Iterator[Diagnostic]:
    if callback.name == "SwapEMAWeights" and dict(optimizer.options).get("use_ema") is not True:
        message = "`SwapEMAWeights` puts averages of the weights in place, and the optimizer keeps none"
        yield Diagnostic("S112", message, span, f"write `optimizer: {{{optimizer.name}: {{use_ema: true}}}}`")


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
    if head.task not in (Task.CLASSES, Task.BINARY):
        (target,) = resolved.spec.targets
        message = f"`class_weights` needs one class among several, and {shown(target)} {is_what(target)}"
        hint = "take `class_weights` out" + (", or list the `classes`" if head.task is Task.NUMBER else "")
        report.add(Diagnostic("S406", message, span, hint))
        return None
    if isinstance(weights, str):
        classes = call("numpy.array", name("CLASSES"))
        labels = Item(name("train"), Literal(head.columns[0]))
        balanced = call("sklearn.utils.class_weight.compute_class_weight", Literal(weights), classes=classes, y=labels)
        return call("dict", call("enumerate", balanced))
    if not resolved.open_targets and len(weights) != len(head.classes):
        message = f"there are {len(weights)} `class_weights` and {len(head.classes)} classes"
        report.add(Diagnostic("S406", message, span, "write one weight for each class, in the order of `classes`"))
    return Pairs(tuple((Literal(i), Literal(float(weight))) for i, weight in enumerate(weights)))
