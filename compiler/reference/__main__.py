"""`python -m specrun.compiler.reference FILE` writes the page of the language into a file."""

from __future__ import annotations

import sys
from pathlib import Path

from specrun.compiler.reference import page

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), "utf-8")
