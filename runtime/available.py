"""How much memory this process may have, told before TensorFlow is there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

_GROUPS: Final = Path("/proc/self/cgroup")
_MOUNTED: Final = Path("/sys/fs/cgroup")
_ACCELERATORS: Final = ("/dev/nvidia0", "/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
"""What is there where TensorFlow may find a processor with a memory of its own."""


def available_bytes() -> int | None:
    """The most bytes that this process may have: the machine's free memory and swap, or less where a limit says so.

    None where much of a training may be in the memory of another processor, such as a GPU.
    """
    if any(Path(device).exists() for device in _ACCELERATORS):
        return None
    free = int(psutil.virtual_memory().available + psutil.swap_memory().free)
    return min((free, *_of_groups(_GROUPS, _MOUNTED), *_of_process()))


def _of_groups(groups: Path, mounted: Path) -> Iterator[int]:
    """The limits of the control groups that the process is in, and of those around them; Linux alone has such."""
    try:
        lines = groups.read_text("utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        root = mounted / "memory" if controllers else mounted
        file, swap = ("memory.limit_in_bytes", None) if controllers else ("memory.max", "memory.swap.max")
        group = root / path.lstrip("/")
        for folder in (group, *group.parents):
            if folder.is_relative_to(root):
                limit = _limit(folder / file)
                if limit is not None:
                    yield limit + ((_limit(folder / swap) or 0) if swap else 0)


def _limit(file: Path) -> int | None:
    """The number in a file; None where there is no such file, or it says `max`."""
    try:
        text = file.read_text("utf-8").strip()
    except OSError:
        return None
    return int(text) if text.isdecimal() else None


def _of_process() -> Iterator[int]:
    """The limits that `ulimit` sets, less what the process has already."""
    if sys.platform == "win32":
        return
    import resource

    used = psutil.Process().memory_info()
    for kind, now in ((resource.RLIMIT_AS, used.vms), (resource.RLIMIT_DATA, 0)):
        soft, _ = resource.getrlimit(kind)
        if soft != resource.RLIM_INFINITY:
            yield max(soft - now, 0)
