"""Whole jobs as processes: from the start to the saved model, of a spec and of the Keras program that it stands for."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SPECRUN = Path(sys.executable).parent / "specrun"


def workplace(folder: Path) -> None:
    """Put the spec and its data into a folder, and beside them the program by hand: the script, as it was written."""
    shutil.copytree(ROOT / "specs" / "data", folder / "data")
    shutil.copy(ROOT / "specs" / "hotel_reviews.yaml", folder)
    subprocess.run(
        [SPECRUN, "compile", "hotel_reviews.yaml", "-o", "by_hand.py"], cwd=folder, check=True, capture_output=True
    )


def by_hand(folder: Path, epochs: int) -> float:
    """The seconds of the program by hand."""
    return _taken([sys.executable, "by_hand.py", "--epochs", str(epochs)], folder)


def by_specrun(folder: Path, epochs: int, *, report: bool = False) -> float:
    """The seconds of `specrun run`; the program by hand writes no report, and so by itself neither does this."""
    shutil.rmtree(folder / "out", ignore_errors=True)
    command = [str(SPECRUN), "run", "hotel_reviews.yaml", "--set", f"training.epochs={epochs}", "--out", "out"]
    return _taken([*command, "--report" if report else "--no-report"], folder)


def _taken(command: list[str], folder: Path) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - began
