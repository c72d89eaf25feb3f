"""What a proof comes to: whether its promise held, and the figures that were seen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """`seen` is a line with the figures; `faults` tell how each that was found is made to happen again."""

    seen: str
    faults: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether no fault was found."""
        return not self.faults
