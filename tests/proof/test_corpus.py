"""What a fuzzer found worth keeping is tried again, without the fuzzer: see `make fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proof.guided.beginning import write_seeds, write_words
from tests.proof.guided.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
MOST_BYTES = 1_000_000


@pytest.mark.parametrize("target", TARGETS)
def test_the_corpus_holds(target: str) -> None:
    files = sorted((CORPUS / target).iterdir())
    assert files
    for file in files:
        try:
            TARGETS[target](file.read_bytes())
        except Exception as fault:
            pytest.fail(f"{target} {file.name}: {type(fault).__name__}: {fault}")


@pytest.mark.parametrize("target", TARGETS)
def test_what_the_fuzzer_begins_with_holds(target: str, tmp_path: Path) -> None:
    write_seeds(target, tmp_path)
    files = sorted(tmp_path.iterdir())
    assert files
    for file in files:
        TARGETS[target](file.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_a_dictionary_has_one_word_a_line(target: str, tmp_path: Path) -> None:
    write_words(target, tmp_path / "words")
    lines = (tmp_path / "words").read_text("ascii").splitlines()
    assert len(lines) == len(set(lines)) > 5
    assert all(line.startswith('"\\x') and line.endswith('"') for line in lines)


def test_the_corpus_is_small() -> None:
    sizes = [file.stat().st_size for file in CORPUS.rglob("*") if file.is_file()]
    assert sum(sizes) <= MOST_BYTES
