"""Some damages of runs and checkpoints; `make proof` tries 10,000."""

from __future__ import annotations

from tests.proof.corrupted import prove


def test_damaged_runs_are_refused_or_what_they_were() -> None:
    result = prove(500)
    assert result.holds, "\n".join((*result.faults, result.seen))
