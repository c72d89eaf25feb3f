"""One drawn spec: trained live and by its script, which have to come to the same bits."""

from __future__ import annotations

import gc
import os
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from specrun.compiler.diagnostics import SpecError
from specrun.compiler.script import write_script
from specrun.runtime.engines import Diverged
from tests.parity.test_parity import assert_same_model
from tests.proof.drawn.coverage import within
from tests.proof.drawn.growing import Growing
from tests.proof.drawn.sources import lay_out_files

SCRIPTS = "scripts"
"""The folder beside the data where each script has one of its own, for two processes save models of one name."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a spec: the pieces that were drawn and taken, seconds, a fault, what it has `met`.

    A run `refused` a spec where its loss is no number any more, or where the rows of a part have not what it needs.
    """

    number: int
    tried: int
    taken: int
    seconds: float
    refused: str = ""
    fault: str = ""
    met: frozenset[str] = frozenset()


def prepare(folder: Path) -> None:
    """Write the data files into a folder."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    lay_out_files(folder)


def trials(seed: int, numbers: Iterable[int], folder: Path) -> list[Trial]:
    """Try the specs of some numbers, in a process of their own."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return [trial(seed, number, folder) for number in numbers]


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
    started, growing, refused, fault = time.monotonic(), Growing(folder, Random(f"{seed} {number}")), "", ""
    met: set[str] = set()
    try:
        growing.grow()
        met = within(growing)
        _hold(growing, folder / SCRIPTS / str(number) / f"drawn_{number}.py")
    except (SpecError, Diverged) as problem:
        refused = str(problem)
    except Exception:
        fault = f"{traceback.format_exc(limit=-6)}\n{growing.text()}"
    gc.collect()  # of graphs, which nothing else frees
    return Trial(number, growing.tried, growing.taken, time.monotonic() - started, refused, fault, frozenset(met))


def _hold(growing: Growing, script: Path) -> None:
    compilation = growing.compilation
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(write_script(compilation.plan, compilation.folder, script.parent), encoding="utf-8")
    with TemporaryDirectory() as saved:
        assert_same_model(compilation, script, Path(saved), is_drawn=True)
