"""What commands have in common: how a spec is set, what they show of what is wrong, the status they end with."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from specrun.compiler.diagnostics import Diagnostic, SpecError

Result = TypeVar("Result")
PATH = click.Path(readable=False, allow_dash=True, path_type=Path)
"""A path on the command line; whatever is wrong with what is there is said in a diagnostic."""
SET = click.option(
    "--set", "settings", metavar="KEY=VALUE", multiple=True, help="Set a value of the spec, as in training.epochs=10."
)
INTERRUPTED = 130
"""The exit status of what Ctrl-C ended."""


def show(diagnostics: Sequence[Diagnostic]) -> None:
    """Diagnostics on the error stream, coloured on a terminal."""
    from specrun.compiler.render.text import render_text, summary

    if diagnostics:
        colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
        click.echo(render_text(diagnostics, colour=colour) + "\n", err=True, color=colour)
        click.echo(summary(diagnostics), err=True)


def guarded(action: Callable[[], Result]) -> Result:
    """What the action gives; a spec or data at fault is shown, and ends the program with status 1."""
    try:
        return action()
    except SpecError as error:
        show(error.diagnostics)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
