"""Kills trainings at random moments, goes on with them, and holds what they come to against one never killed.

`python -m tests.resume 200` does so until as many were killed; the same seed draws the same moments. Ends with status 1
where any bit differs.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trials", type=int)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()

    import keras  # noqa: F401 - before the first fork

    from tests.resume.cases import CASES, write_rows
    from tests.resume.trial import reference, trial

    places: Counter[str] = Counter()
    done = equal = twice = 0
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_rows(folder)
        expected = {}
        for name, text in CASES.items():
            spec = folder / f"{name}.yaml"
            spec.write_text(text, encoding="utf-8")
            expected[name] = reference(spec, folder / f"{name}-whole")
        for number, name in enumerate(itertools.cycle(CASES)):
            if done >= asked.trials:
                break
            chance = random.Random(f"{asked.seed} {number}")
            directory = folder / f"{name}-{number}"
            outcome, seconds = expected[name]
            found = trial(folder / f"{name}.yaml", directory, outcome, seconds, chance)
            if found.kills:
                done, twice = done + 1, twice + (found.kills > 1)
                equal += not found.differs
                places.update(found.places)
            if found.differs:
                print(f"{name}, trial {number}: {', '.join(found.differs)} ({', '.join(found.places)})", flush=True)
            else:
                shutil.rmtree(directory, ignore_errors=True)
            if done % 20 == 0:
                print(f"{done} killed, {equal} equal", file=sys.stderr, flush=True)
    print(f"{equal} of {done} killed runs, {twice} of them killed twice, are equal bit for bit with those never killed")
    print("killed " + ", ".join(f"{place} {count} times" for place, count in places.most_common()))
    return 0 if equal == done else 1


if __name__ == "__main__":
    sys.exit(main())
