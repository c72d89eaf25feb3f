"""The command `specrun run`: training a spec, or going on with a run that was broken off."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from specrun.guarding import INTERRUPTED, PATH, SET, guarded, show

if TYPE_CHECKING:
    from specrun.compiler.compilation import Compilation
    from specrun.runtime.resuming import Begun
    from specrun.runtime.run import Run

_STOPPING = "stopping after this step, with what was trained kept; Ctrl-C again ends at once"


@click.command()
@click.argument("spec", required=False, type=PATH)
@SET
@click.option("--out", type=PATH, help="The run directory; runs/<name>/<number> by default.")
@click.option("--again", is_flag=True, help="Train even where the same spec and data were trained before.")
@click.option(
    "--resume",
    "broken_off",
    metavar="DIRECTORY",
    type=PATH,
    help="In place of a spec: go on with a run that was stopped or broken off.",
)
@click.option("--report/--no-report", default=True, help="Whether to write report.html, the report of the run.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def run(
    spec: Path | None,
    settings: Sequence[str],
    out: Path | None,
    again: bool,
    broken_off: Path | None,
    report: bool,
    as_json: bool,
) -> None:
    """Train a spec, judge it, and leave a run directory."""
    from rich.console import Console

    from specrun.summary import as_table, remarks, to_json

    if broken_off is not None:
        if spec is not None or settings or out is not None or again:
            raise click.UsageError("`--resume` goes on with a run as it was begun: without SPEC, --set, --out, --again")
        begun, compilation = _broken_off(broken_off)
    elif spec is not None:
        begun, compilation = None, _compiled(spec, settings, out)
        if not again and out is None and _is_there(compilation, as_json):
            return
    else:
        raise click.UsageError("name a SPEC to train, or by `--resume` a run to go on with")
    done = _trained(compilation, out, begun, report)
    show(done.diagnostics)
    if as_json:
        click.echo(to_json(done))
    else:
        Console(width=None if sys.stdout.isatty() else 120).print(as_table(done))
        click.echo(f"{remarks(done)}the run is in {done.directory}")
    if done.stopped is not None or done.stopped_fold is not None:
        sys.exit(INTERRUPTED)


def _compiled(spec: Path, settings: Sequence[str], out: Path | None) -> Compilation:
    from specrun.api import compiled
    from specrun.runtime.directory import check_free

    if out is not None:
        guarded(lambda: check_free(out))
    compilation = guarded(lambda: compiled(spec, settings, every_row=True))
    show(compilation.diagnostics)
    return compilation


def _broken_off(directory: Path) -> tuple[Begun, Compilation]:
    from specrun.api import compiled_again

    begun, compilation, warnings = guarded(lambda: compiled_again(directory))
    show([*compilation.diagnostics, *warnings])
    checkpoint, epochs = begun.checkpoint, compilation.plan.training.epochs
    where = "the beginning: there is no checkpoint yet"
    if checkpoint is not None:
        where = f"epoch {min(checkpoint.epoch + 1, epochs)} of {epochs}, step {checkpoint.done + 1}"
    click.echo(f"going on from {where}", err=True)
    return begun, compilation


def _is_there(compilation: Compilation, as_json: bool) -> bool:
    """Whether the same was trained before, which is then shown; that it was begun is told."""
    from specrun.runs import find_same, kept_json

    finished, begun = find_same(compilation)
    if finished is not None:
        click.echo(f"{finished} is this very run: the same spec and data; `--again` repeats it", err=True)
        click.echo(kept_json(finished) if as_json else f"the run is in {finished}")
    elif begun is not None:
        click.echo(f"{begun} is this very run, and not finished; `specrun run --resume {begun}` goes on", err=True)
    return finished is not None


def _trained(compilation: Compilation, out: Path | None, begun: Begun | None, report: bool) -> Run:
    from rich.console import Console

    from specrun.runtime.progress import watching
    from specrun.runtime.run import run as train
    from specrun.runtime.stopping import stopping

    memory, engine = compilation.plan.data.memory, compilation.plan.training.engine
    click.echo(f"rows: {memory.name}, as {memory.reason}", err=True)
    click.echo(f"engine: {engine.name}, as {engine.reason}", err=True)
    console = Console(stderr=True)

    def tell(text: str) -> None:
        console.print(text, soft_wrap=True, markup=False, highlight=False)

    def trained() -> Run:
        with watching(compilation.plan, console) as watch, stopping(partial(tell, _STOPPING)) as stop:
            return train(compilation, out, watch, stop, begun, tell, report=report)

    return guarded(trained)
