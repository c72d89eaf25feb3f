"""What commands have in common: how a spec is set, what they show of what is wrong, the status they end with."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from specrun.compiler.diagnostics import Diagnostic, Span, SpecError

Result = TypeVar("Result")
PATH = click.Path(readable=False, allow_dash=True, path_type=Path)
"""A path on the command line; whatever is wrong with what is there is said in a diagnostic."""
SET = click.option(
    "--set", "settings", metavar="KEY=VALUE", multiple=True, help="Set a value of the spec, as in training.epochs=10."
)
INTERRUPTED = 130
"""The exit status of what Ctrl-C ended."""


class Safely(click.Group):
    """Commands whose output may go to a disk that is full, or nowhere."""

    def main(self, *args: Any, **options: Any) -> Any:
        """See click; what cannot be written to the standard output is a diagnostic."""
        if sys.stdout is None:
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - until the end of the process
        try:
            return super().main(*args, **options)
        except OSError as problem:
            from specrun.runtime.disk import FULL

            if problem.errno not in (*FULL, errno.EIO):
                raise
            # What is left to be written would fail once more when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            message = f"the standard output cannot be written: {problem.strerror}"
            show([Diagnostic("R102", message, Span("stdout", 1, 1, 2), "make room, or send it to another place")])
            sys.exit(1)


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
