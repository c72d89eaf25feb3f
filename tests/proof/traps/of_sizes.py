"""Sizes that no machine holds, in specs: see `tests.proof.sizes`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.proof.sizes import PLAN, SIZES, Size, lay_data
from tests.proof.traps.trap import Trap


def _laid(size: Size) -> Callable[[Path], None]:
    def lay(folder: Path) -> None:
        lay_data(folder)
        (folder / "spec.yaml").write_text(size.text(), "utf-8")

    return lay


_ERRORS = {PLAN: (), "D307": ()}
"""Nothing is wrong with a plan, nor where that is a warning."""
_BESIDE = {"an image": ("D252",)}
"""The column of numbers names no images either."""

TRAPS = tuple(
    Trap(name, _laid(size), (*_ERRORS.get(size.says, (size.says,)), *_BESIDE.get(name, ())))
    for name, size in SIZES.items()
)
