"""The stack of layers that a multi-layer perceptron of scikit-learn makes, and how it is trained."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.compiler.expressions import Call, Expression, Items, Literal
from specrun.compiler.plan import Plan, Task, Training
from specrun.compiler.quoting import quoted
from specrun.compiler.script.options import Options, options_of
from specrun.compiler.script.stack import (
    Reason,
    keywords,
    layers,
    no_stack,
    unfit_activation,
    unfit_callbacks,
    unfit_optimizer,
    unfit_option,
)
from specrun.compiler.script.targets.sklearn.names import scikit

_ACTIVATIONS = {"linear": "identity", "relu": "relu", "sigmoid": "logistic", "tanh": "tanh"}
_OPTIMIZERS = {
    "Adam": {"learning_rate": "learning_rate_init", "beta_1": "beta_1", "beta_2": "beta_2", "epsilon": "epsilon"},
    "SGD": {"learning_rate": "learning_rate_init", "momentum": "momentum", "nesterov": "nesterovs_momentum"},
}
"""The options of Keras's optimizers that scikit-learn's have, and what they are called there."""
_SCALED = (Task.LABELS, Task.NUMBER, Task.NUMBERS)
"""Where scikit-learn's loss is a multiple of Keras's: it adds up several outputs, and halves the squares."""


def unfit_network(plan: Plan) -> Iterator[Reason]:
    """Why a perceptron is not the network of a plan."""
    yield from no_stack(plan)
    *hidden, output = layers(plan)
    for layer in hidden:
        if layer.name != "Dense":
            yield Reason(f"has no rule for the layer `{layer.name}`", layer.span)
            continue
        yield from unfit_option(layer.options, layer.span, "units", "activation", "kernel_regularizer")
        yield from unfit_activation(layer, _ACTIVATIONS)
        if layer.activation != hidden[0].activation and hidden[0].name == "Dense":
            yield Reason("has one activation for all hidden layers, and this layer has another", layer.span)
    yield from unfit_option(output.options, output.span, "units", "activation", "kernel_regularizer")
    yield from _unfit_regularizers(plan)


def unfit_training(plan: Plan) -> Iterator[Reason]:
    """Why a perceptron is not trained as a plan says."""
    training = plan.training
    yield from unfit_optimizer(training, _OPTIMIZERS)
    is_plain = options_of("optimizers", training.optimizer).entry.name == "SGD"
    if is_plain and plan.heads[0].task in _SCALED:
        yield Reason("has a multiple of this loss, by which `SGD` would take longer or shorter steps", training.span)
    if training.class_weight is not None:
        yield Reason("has no rule for `class_weights`", training.span)
    yield from unfit_callbacks(training, _unfit_stopping)


def perceptron_of(plan: Plan) -> Expression:
    """The perceptron of a plan, with all that its training needs."""
    (head,), training = plan.heads, plan.training
    *hidden, _ = layers(plan)
    optimizer = options_of("optimizers", training.optimizer)
    names = _OPTIMIZERS[optimizer.entry.name]
    made = scikit("MLPRegressor()" if head.task in (Task.NUMBER, Task.NUMBERS) else "MLPClassifier()")
    assert isinstance(made, Call)
    activation = {"activation": Literal(_ACTIVATIONS[hidden[0].activation])} if hidden else {}
    arguments = keywords(
        hidden_layer_sizes=Items(tuple(layer.options["units"] for layer in hidden)),
        **activation,
        solver=Literal(optimizer.entry.name.lower()),
        alpha=_alpha(plan),
        batch_size=quoted("args.batch_size"),
        **{theirs: optimizer[ours] for ours, theirs in names.items() if _is_said(optimizer, ours)},
        max_iter=quoted("args.epochs"),
        random_state=Literal(training.seed),
        tol=Literal(0),
        n_iter_no_change=_patience(training),
    )
    return Call(made.function, (), arguments)


def _is_said(optimizer: Options, option: str) -> bool:
    """Whether an option stands in the script: where it is written, or where scikit-learn has another default."""
    return option in optimizer.given or option in ("learning_rate", "epsilon", "momentum", "nesterov")


def _patience(training: Training) -> Expression:
    """How many epochs in a row may bring nothing. Keras stops at the last of its `patience`, scikit-learn after it."""
    for callback in training.callbacks:
        return Literal(int(options_of("callbacks", callback).number("patience")) - 1)
    return quoted("args.epochs")


def _alpha(plan: Plan) -> Expression:
    """The factor on half the squares of the weights, for each batch of so many rows."""
    regularizer = _regularizer(layers(plan)[-1].options)
    if regularizer is None:
        return Literal(0)
    return quoted("2 * strength * args.batch_size", strength=regularizer["l2"])


def _regularizer(dense: Options) -> Options | None:
    given = dense.given.get("kernel_regularizer", Literal(None))
    return None if given == Literal(None) else options_of("regularizers", given)


def _unfit_regularizers(plan: Plan) -> Iterator[Reason]:
    """Why the penalties on the weights are not one `alpha` on all of them."""
    dense = [layer for layer in layers(plan) if layer.name == "Dense"]
    found = [(layer, regularizer) for layer in dense if (regularizer := _regularizer(layer.options)) is not None]
    if not found:
        return
    first, _ = found[0]
    strengths = {regularizer["l2"] if regularizer.entry.name == "L2" else None for _, regularizer in found}
    if len(found) < len(dense) or len(strengths) > 1 or None in strengths:
        yield Reason("has one `L2` for the kernels of all layers, the output layer among them", first.span)
    elif plan.heads[0].task in _SCALED:
        yield Reason("has a multiple of this loss, beside which `L2` would weigh otherwise", first.span)


def _unfit_stopping(stopping: Options) -> str | None:
    watched = stopping.value("monitor") == "loss" and stopping.value("mode") != "max"
    if watched and stopping.number("patience") >= 2 and not stopping.value("restore_best_weights"):
        return None
    return "stops early by the `loss` of the training rows alone, with a `patience` of 2 or more, and restores nothing"
