"""The scripts of the specs that ship, and of small ones that together show every construct, word by word.

`pytest --renew` writes them anew.
"""

from __future__ import annotations

import ast
import math
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from specrun.api import compiled
from specrun.compiler import statistics
from specrun.compiler.compilation import Compilation
from specrun.compiler.features.calendar import CALENDAR
from specrun.compiler.script import BACKENDS, target_of, write_script
from specrun.compiler.verify import verify

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
SCRIPTS = GOLDEN / "scripts"
SHIPPED = sorted((ROOT / "specs").glob("*.yaml"))
SPECS = {path.stem: path for path in (*SHIPPED, *sorted((GOLDEN / "specs").glob("*.yaml")))}
PAIRS = [("keras", stem) for stem in SPECS]
PAIRS += [("tensorflow", path.stem) for path in SHIPPED]
PAIRS += [("tensorflow", path.stem) for path in SHIPPED]
PAIRS += [("notebook", path.stem) for path in SHIPPED]
OF_ESTIMATORS, OF_SKLEARN = (
    {path.stem: path for path in sorted((ROOT / "tests" / target / "specs").glob("*.yaml"))}
    for target in ("estimator", "sklearn")
)
STACKS = ("bicycle_repairs", "hotel_reviews", "json_lines", "no_header", "time_split")
SPECS |= OF_ESTIMATORS | OF_SKLEARN
PAIRS += [("estimator", stem) for stem in (*STACKS, "breast_cancer", "encodings", "wine", *OF_ESTIMATORS)]
PAIRS += [("sklearn", stem) for stem in (*STACKS, *OF_SKLEARN)]
PAIRS += [("keras-jax", stem) for stem in ("bakery", "messages", "wide_and_deep")]
PAIRS += [("keras-torch", stem) for stem in ("breast_cancer", "hotel_reviews", "shapes")]
RULES = "E,F,W,I,UP,SIM,RET,ARG,PLE"


@cache
def compilation_of(stem: str) -> Compilation:
    return compiled(SPECS[stem], every_row=True)


def script_of(compilation: Compilation, target: str = "keras") -> str:
    name, _, backend = target.partition("-")
    source, folder = compilation.folder, SCRIPTS / target
    return write_script(compilation.plan, source, folder, name, backend=backend or BACKENDS[0])


def scripts(target: str = "*") -> list[Path]:
    return sorted(SCRIPTS.glob(f"{target}/*.py"))


@pytest.fixture(autouse=True)
def _fixed_version(monkeypatch: pytest.MonkeyPatch) -> None:
    # A new release is no new script.
    monkeypatch.setattr("importlib.metadata.version", lambda _: "0.0.0")


def golden_of(target: str, stem: str) -> Path:
    return SCRIPTS / target / f"{stem}{target_of(target.partition('-')[0]).suffix}"


@pytest.mark.parametrize(("target", "stem"), PAIRS)
def test_the_script_is_the_golden_one(target: str, stem: str, renew: bool) -> None:
    compilation, golden = compilation_of(stem), golden_of(target, stem)
    verify(compilation.plan)
    script = script_of(compilation, target)
    if renew:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(script, "utf-8", newline="\n")
    assert script == golden.read_text("utf-8"), "read the difference, then `pytest --renew`"


def test_every_golden_script_has_a_spec() -> None:
    assert set(SCRIPTS.glob("*/*")) == {golden_of(target, stem) for target, stem in PAIRS}


@pytest.mark.parametrize("command", [["format", "--check"], ["check", "--select", RULES]], ids=lambda c: str(c[0]))
def test_scripts_are_formatted_and_lint_clean(command: list[str]) -> None:
    ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length", "120", str(SCRIPTS)]
    done = subprocess.run(ruff, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_scripts_carry_no_clock_no_absolute_path_and_no_specrun() -> None:
    for path in scripts():
        text = path.read_text("utf-8")
        assert not re.search(r"\b20\d\d-\d\d-\d\d\b|\d\d:\d\d", text), path
        assert str(ROOT) not in text
        assert not re.search(r"[\"'](?:/|[A-Za-z]:\\)", text), path
        assert not re.search(r"^(?:from|import) specrun", text, re.MULTILINE)


def test_scripts_hold_no_unused_variable() -> None:
    for path in scripts():
        names = [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Name)]
        assigned = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        used = {node.id for node in names if isinstance(node.ctx, ast.Load)}
        assert assigned - used <= {"train", "test", "validation", "_"}, path


def test_the_hotel_script_is_no_longer_than_its_example() -> None:
    assert len((SCRIPTS / "keras" / "hotel_reviews.py").read_text("utf-8").splitlines()) <= 67


