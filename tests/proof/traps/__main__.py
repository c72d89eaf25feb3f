"""See the package."""

from __future__ import annotations

import argparse
import sys

from tests.proof import traps

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=traps.__doc__)
    parser.add_argument("count", type=int, nargs="?", default=0)
    found = traps.prove(parser.parse_args().count)
    print(found.seen)
    print("\n".join(found.faults))
    sys.exit(0 if found.holds else 1)
