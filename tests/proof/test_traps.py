"""Each trap ends with its codes, a place and a hint, in little memory, and changes no file that was not named."""

from __future__ import annotations

import pytest

from tests.proof.traps import TRAPS, sprung
from tests.proof.traps.trap import Outcome


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome | None]:
    """What the traps come to, two at a time."""
    return {trap.name: outcome for trap, outcome in sprung(TRAPS)}


def test_each_trap_has_a_name_of_its_own() -> None:
    assert len({trap.name for trap in TRAPS}) == len(TRAPS)


@pytest.mark.parametrize("name", [trap.name for trap in TRAPS])
def test_a_trap_is_refused_or_harmless(name: str, outcomes: dict[str, Outcome | None]) -> None:
    outcome = outcomes[name]
    if outcome is None:
        pytest.skip("this system does not let it be laid")
    assert not outcome.faults, outcome.err + outcome.out
