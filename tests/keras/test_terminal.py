"""`specrun run` on a real pseudo-terminal: its table, another width, Ctrl-C; and in a pipe no escape code at all."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

SPEC = """specrun: 1
name: wine
data: {{dataset: wine, split: {{test: 0.2, validation: 0.2}}}}
features: {{"*": number}}
target: target
layers: [{{Dense: 8}}]
training: {{epochs: {epochs}, batch_size: 1, engine: graph}}
"""
COMMAND = [sys.executable, "-m", "specrun", "run", "spec.yaml", "--out", "out"]
COLOUR = re.compile(r"\x1b\[(?:3[0-7]|9[0-7]|38;|48;)")
CODE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
ROW = re.compile(r"loss +\S+ +\S+ +\S+ +[\d,]+ +[▁▂▃▄▅▆▇█]")
PATIENCE_S = 120


@dataclass
class Terminal:
    """The terminal's end of a running program, and all that it showed so far."""

    process: subprocess.Popen[bytes]
    end: int
    shown: str = field(default="")

    def until(self, pattern: str) -> str:
        """Read on until a pattern is shown; what was shown since the last call."""
        start, limit = len(self.shown), time.monotonic() + PATIENCE_S
        while not re.search(pattern, self.shown[start:]):
            assert time.monotonic() < limit, self.shown
            if not self._read():
                break
        assert re.search(pattern, self.shown[start:]), self.shown
        return self.shown[start:]

    def rest(self) -> int:
        """Read to the end; the exit status."""
        while self._read():
            pass
        return self.process.wait(PATIENCE_S)

    def width(self, columns: int, lines: int = 24) -> None:
        """Give the terminal another width, or height."""
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def press(self, key: bytes) -> None:
        """Type a key."""
        os.write(self.end, key)

    def _read(self) -> bool:
        ready, _, _ = select.select([self.end], [], [], PATIENCE_S)
        try:
            part = os.read(self.end, 65_536) if ready else b""
        except OSError:  # the program is gone
            part = b""
        self.shown += part.decode("utf-8", "replace")
        return bool(part)


@contextmanager
def on_a_terminal(folder: Path, epochs: int, **environment: str) -> Iterator[Terminal]:
    (folder / "spec.yaml").write_text(SPEC.format(epochs=epochs))
    ours, theirs = pty.openpty()
    variables = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")}
    variables |= {"TERM": "xterm-256color", **environment}
    process = subprocess.Popen(
        COMMAND, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=variables, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(theirs)
    terminal = Terminal(process, ours)
    terminal.width(100)
    try:
        yield terminal
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_a_bar_that_is_resized_and_stopped(tmp_path: Path) -> None:
    with on_a_terminal(tmp_path, 1_000_000) as terminal:
        bar = terminal.until(r"epoch \d+/1000000[^\n]*loss")
        assert COLOUR.search(bar)
        assert "Traceback" not in bar
        table = CODE.sub("", terminal.until(r"(?s)█.*epoch \d.*epoch \d"))
        assert re.search(r"train +validation +best +in epoch +epochs so far", table)
        assert ROW.search(table)
        terminal.width(60)
        narrow = terminal.until(r"(?s)epoch (\d+)/1000000.*epoch (?!\1)\d+/1000000")
        lines = re.split(r"[\r\n]", CODE.sub("", narrow))
        assert max(map(len, lines[-3:])) <= 60
        terminal.width(40, 4)
        terminal.until(r"(?s)epoch (\d+)/1000000.*epoch (?!\1)\d+/1000000")
        short = terminal.until(r"(?s)epoch (\d+)/1000000.*epoch (?!\1)\d+/1000000")
        assert max(map(len, re.split(r"[\r\n]", CODE.sub("", short))[-3:])) <= 40
        assert "best" not in short.rpartition("epoch ")[2]  # of four lines it has but one
        terminal.width(100)
        terminal.press(b"\x03")
        terminal.until("stopping after this step, with what was trained kept")
        assert terminal.rest() == 130
    plain = CODE.sub("", terminal.shown)
    assert "the run is in out" in plain
    assert re.search(r"stopped in epoch \d+ of 1000000", plain)
    last = plain[plain.rindex("epoch ", 0, plain.index("baseline")) :]
    assert ROW.search(last)  # the table stays, above that of the results
    assert "Traceback" not in plain
    assert terminal.shown.rfind("\x1b[?25h") > terminal.shown.rfind("\x1b[?25l")  # the cursor is there again
    assert (tmp_path / "out" / "model.keras").exists()


def test_twice_drops_all_and_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    with on_a_terminal(tmp_path, 1_000_000) as terminal:
        terminal.until(r"epoch \d+/1000000[^\n]*loss")
        terminal.press(b"\x03\x03\x03")
        assert terminal.rest() == 130
    assert "Traceback" not in terminal.shown
    assert terminal.shown.rfind("\x1b[?25h") > terminal.shown.rfind("\x1b[?25l")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "out") == ["spec.yaml"]


def test_without_colour(tmp_path: Path) -> None:
    with on_a_terminal(tmp_path, 2, NO_COLOR="1") as terminal:
        assert terminal.rest() == 0
    assert "the run is in out" in terminal.shown
    assert not COLOUR.search(terminal.shown)


@pytest.mark.parametrize("variables", [{}, {"FORCE_COLOR": ""}])
def test_a_pipe_has_no_escape_codes(tmp_path: Path, variables: dict[str, str]) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC.format(epochs=3))
    done = subprocess.run(COMMAND, cwd=tmp_path, capture_output=True, check=True, env=os.environ | variables)
    assert b"\x1b" not in done.stdout + done.stderr
    assert done.stderr.count(b"\nepoch ") == 3
