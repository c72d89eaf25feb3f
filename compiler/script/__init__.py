"""The printed reading of a plan: a script that runs alone."""

from __future__ import annotations

from pathlib import Path

from specrun.compiler.diagnostics import SpecError
from specrun.compiler.plan import Plan
from specrun.compiler.script.target import BACKENDS, Setting
from specrun.compiler.script.targets import TARGETS, target_of
from specrun.compiler.script.unsaid import unsaid

__all__ = ["BACKENDS", "TARGETS", "Setting", "target_of", "unsaid", "write_script"]


def write_script(
    plan: Plan,
    source: Path,
    folder: Path,
    target: str = TARGETS[0],
    *,
    annotate: bool = False,
    backend: str = BACKENDS[0],
) -> str:
    """The script of a plan, formatted; `source` is the folder of the spec, `folder` the one it will stand in.

    Raises SpecError where scripts of the target cannot hold the plan, with all the reasons.
    """
    setting = Setting(source, folder, annotate, backend)
    kind = target_of(target)
    refusals = tuple(kind.refusals(plan, setting))
    if refusals:
        raise SpecError(refusals)
    return kind.write(plan, setting)
