"""How a script is laid out: by Ruff, which takes milliseconds where a formatter in Python takes longer to import."""

from __future__ import annotations

import subprocess
from functools import cache

LINE_LENGTH = 120


def formatted(text: str) -> str:
    """Python code, laid out. Raises SyntaxError if it is none."""
    done = subprocess.run(_formatter(), input=text.encode(), capture_output=True, check=False)
    if done.returncode:
        raise SyntaxError(done.stderr.decode(errors="replace"))
    return done.stdout.decode()


@cache
def _formatter() -> tuple[str, ...]:
    """The command; no configuration that the user has for code of his own is followed."""
    from ruff import find_ruff_bin

    options = ("--isolated", "--no-cache", "--target-version", "py311", "--line-length", str(LINE_LENGTH))
    return find_ruff_bin(), "format", *options, "-"
