"""Describe a neural network in YAML; train it in Keras, or get its Python script."""

from typing import TYPE_CHECKING, Any

from specrun.api import Spec, check, load, load_run, resume
from specrun.compiler.diagnostics import Diagnostic, SpecError

if TYPE_CHECKING:
    from specrun.estimators import SpecClassifier, SpecRegressor

__all__ = [
    "Diagnostic",
    "Spec",
    "SpecClassifier",
    "SpecError",
    "SpecRegressor",
    "check",
    "load",
    "load_run",
    "resume",
]

_ESTIMATORS = ("SpecClassifier", "SpecRegressor")


def __getattr__(name: str) -> Any:
    """The estimators, when they are asked for: they take scikit-learn and pandas with them."""
    if name not in _ESTIMATORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from specrun import estimators

    return getattr(estimators, name)
