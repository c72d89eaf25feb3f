"""Commands of specrun under an audit hook, which is there before anything of specrun is imported.

Reads a job from stdin as JSON, and writes what it saw to stdout as JSON.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import traceback
from typing import Any

from tests.proof.policy import Named, Policy


def main() -> None:
    """Carry out the commands of a job: each has its arguments, and what it names."""
    job = json.load(sys.stdin)
    policy = Policy(tuple(job["packages"]), frozenset(job["imports"]))
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        if job["tensorflow"]:
            # Its import looks at the whole machine, before anything of a spec is there.
            import keras  # noqa: F401
            import tensorflow  # noqa: F401
        faults = [fault for command in job["commands"] for fault in _faults(policy, command)]
    json.dump({"events": policy.events, "faults": faults}, sys.stdout)


def _faults(policy: Policy, command: dict[str, Any]) -> list[str]:
    policy.faults.clear()
    named = Named(tuple(command["reads"]), tuple(command["writes"]), command["scratch"])
    failed = ""
    try:
        with policy.looking(named):
            from specrun.cli import main as specrun

            specrun(command["arguments"], standalone_mode=False)
    except SystemExit as ended:
        failed = "" if ended.code in (0, 1, None) else f"ended with {ended.code}"
    except BaseException:  # what ends a command so is a fault, whatever it is
        failed = traceback.format_exc(limit=-3)
    shown = " ".join(command["arguments"])
    return [f"specrun {shown}: {fault}" for fault in (*policy.faults, *([failed] if failed else ()))]


if __name__ == "__main__":
    main()
