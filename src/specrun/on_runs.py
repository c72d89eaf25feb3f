"""The commands on runs: `specrun runs`, `compare`, `predict`, `evaluate` and `reproduce`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from specrun.compiler.render.printable import printable
from specrun.guarding import PATH, guarded, show


@click.command()
@click.argument("folder", type=PATH, default=Path("runs"))
@click.option("--sort", "by", metavar="MEASURE", help="The best of this measure first, as in accuracy.")
@click.option("--check", "every_file", is_flag=True, help="Hold every file of each run against its digest.")
def runs(folder: Path, by: str | None, every_file: bool) -> None:
    """List the runs in a folder, `runs` by default (status 1 where one is damaged)."""
    from rich.console import Console

    from specrun.runs import find_begun_runs, find_runs, listing

    (found, problems), begun = guarded(lambda: (find_runs(folder, every_file=every_file), find_begun_runs(folder)))
    if not found and not begun and not problems:
        click.echo(f"there are no runs in {folder}; `specrun run SPEC` leaves one", err=True)
    elif found and by is not None and not any(by in run.judged for run in found):
        names = ", ".join(dict.fromkeys(name for run in found for name in run.judged))
        raise click.UsageError(f"no run has the measure `{by}`; there are {names}")
    elif found:
        Console(width=None if sys.stdout.isatty() else 160).print(listing(found, by))
    for directory in begun:
        shown = printable(str(directory))
        click.echo(f"{shown} is not finished; `specrun run --resume {shown}` goes on", err=True)
    show(problems)
    if problems:
        sys.exit(1)


@click.command()
@click.argument("before", metavar="RUN", type=PATH)
@click.argument("after", metavar="RUN", type=PATH)
def compare(before: Path, after: Path) -> None:
    """Set two runs side by side: their specs, measures and curves."""
    from rich.console import Console

    from specrun.runs import changes, comparison
    from specrun.runtime.loading import read_records

    one, other = guarded(lambda: (read_records(before), read_records(after)))
    click.echo(changes(one, other) or "the two specs mean the same")
    Console(width=None if sys.stdout.isatty() else 120).print(comparison(one, other))


@click.command()
@click.argument("directory", metavar="RUN", type=PATH)
@click.argument("data", metavar="DATA...", nargs=-1, required=True, type=PATH)
@click.option("-o", "--output", type=PATH, required=True, help="A .csv, .jsonl or .parquet file to write.")
@click.option("--keep-formulas", is_flag=True, help="Leave texts in CSV that a spreadsheet would take for formulas.")
def predict(directory: Path, data: tuple[Path, ...], output: Path, keep_formulas: bool) -> None:
    """Predict each row of data files, or each image of a folder: classes with their probabilities, or numbers."""
    from specrun.predicting import predict_file

    done = guarded(lambda: predict_file(directory, data, output, keep_formulas=keep_formulas))
    for line in done.differences:
        click.echo(f"not as in training: {printable(line)}", err=True)
    if done.formulas:
        what = "text begins as a formula does and has" if done.formulas == 1 else "texts begin as formulas do and have"
        hint = "`--keep-formulas` leaves them as they are"
        click.echo(f"{done.formulas:,} {what} a `'` before that, for spreadsheets; {hint}", err=True)
    click.echo(f"{done.rows:,} predictions are in {output}")


@click.command()
@click.argument("directory", metavar="RUN", type=PATH)
@click.argument("data", type=PATH)
@click.option("--report", type=PATH, help="An .html file for a report on these rows.")
@click.option("--json", "as_json", is_flag=True, help="Print the measures as JSON.")
def evaluate(directory: Path, data: Path, report: Path | None, as_json: bool) -> None:
    """Judge a run on a data file, which has the target: its measures beside those of the test rows."""
    import json

    from rich.console import Console

    from specrun.predicting import evaluate_file
    from specrun.runs import judgement
    from specrun.runtime.loading import read_records

    measures, rows = guarded(lambda: evaluate_file(directory, data, report))
    if as_json:
        click.echo(json.dumps({"rows": rows, "metrics": measures}, indent=2))
    else:
        Console(width=None if sys.stdout.isatty() else 120).print(
            judgement(guarded(lambda: read_records(directory)), data, measures, rows)
        )


@click.command()
@click.argument("directory", metavar="RUN", type=PATH)
def reproduce(directory: Path) -> None:
    """Train the spec of a run again, and say whether all is the same byte for byte (status 3 where it is not)."""
    from specrun.runs import reproduce as again
    from specrun.scripts import DIFFERS

    found = guarded(lambda: dict(again(directory)))
    for name, is_same in found.items():
        click.echo(f"{name}: {'the same' if is_same else 'differs'}")
    if not all(found.values()):
        sys.exit(DIFFERS)


OF_RUNS = (runs, compare, predict, evaluate, reproduce)
