"""From a template to the text of a script: what all the kinds of scripts have in common."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from specrun.compiler.expressions import Expression, File, Statement, walk
from specrun.compiler.memory import BLOCK_ROWS
from specrun.compiler.paths import relative_path
from specrun.compiler.plan import Plan, Task
from specrun.compiler.script import layout
from specrun.compiler.script.backends import has_lookup
from specrun.compiler.script.environment import Code, environment
from specrun.compiler.script.imports import import_lines
from specrun.compiler.script.origins import Origins
from specrun.compiler.script.printer import Printer
from specrun.compiler.script.target import BACKENDS, Setting


@dataclass(frozen=True, slots=True)
class Values:
    """What one changes most, as a script calls it, and how much Keras says while it trains."""

    path: Code
    epochs: Code
    batch_size: Code
    verbose: int


ARGUMENTS = Values(Code("args.data"), Code("args.epochs"), Code("args.batch_size"), 2)
"""In a script that is run: arguments of the command line."""

CONSTANTS = Values(Code("PATH"), Code("EPOCHS"), Code("BATCH_SIZE"), 0)
"""In a notebook: constants of its first cell; it plots what Keras would say."""


def rendered(
    template: str,
    plan: Plan,
    setting: Setting,
    *,
    about: str = "",
    functions: Iterable[str] = (),
    modules: Iterable[str] = (),
    values: Values = ARGUMENTS,
    **more: object,
) -> str:
    """What a template says of a plan: `functions` and `modules` are imported, `more` is what the template takes."""
    jinja = environment(Printer(values.path), Origins(setting.annotate))
    text: str = jinja.get_template(template).render(
        plan=plan,
        about=about,
        path=_data_path(plan, setting),
        predicted=tuple(dict.fromkeys(column for head in plan.heads for column in head.columns)),
        imports=import_lines(functions, modules),
        constants=plan.series.constants.items() if plan.series else (),
        backend=None if setting.backend == BACKENDS[0] else setting.backend,
        lookups=any(has_lookup(group) for group in plan.features),
        embedded=any(group.embedding is not None for group in plan.features),
        ordinal=any(head.task is Task.ORDINAL for head in plan.heads),
        alone=plan.data.parts == ("train",),
        validated="validation" in plan.data.parts,
        tested="test" in plan.data.parts,
        values=values,
        block_rows=BLOCK_ROWS if plan.training.block_rows else None,
        **more,
    )
    return text


def checked(text: str) -> str:
    """A script, formatted. Raises SyntaxError if it is no Python, read from its bytes as Python itself would."""
    script = layout.formatted(text)
    ast.parse(script.encode())
    return script


def about(plan: Plan, result: str) -> str:
    """What the docstring says below its first line; `result` says what the script saves."""
    description = f"{plan.description.rstrip('.')}. " if plan.description else ""
    return f"{description}Run it in its own folder; it saves {result}. {written_by(plan)}"


def written_by(plan: Plan) -> str:
    """The version that wrote a script, and the digest of its spec."""
    from importlib.metadata import version

    return f"Written by specrun {version('specrun')} (spec {plan.digest[:12]})."


def expressions(plan: Plan) -> Iterator[Expression | Statement]:
    """All that a script of Keras is made of."""
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


def functions_of_order(plan: Plan) -> frozenset[str]:
    """The functions that a script calls to put the rows in order."""
    if plan.training.block_rows is None:
        return frozenset()
    return frozenset(["itertools.count", "numpy.random.default_rng"])


def _data_path(plan: Plan, setting: Setting) -> str | None:
    """The path of the data as the script names it; None for data that come from no file."""
    files = (part for part in walk(*plan.data.steps) if isinstance(part, File))
    return next((relative_path(setting.source / file.path, setting.folder) for file in files), None)
