"""Tries fuzzed specs: `python -m tests.proof.fuzzed 5000`. Ends with status 1 where something is wrong with one.

With `--only`, the spec of one number is shown and tried.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.proof.fuzzed import prove, summary
from tests.proof.fuzzed.seeds import make_workplace
from tests.proof.fuzzed.trial import case_of, prepare, trials
from tests.proof.result import Result

_SHOWN = 50


def _only(seed: int, number: int) -> Result:
    with TemporaryDirectory() as folder:
        make_workplace(Path(folder))
        prepare(Path(folder))
        source, case = case_of(seed, number, Path(folder))
        text = case.text if isinstance(case.text, str) else case.text.decode("utf-8", "backslashreplace")
        print(f"{source}, in {case.folder}:\n{text.encode('utf-8', 'backslashreplace').decode()}")
        tally = trials(seed, [number], Path(folder))
        return Result(summary(tally), tuple(tally.faults))


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.fuzzed", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=5_000)
    parser.add_argument("--seed", type=int, help="by default another one each time")
    parser.add_argument("--only", type=int, help="try the spec of this number alone")
    parser.add_argument("--workers", type=int, help="by default as many as there are cores")
    asked = parser.parse_args()
    is_one = asked.only is not None
    result = _only(asked.seed or 0, asked.only) if is_one else prove(asked.count, asked.seed, asked.workers)
    print(*result.faults[:_SHOWN], f"{len(result.faults)} faults", result.seen, sep="\n")
    return 0 if result.holds else 1


if __name__ == "__main__":
    sys.exit(main())
