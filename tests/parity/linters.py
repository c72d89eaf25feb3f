"""What the linters and the type checker say of scripts, all of them in one go."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from specrun.compiler.script.layout import LINE_LENGTH

RULES = "E,F,W,I,UP,SIM,RET,ARG,PLE"


def complaints(scripts: Iterable[Path], folder: Path) -> str:
    """What is found fault with; empty where there is nothing. The cache of the type checker goes into the folder."""
    files = [str(script) for script in scripts]
    length = ("--isolated", "--line-length", str(LINE_LENGTH))
    tools = (
        ("ruff", "format", "--check", *length),
        ("ruff", "check", "--select", RULES, "--output-format", "concise", *length),
        # Each is a program of its own; the libraries ship no stubs.
        ("mypy", "--config-file=", "--ignore-missing-imports", "--scripts-are-modules", "--no-error-summary"),
    )
    found = ""
    for tool in tools:
        done = subprocess.run([sys.executable, "-m", *tool, *files], capture_output=True, text=True, cwd=folder)
        found += done.stdout + done.stderr if done.returncode else ""
    return found
