"""How an estimator is trained: the optimizer, the weights of the classes, and when it stops early."""

from __future__ import annotations

from collections.abc import Iterator

from specrun.compiler.expressions import Call, Expression, Foreign
from specrun.compiler.plan import Plan, Training
from specrun.compiler.script.options import Options, options_of
from specrun.compiler.script.stack import Reason, unfit_callbacks, unfit_optimizer

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
    yield from unfit_callbacks(training, _unfit_stopping)


def optimizer_of(training: Training) -> Expression:
    """The optimizer, of those that estimators take."""
    made, written = options_of("optimizers", training.optimizer).entry.name, training.optimizer
    function = Foreign(f"tensorflow.keras.optimizers.legacy.{made}")
    if not isinstance(written, Call):
        return Call(function)
    # What else is written, as Keras has it by default, these do not know.
    known = tuple(keyword for keyword in written.keywords if keyword.name in _OPTIMIZERS[made])
    return Call(function, written.arguments, known)


def early_stopping(training: Training) -> Options | None:
    """When training stops early, if it does."""
    return next((options_of("callbacks", callback) for callback in training.callbacks), None)


def _unfit_stopping(stopping: Options) -> str | None:
    if stopping.value("monitor") == "val_loss" and stopping.value("mode") != "max":
        return None
    return "stops early by a `val_loss` that falls no more, and by nothing else"
