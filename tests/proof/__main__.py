"""Proves what `SECURITY.md` promises, and prints a table of it: `make proof`. Ends with status 1 where a row fails.

`python -m tests.proof fuzzed traps` proves those rows alone; `--share 0.01` so much of each. With `--write`, the rows
take the places of theirs in `docs/proof.md`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.proof.result import Result
from tests.proof.rows import ROWS, Row, proven

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proof.md"
_INTRODUCTION = """# Proof

What [SECURITY.md](../SECURITY.md) promises, measured by `make proof`, which wrote this page; the tests measure the
share that stands under CI. Times are those of a machine with 2 cores.

"""
_HEAD = "| measure | CI | asked | seen | took |\n|---|---|---|---|---|\n"
_SHOWN = 20


def main() -> None:
    """Prove the rows, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; else all")
    parser.add_argument("--share", type=float, default=1.0, help="how much of each is done")
    parser.add_argument("--write", action="store_true", help="write the rows into docs/proof.md")
    args = parser.parse_args()
    if unknown := set(args.rows) - set(ROWS):
        parser.error(f"there is no row {', '.join(sorted(unknown))}")
    done: dict[str, str] = {}
    holds = True
    for name in args.rows or [*ROWS]:
        row, before = ROWS[name], time.monotonic()
        result = proven(name, max(1, round(row.count * args.share)) if row.count else 0)
        done[name] = line(row, result, time.monotonic() - before)
        print(*result.faults[:_SHOWN], done[name], sep="\n", file=sys.stderr, flush=True)
        holds = holds and result.holds
    print(table(done))
    if args.write:
        PAGE.write_text(_INTRODUCTION + table({**written(PAGE), **done}), "utf-8")
    sys.exit(0 if holds else 1)


def line(row: Row, result: Result, seconds: float) -> str:
    """A row of the table."""
    count = len(result.faults)
    held = "held" if result.holds else f"**{count} faults**" if count > 1 else "**1 fault**"
    seen = f"{held}: {result.seen}"
    return f"{_start(row)}{row.in_ci} | {row.asked} | {seen} | {seconds / 60:,.1f} min |"


def table(lines: Mapping[str, str]) -> str:
    """The rows that there are, in their order."""
    return _HEAD + "".join(f"{lines[name]}\n" for name in ROWS if name in lines)


def written(page: Path) -> dict[str, str]:
    """The rows that a page has."""
    lines = page.read_text("utf-8").splitlines() if page.exists() else []
    return {name: text for name, row in ROWS.items() for text in lines if text.startswith(_start(row))}


def _start(row: Row) -> str:
    return f"| {row.measure} | "


if __name__ == "__main__":
    main()
