"""A few specs that are drawn from the schema; `python -m tests.proof.drawn` draws many."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proof.drawn import fault_of, read
from tests.proof.drawn.coverage import everything
from tests.proof.drawn.trial import drawn, prepare, trial

SEED = 1
TRAINED = (0, 1, 3, 7, 8, 11, 17, 21, 22, 35)
"""Numbers whose specs have much of the language between them."""
MET = 80
"""So many of the kinds, options and families, of 133, they have at least; a proof of many names what it lacks."""


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
    assert len({word for one in done for word in one.met} & everything()) >= MET


def test_a_number_draws_the_same_spec_again(folder: Path) -> None:
    assert drawn(SEED, 0, folder).text() == drawn(SEED, 0, folder).text()
