"""What does not train starts at once: no command but `run` imports TensorFlow, and `check` none of the heavy ones."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LARGEST = max((ROOT / "specs").glob("*.yaml"), key=lambda path: path.stat().st_size)
FRAMEWORKS = {"tensorflow", "keras"}
HEAVY = FRAMEWORKS | {"pandas", "sklearn", "scipy"}
UNUSED = {"pyarrow", "jinja2", "rich", "ruff_api", "matplotlib", "specrun.runtime"}
PROGRAM = """
import json, sys
from specrun.cli import main
try:
    main(sys.argv[1:], standalone_mode=False)
except SystemExit as ended:
    assert not ended.code, ended.code
print("\\n" + json.dumps(sorted(sys.modules)))
"""


def modules_of(*arguments: str) -> set[str]:
    """All that was imported when the command had done its work."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_largest_spec_reads_a_file() -> None:
    assert "path: " in LARGEST.read_text("utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", str(LARGEST)),
        ("check", "--format", "sarif", str(LARGEST)),
        ("check", *sorted(str(path) for path in (ROOT / "specs").glob("*.yaml"))),
        ("schema",),
        ("--help",),
        ("check", "--help"),
        ("run", "--help"),
        ("--version",),
    ],
    ids=lambda arguments: " ".join(Path(word).name for word in arguments[:3]),
)
def test_nothing_heavy_is_imported(arguments: tuple[str, ...]) -> None:
    assert modules_of(*arguments) & (HEAVY | UNUSED) == set()


def test_the_page_of_a_code_imports_nothing_heavy() -> None:
    assert modules_of("explain", "S204") & (HEAVY | {"pyarrow", "jinja2", "ruff_api", "matplotlib"}) == set()


@pytest.mark.parametrize("command", ["explain", "compile"])
def test_no_other_command_imports_a_framework(command: str) -> None:
    assert modules_of(command, str(LARGEST)) & FRAMEWORKS == set()


def test_the_python_face_imports_no_framework() -> None:
    program = "import sys, specrun; specrun.load(sys.argv[1]); assert not {'tensorflow', 'keras'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program, str(LARGEST)], check=True, cwd=ROOT)
