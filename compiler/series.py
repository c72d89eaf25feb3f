"""A series: rows in the order of time, each sample a window of them and what follows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Series:
    """A sample is `window` rows, one after the other, and what is to be predicted of the `horizon` rows that follow."""

    window: int
    horizon: int

    @property
    def constants(self) -> dict[str, int]:
        """The numbers that a script names at its top; a horizon of one row has no name."""
        return {"WINDOW": self.window} | ({"HORIZON": self.horizon} if self.horizon > 1 else {})

    @property
    def length(self) -> int:
        """How many rows a sample takes."""
        return self.window + self.horizon

    def windows(self, rows: int) -> int:
        """How many samples there are in so many rows."""
        return max(rows - self.length + 1, 0)
