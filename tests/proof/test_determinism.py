"""A share of the proof that other surroundings make no other bytes."""

from __future__ import annotations

from random import Random

from tests.proof.determinism import drawn, prove

SHARE = 4
SEED = 7


def test_other_surroundings_make_no_other_bytes() -> None:
    # That scripts end with the weights of the run is what `tests/parity` holds.
    assert prove(SHARE, SEED, with_scripts=False).faults == ()


def test_the_surroundings_are_others() -> None:
    found = [drawn(Random(f"{SEED} {number}")) for number in range(SHARE)]
    assert len({where.environment["PYTHONHASHSEED"] for where in found}) == SHARE
    assert len({where.folder for where in found}) > 1
    assert len({where.environment["LC_ALL"] for where in found}) > 1
