"""Tests in this folder import Keras, once, in one process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.test_unchanged import SPEC

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.fixture(scope="session", autouse=True)
def trained_lightly(light_collections: None) -> None:
    """Hundreds of models are made in one process."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `spec.yaml`, its data in `rows.csv` and the run that it has left in `run`."""
    from specrun.compiler.compilation import Source, compile_spec
    from specrun.runtime.profile import choose_training
    from specrun.runtime.run import run

    folder = tmp_path_factory.mktemp("finished")
    (folder / "rows.csv").write_text("a,y\n" + "".join(f"{i},{i % 2}\n" for i in range(4_000)))
    (folder / "spec.yaml").write_text(SPEC)
    source = Source(SPEC, "spec.yaml", folder, ("training.epochs=1",))
    run(compile_spec(source, choose_training=choose_training), folder / "run", report=False)
    return folder
