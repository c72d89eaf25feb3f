"""What a report is of: a run that has just been trained, or a run on the rows of another file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specrun.compiler.diagnostics import Diagnostic
from specrun.compiler.language.spec import Spec
from specrun.compiler.plan import Plan
from specrun.runtime.network import Network
from specrun.runtime.prediction import Predictor

_PARTS = ("test", "validation", "train")
"""What a run is judged on: the first of these that there is."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The rows of a part that can be looked at, all or some of them, and their labels."""

    frame: Any
    labels: Any


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is of: a plan and its network, with the records that lie in `folder`, for a run in `directory`.

    Of each part, `seen` are the rows that can be looked at, `labels` those of all `rows`, so many of them, and
    `measured` is what Keras measured. `on` names the file that a run is judged on that was trained before; then there
    are no baselines to fit, `history` is empty, and `differences` says how the rows differ from those of the training.
    """

    plan: Plan
    spec: Spec
    folder: Path
    directory: Path
    network: Network
    predictor: Predictor
    seen: Mapping[str, Seen]
    labels: Mapping[str, Any]
    rows: Mapping[str, int]
    measured: Mapping[str, Mapping[str, Any]]
    history: dict[str, list[float]] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[Diagnostic] = ()
    on: str = ""
    differences: Sequence[str] = ()

    @property
    def part(self) -> str:
        """The part that is judged."""
        return self.on or next(part for part in _PARTS if part in self.labels)

    @property
    def unit(self) -> str:
        """What a sample is."""
        return "window" if self.plan.series is not None else "row"

    def named(self, part: str) -> str:
        """What one sample of a part is called, and several, with a bar between the two."""
        if self.on:
            return f"{self.unit} of {self.on}/{self.unit}s of {self.on}"
        part = {"train": "training"}.get(part, part)
        return f"{part} {self.unit}/{part} {self.unit}s"
