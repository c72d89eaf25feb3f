"""The step of the engine `graph` is Keras's also after TensorFlow has optimised it, operation by operation."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.keras.optimised import WRITTEN
from tests.keras.test_engines import CASES
from tests.sharing import shared_out

ROOT = Path(__file__).parents[2]
BY_SEVEN = [tuple(CASES)[i::7] for i in range(7)]


@pytest.mark.parametrize("names", shared_out(BY_SEVEN, 7), ids="+".join)
def test_the_graphs_of_a_step_are_the_same(names: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "tests.keras.optimised", *names]
    done = subprocess.run(command, env=os.environ | WRITTEN, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()) == (0, list(names)), done.stderr[-2000:]
