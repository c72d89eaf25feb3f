"""One drawn spec: trained live and by its script, which have to come to the same bits."""

from __future__ import annotations

import gc
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from specrun.compiler.script import write_script
from tests.parity.test_parity import assert_same_model
from tests.proof.drawn.growing import Growing

SCRIPTS = "scripts"
"""The folder beside the data where the scripts are run, and read by the linters afterwards."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a spec: the pieces that were drawn and taken, seconds, and a fault where there is one."""

    number: int
    tried: int
    taken: int
    seconds: float
    fault: str = ""


def drawn(seed: int, number: int, folder: Path) -> Growing:
    """The spec of a number, over the data files of a folder; the same for the same seed.

    Raises:
        Raised: the compiler raised something else than its diagnostics.
    """
    growing = Growing(folder, Random(f"{seed} {number}"))
    growing.grow()
    return growing


def trial(seed: int, number: int, folder: Path) -> Trial:
    """Draw the spec of a number, train it in both ways, and compare."""
    started, growing, fault = time.monotonic(), Growing(folder, Random(f"{seed} {number}")), ""
    try:
        growing.grow()
        _hold(growing, folder / SCRIPTS / f"drawn_{number}.py")
    except Exception:
        fault = f"{traceback.format_exc(limit=-6)}\n{growing.text()}"
    gc.collect()
    return Trial(number, growing.tried, growing.taken, time.monotonic() - started, fault)


def _hold(growing: Growing, script: Path) -> None:
    compilation = growing.compilation
    script.parent.mkdir(exist_ok=True)
    script.write_text(write_script(compilation.plan, compilation.folder, script.parent), encoding="utf-8")
    with TemporaryDirectory() as saved:
        assert_same_model(compilation, script, Path(saved), is_drawn=True)
