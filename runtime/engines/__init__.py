"""The ways of training, each by its name in a spec."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from specrun.runtime.engines.fit import Fit
from specrun.runtime.engines.graph import Graph
from specrun.runtime.engines.guard import Diverged
from specrun.runtime.engines.job import KERAS_ROWS, Begin, Engine, Job
from specrun.runtime.engines.samples import Block, Held, Samples
from specrun.runtime.engines.xla import Xla

__all__ = ["ENGINES", "KERAS_ROWS", "Begin", "Block", "Diverged", "Engine", "Held", "Job", "Samples"]

ENGINES: Mapping[str, Callable[[], Engine]] = {"fit": Fit, "graph": Graph, "xla": Xla}
