"""`python -m tests.proof.fuzzed 100000` tries as many specs; ends with status 1 where one is at fault."""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.proof.fuzzed.seeds import make_workplace
from tests.proof.fuzzed.trial import case_of, prepare, trials


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.proof.fuzzed", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--only", type=int)
    args = parser.parse_args()
    with TemporaryDirectory() as folder:
        make_workplace(Path(folder))
        prepare(Path(folder))
        if args.only is not None:
            source, case = case_of(args.seed, args.only, Path(folder))
            print(case)
        before = time.process_time()
        tally = trials(args.seed, range(args.count) if args.only is None else [args.only], Path(folder))
    seconds = time.process_time() - before
    print(*tally.faults[:30], sep="\n")
    print(len(tally.faults), "faults", tally.specs, tally.plans, len(tally.codes), tally.slowest, tally.largest, seconds)


if __name__ == "__main__":
    main()
