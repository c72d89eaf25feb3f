"""The kinds of scripts, each described in a module of its own, which is imported when a script of it is asked for."""

from __future__ import annotations

from importlib import import_module

from specrun.compiler.script.target import ScriptTarget

TARGETS = ("keras", "tensorflow", "estimator", "notebook", "sklearn")
"""Their names: the modules of this package."""


def target_of(name: str) -> ScriptTarget:
    """The description of a kind of script. Raises KeyError for a name that is none."""
    if name not in TARGETS:
        raise KeyError(name)
    described: ScriptTarget = import_module(f"{__name__}.{name}").TARGET
    return described
