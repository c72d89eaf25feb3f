"""Tests of which `make test` runs a share, and `make slow` the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def shared_out(cases: Iterable[Any], every: int, first: int = 0) -> list[Any]:
    """The cases as parameters, from the `first` on one in `every` so many as it is, and the others marked as slow."""
    return [case if i % every == first else pytest.param(case, marks=pytest.mark.slow) for i, case in enumerate(cases)]