def test_compiling_twice_gives_the_same_plan_and_script() -> None:
    first, second = (compiled(SPECS["embedding"], every_row=True) for _ in range(2))
    assert first.plan == second.plan
    assert script_of(first) == script_of(second)


def test_no_line_of_a_script_can_name_its_encoding() -> None:
    for path in scripts():
        first, second = path.read_text("utf-8").splitlines()[:2]
        assert first.startswith('"""')
        assert second == ""


def test_no_comment_of_a_script_holds_a_text_of_a_spec() -> None:
    lines = {line.strip() for path in scripts("keras") for line in path.read_text("utf-8").splitlines()}
    comments = {line for line in lines if "#" in line}
    assert comments == {
        "# Data",
        "# Features, encoded with the statistics of the training rows alone",
        "# A class in an order becomes a 1 for each class but the last that it is above",
        "# Blocks of rows are shuffled, not all the rows at once, so that a run can take them from files",
        "# The first windows of a part look back on the rows before it",
        f"# {CALENDAR}",
        "# Else TensorFlow makes one sum of the losses, whose last digit hangs on which of them is there first",
        "# Layers",
        "# Training",
        "# The saved model takes raw rows",
        f"# {statistics.WHY_LEARNER}",
    }


def calls(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The calls of a script, each with its keyword arguments as text."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), {k.arg: ast.unparse(k.value) for k in node.keywords if k.arg}


def test_scripts_leave_nothing_to_the_habits_of_pandas() -> None:
    reading = [options for path in scripts("keras") for function, options in calls(path) if function == "pd.read_csv"]
    assert reading
    for options in reading:
        assert options.get("na_filter") == "False" or options.get("keep_default_na") == "False"
        assert "dtype" in options or "converters" in options


def test_unknown_texts_have_a_place_in_every_lookup() -> None:
    lookups = [o for path in scripts("keras") for function, o in calls(path) if function == "layers.StringLookup"]
    assert lookups
    assert not any("num_oov_indices" in options for options in lookups)


def test_every_script_states_the_order_of_its_rows() -> None:
    for path in scripts("keras"):
        found = dict(calls(path))
        if path.stem == "streamed":
            assert re.search(r"default_rng\(\[\d+, next\(epochs\)\]\)", path.read_text("utf-8"))
        else:
            batches = next(options for function, options in found.items() if function.endswith(".shuffle"))
            assert batches["seed"].isdigit()
            assert found["model.fit"]["steps_per_epoch"] == "len(batches)"
        assert found["model.fit"]["shuffle"] == "False"
        assert any(function.endswith("batches.repeat") for function in found)
        assert "keras.utils.set_random_seed(" in path.read_text("utf-8")


def test_nothing_that_can_run_code_is_emitted_or_loaded() -> None:
    sources = [*scripts(), *(ROOT / "runtime").rglob("*.py"), *(ROOT / "templates").rglob("*.jinja")]
    words = re.compile(r"\bpickle\b|load_model|Lambda\(|\.h5\b|\beval\(|\bexec\(|np\.load\(")
    gone = re.compile(r"tf\.estimator|feature_column")  # since TensorFlow 2.16
    for path in sources:
        assert path.parent.name == "estimator" or not gone.search(path.read_text("utf-8")), path
        found = [line for line in path.read_text("utf-8").splitlines() if words.search(line)]
        assert [line for line in found if "allow_pickle=False" not in line] == [], path


def test_numbers_are_finite() -> None:
    for path in scripts():
        for node in ast.walk(ast.parse(path.read_bytes())):
            assert not isinstance(node, ast.Constant) or not isinstance(node.value, float) or math.isfinite(node.value)


OF_THEIR_OWN = {"auc", "gru", "lstm", "squared", "train_epoch", "translated"}
"""Functions for what TensorFlow has no operation for, and for the epoch that it compiles as a whole."""


def test_no_function_is_called_once() -> None:
    for path in scripts():
        tree = ast.parse(path.read_bytes())
        made = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        called = Counter(function for function, _ in calls(path))
        assert {name for name in made - OF_THEIR_OWN if called[name] == 1} == set(), path


def test_scripts_are_typed(tmp_path: Path) -> None:
    for path in scripts():  # one program beside the other, none with the name of another
        shutil.copy(path, tmp_path / f"{path.parent.name.replace('-', '_')}_{path.name}")
    # The libraries ship no stubs.
    mypy = ("mypy", "--config-file=", "--ignore-missing-imports", "--scripts-are-modules", f"--cache-dir={tmp_path}")
    files = [str(path) for path in tmp_path.glob("*.py")]
    done = subprocess.run([sys.executable, "-m", *mypy, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
