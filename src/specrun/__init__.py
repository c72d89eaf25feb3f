"""Describe a neural network in YAML; train it in Keras, or get its Python script."""

from specrun.api import Spec, check, load, load_run
from specrun.compiler.diagnostics import Diagnostic, SpecError

__all__ = ["Diagnostic", "Spec", "SpecError", "check", "load", "load_run"]
