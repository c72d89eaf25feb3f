"""Wrong specs, each with the exact text that `specrun check` shows for it: a folder of `tests/ui` a case.

A folder holds `spec.yaml`, the data that it names, `settings.txt` where `--set` matters (a setting a line), and
`expected.txt`, which `pytest --renew` writes anew. What cannot lie in a repository is made by a function of `MADE`.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from specrun.cli import main

ROOT = Path(__file__).parents[2]
UI = ROOT / "tests" / "ui"
CASES = sorted(path.name for path in UI.iterdir() if path.is_dir())
