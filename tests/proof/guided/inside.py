"""The process of the fuzzer: `python -m tests.proof.guided.inside TARGET`, and behind it the options of libFuzzer.

Nothing of what is fuzzed may be imported before it.
"""

from __future__ import annotations

import shlex
import sys

from tests.proof.guided.targets import INSTRUMENTED, TARGETS


def main() -> None:
    """Be the fuzzer, which ends the process."""
    import atheris

    name, *options = sys.argv[1:]
    with atheris.instrument_imports(include=list(INSTRUMENTED[name])):
        TARGETS[name](b"")
    # To merge, libFuzzer starts itself again: by a shell, with this for its name.
    again = f"{shlex.quote(sys.executable)} -m {__spec__.name} {name}"
    atheris.Setup([again, *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
