"""A share of the audit, and that the audit itself sees what it is to see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof.audit import ROOT, prove

SHARE = 4

_PROGRAM = """
import os, pickle, socket, subprocess, sys
from tests.proof.policy import CANARY, Named, Policy
folder = os.path.realpath(sys.argv[1])
policy = Policy((sys.prefix, sys.base_prefix, os.getcwd()), frozenset())
with policy.looking(Named((f"{folder}/in.csv",), (f"{folder}/out.py",))):
    try:
        exec(compile(sys.argv[2], f"{folder}/in.csv" if "CANARY" in sys.argv[2] else os.__file__, "exec"))
    except Exception:
        pass
print(*policy.faults, sep="\\n")
"""


def seen(code: str, folder: Path) -> str:
    """What the policy says of code that may read `in.csv` and write `out.py` in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(folder), code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("code", "event"),
    [
        ("socket.socket().connect(('127.0.0.1', 9))", "socket.__new__"),
        ("subprocess.run(['true'])", "subprocess.Popen"),
        ("os.system('true')", "os.system"),
        ("os.posix_spawn('/bin/true', ['true'], {})", "os.posix_spawn"),
        ("os.fork() or os._exit(0)", "os.fork"),
        ("import antigravity_of_mine", "import"),
        ("open(f'{folder}/other.csv')", "open"),
        ("open('/etc/passwd')", "open"),
        ("open(f'{folder}/in.csv', 'a')", "open"),
        ("os.open(f'{folder}/other', os.O_CREAT)", "open"),
        ("os.remove(f'{folder}/in.csv')", "os.remove"),
        ("os.rename(f'{folder}/out.py', f'{folder}/in.csv')", "os.rename"),
        ("os.symlink('a', f'{folder}/b')", "os.symlink"),
        ("os.listdir('/root')", "os.listdir"),
        ("pickle.loads(b'cos\\nsystem\\n.')", "pickle.find_class"),
        ("exec(compile('CANARY = 1', '<string>', 'exec'))", "exec"),
        ("exec(compile('1', '/tmp/x.py', 'exec'))", "exec"),
        ("import ctypes; ctypes.CDLL('/tmp/x.so')", "ctypes.dlopen"),
    ],
)
def test_what_goes_beyond_is_seen(code: str, event: str, tmp_path: Path) -> None:
    code = code.replace("CANARY", "specrun_canary")
    assert seen(code, tmp_path).partition(" ")[0] == event


@pytest.mark.parametrize(
    "code",
    [
        "open(f'{folder}/in.csv')",
        "open(f'{folder}/out.py', 'w').close(); os.remove(f'{folder}/out.py')",
        "open(f'{folder}/.specrun.tmp', 'w').close(); os.rename(f'{folder}/.specrun.tmp', f'{folder}/out.py')",
        "os.listdir(folder)",
        "import json, csv",
    ],
)
def test_what_is_named_may_be_used(code: str, tmp_path: Path) -> None:
    assert seen(code, tmp_path) == ""


def test_nothing_goes_beyond_computing_and_what_is_named() -> None:
    result = prove(SHARE)
    assert result.faults == ()
    assert int(result.seen.split()[2].replace(",", "")) > 5_000
