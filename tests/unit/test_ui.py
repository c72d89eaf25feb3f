"""Wrong specs, each with the exact text that `specrun check` shows for it: a folder of `tests/ui` a case.

A folder holds `spec.yaml`, the data that it names, `settings.txt` where `--set` matters (a setting a line), and
`expected.txt`, which `pytest --renew` writes anew. What cannot lie in a repository is made by a function.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from specrun.cli import main
from specrun.compiler.compilation import Source, compile_spec
from specrun.compiler.diagnostics import Diagnostic, SpecError
from specrun.compiler.language.validate import validate
from specrun.compiler.reader import read
from specrun.compiler.render.text import render_text, summary
from tests.unit.made_cases import MADE, RAISED, of_wine

ROOT = Path(__file__).parents[2]
UI = ROOT / "tests" / "ui"
CASES = sorted(path.name for path in UI.iterdir() if path.is_dir())


def shown(folder: Path) -> str:
    """What `specrun check spec.yaml` shows in a folder."""
    settings = folder / "settings.txt"
    lines = settings.read_text("utf-8").splitlines() if settings.exists() else []
    result = CliRunner().invoke(main, ["check", "spec.yaml", *(part for line in lines for part in ("--set", line))])
    assert result.exit_code == (1 if re.search(r"\d error", result.output.splitlines()[-1]) else 0), result.output
    return result.output


def raised(action: Callable[[], tuple[Diagnostic, ...] | None]) -> str:
    """The text of the diagnostics that an action raises, or gives back."""
    try:
        found = action() or ()
    except SpecError as error:
        found = error.diagnostics
    return f"{render_text(found)}\n\n{summary(found)}\n"


@pytest.mark.parametrize("case", CASES)
def test_shows_the_expected_text(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renew: bool) -> None:
    is_made = case in MADE or case in RAISED
    monkeypatch.chdir(tmp_path if is_made else UI / case)
    if case in MADE:
        MADE[case]()
    text = raised(RAISED[case]) if case in RAISED else shown(Path())
    expected = UI / case / "expected.txt"
    if renew:
        expected.write_text(text, "utf-8")
    assert text == expected.read_text("utf-8")


def test_every_code_has_a_case() -> None:
    assert codes_in_the_sources() <= {case.partition("-")[0] for case in CASES}


@pytest.mark.parametrize("case", CASES)
def test_a_case_shows_the_code_that_it_is_named_after(case: str) -> None:
    code = case.partition("-")[0]
    assert not re.fullmatch(r"[A-Z]\d{3}", code) or f"[{code}]: " in (UI / case / "expected.txt").read_text("utf-8")


def codes_in_the_sources() -> set[str]:
    """Every code that is written in the sources."""
    folders = ("compiler", "runtime", "src/specrun")
    files = {file.resolve() for folder in folders for file in (ROOT / folder).rglob("*.py")}
    return {code for file in files for code in re.findall(r'"([A-Z]\d{3})"', file.read_text("utf-8"))}


@pytest.mark.parametrize("case", [case for case in CASES if (UI / case / "spec.yaml").exists()])
def test_says_nothing_twice(case: str) -> None:
    lines = (UI / case / "expected.txt").read_text("utf-8").splitlines()
    heads = [pair for pair in pairwise(lines) if re.match(r"(error|warning)\[", pair[0])]
    assert len(heads) == len(set(heads))


@pytest.mark.parametrize(
    "word", ["maxProperties", "additionalProperties", "is not of type", "NoneType", "object at 0x"]
)
def test_no_text_shows_what_is_inside(word: str) -> None:
    assert not [case for case in CASES if word in (UI / case / "expected.txt").read_text("utf-8")]


RICH: dict[str, Any] = {
    "specrun": 1,
    "name": "hotels",
    "description": "A guess.",
    "data": {"path": "hotels.csv", "decimal": ".", "missing": ["?"], "split": {"test": 0.5, "seed": 1}},
    "features": {"stars": {"type": "number", "clip": [1, 5], "missing": "mean"}, "country": "category", "*": "auto"},
    "target": "pool",
    "classes": ["no", "yes"],
    "layers": [{"Dense": {"units": 8, "kernel_regularizer": {"L2": 0.01}, "name": "a"}}, {"Dropout": 0.2}, "ReLU"],
    "training": {
        "epochs": 2,
        "optimizer": {"Adam": {"learning_rate": {"CosineDecay": {"initial_learning_rate": 0.1, "decay_steps": 9}}}},
        "metrics": ["accuracy", {"AUC": {"curve": "PR"}}],
        "class_weights": [1, 2],
        "callbacks": [{"EarlyStopping": {"monitor": "loss"}}],
    },
}
STRANGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0.5,
    "x",
    "",
    "a: b",
    "$x",
    [],
    {},
    [1],
    ["x", None],
    {"x": 1},
    {"Dense": {"x": "8"}},
)


def _with_each_value_replaced(node: Any) -> Iterator[Any]:
    """The tree with a strange value in place of each of its values, one at a time, and with each of them left out."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        for value in (*STRANGE, *_with_each_value_replaced(node[key])):
            changed = node.copy()
            changed[key] = value
            yield changed
        changed = node.copy()
        del changed[key]
        yield changed


@pytest.mark.parametrize(
    "line",
    [
        "layers: [{Dense: {units:8, activation: relu}}]",
        "layers: [{Dense: 8}]\ntraining: *fast",
        "layers: [{Dense: {<<: {units: 8}}}]",
        "layers: [{Dense: 8}]\ntraining: {optimizer: {Adam: {learning_rate: .inf}}}",
    ],
)
def test_the_structure_does_not_say_again_what_the_reader_said(line: str) -> None:
    root, reported = read(of_wine(line), "spec.yaml")
    assert root is not None
    assert reported
    assert validate(root, reported) == ()


def refusal(tree: Any) -> tuple[Diagnostic, ...]:
    """What the compiler has against a spec; anything else that it raises is for the test to fail on."""
    try:
        compile_spec(Source(json.dumps(tree), "spec.yaml", UI / "S204-unknown-column"))
    except SpecError as error:
        return error.diagnostics or pytest.fail(f"refused without a word: {tree}")
    return ()


def test_no_value_anywhere_breaks_the_compiler() -> None:
    assert not refusal(RICH)
    assert sum(bool(refusal(tree)) for tree in _with_each_value_replaced(RICH)) > 300
