"""Mutants are made and tried as the proof says: who is noticed is killed, who is not survives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof import mutating
from tests.proof.mutants import EQUIVALENT, MODULES, equivalent
from tests.proof.mutating import ROOT, mutants_of

MADE = '''"""A file."""

from __future__ import annotations

LIMIT = 5


class Kind:
    """A kind."""

    wide: bool = True

    def within(self, number: int) -> bool:
        """Whether a number is."""
        if number < 0:
            raise ValueError(f"{number} is below 0")
        return isinstance(number, int) and number <= LIMIT


def other() -> str:
    return "a"
'''
CHANGES = [
    ("", 5, "LIMIT = None"),
    ("", 5, "LIMIT = 6"),
    ("", 11, "wide: bool = None"),
    ("", 11, "wide: bool = False"),
    ("Kind.within", 15, "if not (number < 0):"),
    ("Kind.within", 15, "if number <= 0:"),
    ("Kind.within", 15, "if number < 1:"),
    ("Kind.within", 16, "pass"),
    ("Kind.within", 16, "raise ValueError(None)"),
    ("Kind.within", 16, 'raise ValueError(f"{number}XX is below 0XX")'),
    ("Kind.within", 17, "return isinstance(number, int) or number <= LIMIT"),
    ("Kind.within", 17, "return isinstance(number, int) and number < LIMIT"),
    ("other", 21, 'return "XXaXX"'),
    ("other", 21, 'return "A"'),
]


def test_mutants_are_one_change_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutating, "ROOT", tmp_path)
    (tmp_path / "made.py").write_text(MADE)
    made = list(mutants_of("made.py"))
    assert [(mutant.function, mutant.line, mutant.becomes) for mutant in made] == CHANGES
    lines = MADE.split("\n")
    for mutant in made:
        assert mutant.was == lines[mutant.line - 1].strip()
        assert len([one for one in zip(lines, mutant.source.split("\n"), strict=True) if one[0] != one[1]]) == 1
    assert [mutant.function for mutant in mutants_of("made.py", ["other"])] == ["other"] * 2


TRIED = """
from tests.proof import trying
from tests.proof.mutating import Mutant
file = "compiler/script/literal.py"
text = (trying.ROOT / file).read_text()
changes = [
    ("literal", "return repr(value)", "return str(value)"),
    ("literal", "return repr(value)", "return repr(value)[:]"),
    ("literal", "return repr(value)", "while True: pass"),
    ("", "import re", "import re, os"),
    ("", "import re", "import nothing_of_that_name"),
]
mutants = [Mutant(file, function, 1, was, becomes, text.replace(was, becomes)) for function, was, becomes in changes]
print(*trying.outcomes(mutants, ["tests/unit/test_literal.py"]))
"""


def test_who_is_noticed_is_killed() -> None:
    done = subprocess.run([sys.executable, "-c", TRIED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["killed", "survived", "timeout", "survived", "killed"]


def test_tests_that_fail_kill_none() -> None:
    code = "from tests.proof.trying import outcomes; outcomes([], ['tests/unit/no_such_test.py'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Failing: these fail without a mutant" in done.stderr


def test_what_is_called_equivalent_is_said_of_a_line_that_is_there() -> None:
    files = {file for parts in MODULES.values() for part in parts for file in part.files}
    for (file, was, _), reason in equivalent().items():
        assert file in files
        assert reason
        source = [line.strip() for line in (ROOT / file).read_text("utf-8").split("\n")]
        assert set(was.split("\n")) <= set(source), f"{EQUIVALENT.name}: {was}"
