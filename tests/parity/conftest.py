"""Tests in this folder hold the live run and the printed script against each other, in one process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.parity.workplace import lay_out

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.fixture(scope="session", autouse=True)
def trained_lightly(light_collections: None) -> None:
    """Hundreds of models are made in one process."""


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the data files that the cases name."""
    folder = tmp_path_factory.mktemp("parity")
    lay_out(folder)
    return folder
