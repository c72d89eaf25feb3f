"""Whether a run keeps the rows in memory or streams them from files: decided by the size of the data alone.

What the model becomes hangs on it, by the order of the rows; hence not on the memory of a machine.
"""

from __future__ import annotations

from collections.abc import Iterator

from specrun.compiler.diagnostics import Diagnostic
from specrun.compiler.language.options import entry_of
from specrun.compiler.language.sections import MEMORIES
from specrun.compiler.language.spec import Spec
from specrun.compiler.plan import Memory

_MB = 1_000_000
_LARGE = {"csv": (1000 * _MB, "1 GB"), "jsonl": (1000 * _MB, "1 GB"), "parquet": (256 * _MB, "256 MB")}
"""From how many bytes on the files of a format are streamed, together; Parquet unpacks to several times as much."""

_, STREAMED = MEMORIES
IN_MEMORY = Memory(MEMORIES[0], "the spec asks for it")

BLOCK_ROWS = 65_536
"""About so many rows are shuffled at a time where they are streamed."""
MEASURED_ROWS = 4096
"""The rows of a batch in which many rows are measured."""
MANY_ROWS = 100_000
"""From about so many rows on there are many."""


def choose_memory(spec: Spec, size: int) -> Memory:
    """Where the rows of a spec with its format settled are kept, its files having `size` bytes."""
    if spec.data.memory != "auto":
        return Memory(spec.data.memory, "the spec asks for it")
    reason = has_to_be_held(spec)
    if reason:
        return Memory(MEMORIES[0], reason)
    large, shown = _LARGE[str(spec.data.format)]
    return (
        Memory(STREAMED, f"its files have {shown} or more")
        if size >= large
        else Memory(MEMORIES[0], f"its files have less than {shown}")
    )


def check_memory(spec: Spec, memory: Memory) -> Iterator[Diagnostic]:
    """Rows that are to be streamed and cannot be, or that are, and have folds."""
    folds = entry_of(spec.data.split, "folds")
    if memory.name == STREAMED and folds is not None:
        message = f"`folds` are parted in memory, and the rows are streamed, as {memory.reason}"
        hint = "write `memory: in_memory` where the rows fit into it, or take `folds` out"
        yield Diagnostic("S249", message, folds.value.span, hint)
    reason, entry = has_to_be_held(spec), entry_of(spec.data, "memory")
    if spec.data.memory == STREAMED and reason and entry is not None:
        yield Diagnostic("S248", f"`streamed` cannot hold this: {reason}", entry.value.span, "take `memory` out")


def has_to_be_held(spec: Spec) -> str:
    """Why the rows of a spec have to be in memory; empty where they need not."""
    if spec.data.dataset is not None:
        return "a data set of scikit-learn is in memory"
    if spec.data.format not in _LARGE:
        return "images are read into memory"
    return "" if spec.series is None else "the windows of a series overlap"
