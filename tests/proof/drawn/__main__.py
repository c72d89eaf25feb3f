"""`python -m tests.proof.drawn 500`: ends with status 1 where a fault was found."""

from __future__ import annotations

import argparse
import secrets
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.proof.drawn import fault_of, prove, read, summary
from tests.proof.drawn.trial import drawn, prepare, trial
from tests.proof.result import Result


def _only(seed: int, number: int) -> Result:
    with TemporaryDirectory(prefix="drawn-") as directory:
        folder = Path(directory)
        prepare(folder)
        print(drawn(seed, number, folder).text())
        done = trial(seed, number, folder)
        faults = [*read(folder, seed), *([fault_of(done, seed)] if done.fault else [])]
        return Result(summary([done], seed, done.seconds), tuple(faults))


def main() -> None:
    """Try, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.drawn", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=500, help="how many specs")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="by default another one each time")
    parser.add_argument("--only", type=int, help="show and try the spec of this number alone")
    args = parser.parse_args()
    print(f"seed {args.seed}", file=sys.stderr, flush=True)
    result = prove(args.count, args.seed) if args.only is None else _only(args.seed, args.only)
    print(*result.faults, result.seen, sep="\n")
    sys.exit(0 if result.holds else 1)


if __name__ == "__main__":
    main()
