"""The command line: `specrun init`, `check`, `explain`, `fmt`, `diff`, `compile`; others have files of their own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from specrun.compiler.diagnostics import Diagnostic, Severity, SpecError
from specrun.compiler.language.sections import ENCODINGS, NO_SEPARATORS
from specrun.compiler.render import FORMATS
from specrun.compiler.script import BACKENDS, TARGETS
from specrun.guarding import PATH, SET, Safely, guarded, show
from specrun.on_runs import OF_RUNS
from specrun.running import run


@click.group(cls=Safely, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="specrun")
def main() -> None:
    """Describe a neural network in YAML; check it, train it, or get its Python script."""


for command in (run, *OF_RUNS):
    main.add_command(command)


@main.command()
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=PATH)
@SET
@click.option(
    "--format", "format_", type=click.Choice(tuple(FORMATS)), default="text", help="How the diagnostics are written."
)
def check(specs: Sequence[Path], settings: Sequence[str], format_: str) -> None:
    """Say all that is wrong with specs, without TensorFlow."""
    from specrun.compiler.compilation import compile_spec, load

    found: list[Diagnostic] = []
    for spec in specs:
        try:
            found += compile_spec(load(spec, settings)).diagnostics
        except SpecError as error:
            found += error.diagnostics
    if format_ == "text":
        show(found)
        if not found:
            click.echo(f"{len(specs)} {'spec' if len(specs) == 1 else 'specs'}: no problems", err=True)
    else:
        click.echo(FORMATS[format_](found))
    sys.exit(1 if any(d.severity is Severity.ERROR for d in found) else 0)


@main.command()
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=PATH)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; name what would change, with status 1.")
@click.option("--diff", "as_diff", is_flag=True, help="Write nothing; show what would change.")
def fmt(specs: Sequence[Path], only_check: bool, as_diff: bool) -> None:
    """Put specs into canonical order and style, with all comments; `-` reads stdin and writes stdout."""
    from specrun.rewriting import STDIN, formatted

    found: list[Diagnostic] = []
    changed = 0
    for path in specs:
        try:
            done = formatted(path)
            changed += done.differs
            if done.differs and as_diff:
                click.echo(done.difference(), nl=False)
            elif done.differs and only_check:
                click.echo(done.name)
            elif not only_check and not as_diff:
                done.write()
        except SpecError as error:
            found += error.diagnostics
    show(found)
    if any(path != STDIN for path in specs):
        what = "would change" if only_check or as_diff else "changed"
        click.echo(f"{changed} of {len(specs)} {'spec' if len(specs) == 1 else 'specs'} {what}", err=True)
    sys.exit(1 if found or (only_check and changed) else 0)


@main.command("compile")
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=PATH)
@SET
@click.option("--target", type=click.Choice(TARGETS), default=TARGETS[0], show_default=True, help="What to write.")
@click.option("--all", "every", is_flag=True, help="Write every target that can hold the spec, into a folder.")
@click.option("--backend", type=click.Choice(BACKENDS), help="What Keras computes with; its default is tensorflow.")
@click.option("-o", "--output", type=PATH, help="The file; for several scripts, the folder they go into.")
@click.option("--annotate", is_flag=True, help="Say above each block which lines of the spec it comes from.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; show how the file differs, with status 3.")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
def compile_(
    specs: Sequence[Path],
    settings: Sequence[str],
    target: str,
    every: bool,
    backend: str | None,
    output: Path | None,
    annotate: bool,
    only_check: bool,
    force: bool,
) -> None:
    """Write the Python scripts of specs; they need no specrun to run."""
    from specrun.api import compiled
    from specrun.output import make_folder
    from specrun.scripts import DIFFERS, Asked, Refused, Script

    several = every or len(specs) > 1
    if backend is not None and (every or target != TARGETS[0]):
        raise click.UsageError(f"`--backend` is for `--target {TARGETS[0]}`")
    if only_check and output is None and not several:
        raise click.UsageError("`--check` needs the file to compare with: `-o FILE`")
    asked = Asked(None if every else target, output, several, annotate, backend or BACKENDS[0])

    def wanted() -> list[Script | Refused]:
        scripts: list[Script | Refused] = []
        for spec in specs:
            compilation = compiled(spec, settings)
            show(compilation.diagnostics)
            scripts += asked.scripts(compilation, spec.stem)
        remarks = [remark for script in scripts if isinstance(script, Script) for remark in script.remarks()]
        show(tuple(dict.fromkeys(remarks)))
        return scripts

    found = guarded(wanted)
    if several and output is not None and not only_check:
        guarded(partial(make_folder, output))
    differ = 0
    for script in found:
        if isinstance(script, Refused):
            click.echo(f"no {script.target} script of {script.stem}: {script.why}", err=True)
        elif only_check:
            difference = script.difference()
            differ += bool(difference)
            click.echo(difference, nl=False)
        elif output is None and not several:
            click.echo(script.text, nl=False)
        else:
            guarded(partial(script.write, overwrite=force))
            if several:
                click.echo(script.path)
    if differ:
        click.echo(f"{differ} of {len(found)} differ; write them anew with `--force` in place of `--check`", err=True)
        sys.exit(DIFFERS)


@main.command()
@click.argument("spec", metavar="SPEC|CODE")
@SET
def explain(spec: str, settings: Sequence[str]) -> None:
    """Show a spec with every default filled in, or explain a code."""
    from rich.console import Console

    from specrun.api import compiled
    from specrun.compiler.pages import is_code
    from specrun.explanation import explain_code, explain_spec

    if is_code(spec):
        page = explain_code(spec)
        if page is None:
            raise click.UsageError(f"no diagnostic has the code `{spec}`")
        click.echo(page, nl=False)
        return
    compilation = guarded(lambda: compiled(Path(spec), settings, count_values=True))
    show(compilation.diagnostics)
    explain_spec(compilation, Console(width=None if sys.stdout.isatty() else 120))


@main.command()
@click.argument("before", metavar="SPEC", type=PATH)
@click.argument("after", metavar="SPEC", type=PATH)
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
def diff(before: Path, after: Path, as_json: bool) -> None:
    """Show what changed in meaning from one spec to another: data, features, layers with their shapes, training."""
    from specrun.api import compiled
    from specrun.comparison import as_text, to_json
    from specrun.compiler.difference import differences

    changes = guarded(lambda: differences(compiled(before), compiled(after)))
    if as_json:
        click.echo(to_json(changes))
    else:
        click.echo(as_text(changes) or "the two specs mean the same")


def _one_character(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str | None:
    """A separator; a tab may be written as `\\t`, as it can hardly be typed."""
    if text == "\\t":
        return "\t"
    if text is not None and (len(text) != 1 or text in NO_SEPARATORS):
        raise click.BadParameter("it is one character, and no quotation mark or line break; `\\t` is a tab")
    return text


@main.command()
@click.argument("data", type=PATH)
@click.option("--target", required=True, metavar="COLUMN", help="The column to predict.")
@click.option("-o", "--output", type=PATH, help="The spec; the data's name, here, by default.")
@click.option("--columns", metavar="A,B,…", help="The names of the columns, of a file that has no header.")
@click.option(
    "--separator", callback=_one_character, help="What stands between two cells, where the file does not tell it."
)
@click.option("--encoding", type=click.Choice(ENCODINGS), help="The encoding, where the file does not tell it.")
@click.option("--no-quoting", is_flag=True, help='A `"` in the file is a character like any other.')
@click.option("--force", is_flag=True, help="Overwrite a spec that is there.")
def init(
    data: Path,
    target: str,
    output: Path | None,
    columns: str | None,
    separator: str | None,
    encoding: str | None,
    no_quoting: bool,
    force: bool,
) -> None:
    """Write a first spec for a data file, with what its columns seem to be and what to know of them."""
    from specrun.beginning import begin
    from specrun.compiler.draft import Given

    names = tuple(name.strip() for name in columns.split(",")) if columns else ()
    given = Given(separator, names, encoding, quoting=not no_quoting)
    spec = output or Path(f"{data.stem}.yaml")
    problems = guarded(lambda: begin(data, target, given, spec, overwrite=force))
    show(problems)
    once_mended = " once that is mended" if problems else ""
    click.echo(f"{spec} is written; `specrun run {spec}` trains it{once_mended}")
    if problems:
        sys.exit(1)


@main.command()
@click.argument("name", required=False)
def example(name: str | None) -> None:
    """Copy a spec that ships, with its data, to this folder; without a name, list them."""
    from specrun.beginning import copy_example, examples
    from specrun.compiler.suggest import did_you_mean, listed

    if name is None:
        click.echo("\n".join(examples()))
        return
    if name not in examples():
        hint = did_you_mean(name, examples(), f"there are {listed(examples(), 20)}")
        raise click.UsageError(f"no example is called `{name}`: {hint}")
    spec = guarded(lambda: copy_example(name, Path()))
    click.echo(f"{spec} is written; `specrun run {spec}` trains it")


@main.command()
@click.option("--for", "data", type=PATH, help="A data file, whose columns are completed, too.")
def schema(data: Path | None) -> None:
    """Print the JSON Schema of specs, for editors."""
    from specrun.beginning import as_json
    from specrun.compiler.draft import Given, columns_of
    from specrun.compiler.language.editor_schema import editor_schema, schema_of_columns

    whole = editor_schema() if data is None else schema_of_columns(guarded(lambda: columns_of(data, Given())))
    click.echo(as_json(whole), nl=False)
