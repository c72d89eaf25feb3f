"""What a script may be written for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.plan import Plan

BACKENDS = ("tensorflow", "jax", "torch")
"""What Keras can compute with, its default first."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How a script is asked for.

    `source` is the folder of the spec, `folder` the one that the script will stand in. `annotate` asks for the lines of
    the spec that each block comes from, `backend` says what Keras computes with.
    """

    source: Path
    folder: Path
    annotate: bool = False
    backend: str = BACKENDS[0]


@dataclass(frozen=True, slots=True)
class ScriptTarget:
    """A kind of script.

    `doc` says in one line what is written, to a file that ends with `suffix`. `refusals` are the reasons why it cannot
    hold a plan; `write` gives the text of one that it can hold.
    """

    name: str
    doc: str
    suffix: str
    refusals: Callable[[Plan, Setting], Iterable[Diagnostic]]
    write: Callable[[Plan, Setting], str]


def refusal(target: str, what: str, span: Span, hint: str = "`--target keras` writes every spec") -> Diagnostic:
    """A part of a plan that scripts of a target cannot hold: `what` ends the sentence that begins with the target."""
    return Diagnostic("S601", f"the target `{target}` {what}", span, hint)
