"""The built wheel stands on its own."""

from __future__ import annotations

from tests.proof.wheel import prove


def test_the_wheel_works_anywhere_and_writes_nothing_into_itself() -> None:
    result = prove()
    assert result.faults == ()
    assert int(result.seen.split()[0].replace(",", "")) > 10_000
