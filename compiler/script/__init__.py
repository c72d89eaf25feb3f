"""The printed reading of a plan: a script that runs alone."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

from specrun.compiler.expressions import Expression, File, Items, Statement, children
from specrun.compiler.plan import Plan, Task
from specrun.compiler.script.environment import environment
from specrun.compiler.script.imports import import_lines
from specrun.compiler.script.printer import Printer, functions
from specrun.compiler.suggest import listed

LINE_LENGTH = 120
TARGETS = ("keras",)


def write_script(plan: Plan, source: Path, folder: Path, target: str = "keras") -> str:
    """The script of a plan, formatted; `source` is the folder of the spec, `folder` the one it will stand in.

    Raises SyntaxError if what was written is no Python, read from its bytes as Python itself would.
    """
    template = environment(Printer()).get_template(f"{target}/script.py.jinja")
    text = template.render(
        plan=plan,
        about=_about(plan),
        path=_data_path(plan, source, folder),
        targets=listed(dict.fromkeys(column for head in plan.heads for column in head.columns), 4),
        imports=import_lines(functions(_expressions(plan)), ("keras", "keras.layers", "tensorflow")),
        embedded=any(group.embedding is not None for group in plan.features),
        ordinal=any(head.task is Task.ORDINAL for head in plan.heads),
        callbacks=Items(plan.training.callbacks),
        constants=plan.series.constants.items() if plan.series else (),
        validated="validation" in plan.data.parts,
        tested="test" in plan.data.parts,
    )
    script = _formatted(text)
    ast.parse(script.encode("utf-8"))
    return script


def _about(plan: Plan) -> str:
    """What the docstring says below its first line."""
    from importlib.metadata import version

    written = f"Written by specrun {version('specrun')} (spec {plan.digest[:12]})."
    description = f"{plan.description.rstrip('.')}. " if plan.description else ""
    return (
        f"{description}Run it in its own folder: it saves `{plan.file}` there, a model that takes raw rows. {written}"
    )


def _data_path(plan: Plan, source: Path, folder: Path) -> str | None:
    """The path of the data as the script names it; None for data that come from no file."""
    waiting: list[Expression | Statement] = list(plan.data.steps)
    while waiting:
        expression = waiting.pop()
        if isinstance(expression, File):
            return _relative(source / expression.path, folder)
        waiting.extend(children(expression))
    return None


def _relative(path: Path, folder: Path) -> str:
    """The path as the script names it, with forward slashes; absolute where no relative one leads there."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def _formatted(text: str) -> str:
    import black

    return black.format_str(text, mode=black.Mode(line_length=LINE_LENGTH))


def _expressions(plan: Plan) -> Iterator[Expression | Statement]:
    yield from (*plan.data.steps, *plan.data.context)
    for group in plan.features:
        yield from group.steps
        yield from (part for part in (group.input, group.encoding, group.embedding) if part is not None)
    yield from (plan.raw, plan.network.parts, *plan.network.steps)
    yield from (node.call for node in plan.network.nodes)
    objective, training = plan.objective, plan.training
    yield from (objective.labels, objective.loss, objective.metrics, training.optimizer, *training.callbacks)
    if training.class_weight is not None:
        yield training.class_weight
