"""How an estimator is trained: the optimizer, the weights of the classes, and when it stops early."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specrun.compiler.expressions import Call, Expression, Foreign
from specrun.compiler.plan import Plan, Training
from specrun.compiler.script.stack import Reason, unfit_optimizer, unfit_option
from specrun.compiler.script.targets.tensorflow.options import Options, options_of

_OPTIMIZERS = {
    "SGD": ("learning_rate", "momentum", "nesterov"),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad"),
    "RMSprop": ("learning_rate", "rho", "momentum", "epsilon", "centered"),
}
"""The options that an optimizer of Keras has in TensorFlow 2.15 as well, for estimators, with the same defaults."""


def unfit_training(plan: Plan) -> Iterator[Reason]:
    """Why an estimator is not trained as a plan says."""
    training = plan.training
    yield from unfit_optimizer(training, _OPTIMIZERS)
    for callback in (options_of("callbacks", callback) for callback in training.callbacks):
        if callback.entry.name != "EarlyStopping":
            yield Reason(f"has no rule for {callback.name}", training.span)
            continue
        yield from unfit_option(callback, training.span, "monitor", "mode", "patience", "restore_best_weights")
        if callback.value("monitor") != "val_loss" or callback.value("mode") == "max":
            yield Reason("stops early by a `val_loss` that falls no more, and by nothing else", training.span)


def optimizer_of(training: Training) -> Expression:
    """The optimizer, of those that estimators take."""
    options = options_of("optimizers", training.optimizer)
    function = Foreign(f"tensorflow.keras.optimizers.legacy.{options.entry.name}")
    written = training.optimizer
    return replace(written, function=function) if isinstance(written, Call) else Call(function)


def early_stopping(training: Training) -> Options | None:
    """When training stops early, if it does."""
    return next((options_of("callbacks", callback) for callback in training.callbacks), None)
