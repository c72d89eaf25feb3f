"""Starts a command and tells what it took: a process of its own, as a child counts what its parent holds as its own.

`python -I -S launch.py REPORT LIMITS COMMAND...`: LIMITS are JSON, `disk` the most bytes of a file or null, `rights`
whether the command may read and write what belongs to others, `seconds` how long it may take. REPORT becomes JSON.
"""

import ctypes
import json
import os
import resource
import signal
import sys

CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
PR_CAPBSET_DROP = 24


def main() -> None:
    """Start, wait, and report."""
    report, limits, command = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3:]
    child = os.fork()
    if not child:
        if limits["disk"] is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limits["disk"], limits["disk"]))
        if not limits["rights"] and os.geteuid() == 0:
            for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
                ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
        os.execv(command[0], command)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(limits["seconds"])
    _, status, usage = os.wait4(child, 0)
    found = {
        "status": os.waitstatus_to_exitcode(status),
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * 1024,
    }
    with open(report, "w", encoding="utf-8") as file:
        json.dump(found, file)


main()
