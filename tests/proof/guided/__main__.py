"""Lets a fuzzer that follows coverage look for faults: `python -m tests.proof.guided reader --seconds 180`.

It goes on from the corpus in `tests/proof/corpus`, and puts there what reached something new, as few and as small files
as do. Ends with status 1 where a fault is found; the file that shows it is kept, and `--replay FILE` shows it again.
Needs atheris, which `make fuzz` installs.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.proof.fuzzed.seeds import ROOT
from tests.proof.guided.beginning import write_seeds, write_words
from tests.proof.guided.targets import TARGETS

CORPUS = ROOT / "tests" / "proof" / "corpus"
FOUND = ROOT / "build" / "fuzz"
LONGEST = {"reader": 1_000, "schema": 2_000, "checkpoint": 4_000}
"""How many bytes the fuzzer tries at most; longer files are among those that it begins with."""


def _fuzzed(target: str, scratch: str, *options: str) -> tuple[int, str]:
    """The status of a fuzzer, and the last lines of what it says."""
    command = [sys.executable, "-m", "tests.proof.guided.inside", target, *options]
    environment = {**os.environ, "TMPDIR": scratch}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    return done.returncode, done.stderr[-6_000:] + done.stdout[-2_000:]


def _fuzz(target: str, seconds: int) -> int:
    with TemporaryDirectory() as scratch:
        seeds, work, words = Path(scratch, "seeds"), Path(scratch, "work"), Path(scratch, "words")
        seeds.mkdir()
        work.mkdir()
        kept = CORPUS / target
        kept.mkdir(parents=True, exist_ok=True)
        FOUND.mkdir(parents=True, exist_ok=True)
        write_seeds(target, seeds)
        write_words(target, words)
        bounds = (
            f"-max_len={LONGEST[target]}",
            "-timeout=20",
            "-rss_limit_mb=2048",
            f"-artifact_prefix={FOUND}/{target}-",
        )
        dictionary, time = f"-dict={words}", f"-max_total_time={seconds}"
        status, said = _fuzzed(
            target, scratch, *bounds, dictionary, time, "-print_final_stats=1", str(work), str(kept), str(seeds)
        )
        print(said if status else "\n".join(_figures(said)))
        before = {path.name for path in seeds.iterdir()}
        merged, more = _fuzzed(target, scratch, *bounds, "-merge=1", str(seeds), str(kept), str(work))
        if merged:
            print(more)
        else:
            _keep([path for path in seeds.iterdir() if path.name not in before], kept)
    sizes = [path.stat().st_size for path in kept.iterdir()]
    print(f"{target}: {len(sizes)} files, {sum(sizes):,} bytes in {kept}")
    return 1 if status or merged else 0


def _figures(said: str) -> list[str]:
    last = [line for line in said.splitlines() if " cov: " in line][-1:]
    return last + re.findall(r"stat::(?:number_of_executed_units|average_exec_per_sec|peak_rss_mb): +\d+", said)


def _keep(files: list[Path], kept: Path) -> None:
    """Put files in the place of those that are there."""
    for path in kept.iterdir():
        path.unlink()
    for path in files:
        shutil.copy(path, kept / path.name)


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof.guided", description=__doc__)
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--seconds", type=int, default=180, help="how long to look, for each target")
    parser.add_argument("--replay", type=Path, help="give this file to the target")
    asked = parser.parse_args()
    if asked.replay is not None:
        TARGETS[asked.target](asked.replay.read_bytes())
        return 0
    targets = list(TARGETS) if asked.target == "all" else [asked.target]
    return max(_fuzz(target, asked.seconds) for target in targets)


if __name__ == "__main__":
    sys.exit(main())
