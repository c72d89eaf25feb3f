"""What all tests share: the flag that renews expected texts, strict warnings, and real data where they lie."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.process import rewrites_off

REPOSITORY = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew", action="store_true", help="write the expected texts anew; read the difference then")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", "error:::specrun")


@pytest.fixture(scope="session")
def renew(request: pytest.FixtureRequest) -> bool:
    """Whether expected texts are to be written anew rather than compared with."""
    return bool(request.config.getoption("--renew"))


@pytest.fixture(autouse=True)
def rewrites_as_they_were() -> Iterator[None]:
    """A test that leaves TensorFlow another way of rewriting would change the last bits of all that come after it."""
    before = rewrites_off()
    yield
    assert rewrites_off() == before


@pytest.fixture(scope="session")
def light_collections() -> None:
    """Have the collector look seldom, and pass over what TensorFlow's import leaves: a quarter of some tests."""
    from specrun.runtime.quiet import import_tensorflow

    gc.collect()
    import_tensorflow()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the repository; without it the test is skipped."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data are not there: ../shared/data beside the repository")
    return folder
