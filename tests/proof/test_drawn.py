"""A few specs that are drawn from the schema; `python -m tests.proof.drawn` draws many."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proof.drawn import fault_of, read
from tests.proof.drawn.coverage import everything, within
from tests.proof.drawn.trial import drawn, prepare, trial

SEED = 1
TRAINED = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
DRAWN = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data files, and the scripts that are run beside them."""
    folder = tmp_path_factory.mktemp("drawn")
    prepare(folder)
    return folder


def test_drawn_specs_are_one_model_by_run_and_script(folder: Path) -> None:
    done = [trial(SEED, number, folder) for number in TRAINED]
    assert [fault_of(one, SEED) for one in done if one.fault] == []
    assert [one.refused for one in done if one.refused] == []
    assert read(folder, SEED) == []


def test_a_number_draws_the_same_spec_again(folder: Path) -> None:
    assert drawn(SEED, 0, folder).text() == drawn(SEED, 0, folder).text()


def test_all_of_the_language_comes_up(folder: Path) -> None:
    met: set[str] = set()
    for number in range(DRAWN):
        met |= within(drawn(SEED, number, folder))
    assert everything() - met == set()
