"""Nothing that stands in a spec breaks its expansion, and no text makes it take long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from specrun.compiler.diagnostics import Diagnostic, Report, SpecError
from specrun.compiler.expand import SECTIONS, expand, without_holes
from specrun.compiler.expand.references import escaped
from specrun.compiler.language.validate import validate
from specrun.compiler.reader import LIMITS, Mapping, Plain, read

RICH: dict[str, Any] = {
    "specrun": 1,
    "data": {"path": "$file", "split": {"test": "$rate"}},
    "features": {"stars": {"type": "number", "clip": [1, "$width"]}},
    "target": "$$price",
    "parameters": {
        "width": {"type": "integer", "default": 8, "doc": "The width.", "minimum": 1, "maximum": 99, "choices": [8]},
        "rate": 0.1,
        "file": "hotels.csv",
    },
    "blocks": {
        "residual": {
            "doc": "A skip.",
            "parameters": {"units": "$width", "rate": {"type": "number"}},
            "layers": [
                {"Dense": {"units": "$units", "name": "inner", "repeat": 2}},
                {"Dropout": "$rate"},
                {"Shared": {"layer": "inner", "inputs": "input"}},
                {"Add": {"inputs": ["input", "inner"]}},
            ],
        },
        "outer": {"layers": ["ReLU", {"residual": {"rate": 0.5, "inputs": "input", "repeat": 2, "name": "deep"}}]},
    },
    "layers": [{"Dense": 8}, {"outer": {"name": "stem", "repeat": 2, "inputs": ["dense", "features"]}}, "outer"],
}
STRANGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0.5,
    10**400,
    "",
    "x",
    "$",
    "$rate",
    "$none",
    "$$rate",
    "input",
    "residual",
    "outer",
    "a: b",
    "\0",
    [],
    {},
    [1],
    ["$width", None, ["$none"]],
    {"x": 1},
    {"residual": "$none"},
    {"outer": {"repeat": 3}},
    {"Dense": 1, "residual": 2},
    {"Dense": {"repeat": 2, "name": "inner"}},
)


def changed(node: Any) -> Iterator[Any]:
    """The tree with a strange value in place of each of its values, one at a time, and with each of them left out."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        for value in (*STRANGE, *changed(node[key])):
            other = node.copy()
            other[key] = value
            yield other
        other = node.copy()
        del other[key]
        yield other


def texts(node: Plain) -> Iterator[str]:
    """Every text that is a value."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from texts(part)
    elif isinstance(node, str):
        yield node


def refusal(tree: Any, *settings: str, with_structure: bool = True) -> tuple[Diagnostic, ...]:
    """What is wrong with a tree, as the reader and the expansion say, and the check of the structure, which is slow."""
    root, problems = read(json.dumps(tree), "spec.yaml")
    report = Report()
    report.add(*problems)
    if not isinstance(root, Mapping):
        return tuple(report)
    try:
        plain = expand(root, "spec.yaml", Path(), settings, report)
    except SpecError as error:
        return error.diagnostics
    assert not {entry.name for entry in plain} & set(SECTIONS)
    if not report.has_errors:
        assert all(text.startswith(("$price", "$rate")) for text in texts(plain.plain()) if escaped(text) != text)
    if with_structure:
        report.add(*validate(plain, tuple(report)))
    without_holes(plain)
    return tuple(report)


def test_the_rich_spec_is_right() -> None:
    assert refusal(RICH) == ()


def test_no_value_anywhere_breaks_the_expansion() -> None:
    seen: dict[str, int] = {}
    for number, tree in enumerate(changed(RICH)):
        for problem in refusal(tree, with_structure=number % 7 == 0):
            assert problem.hint
            assert problem.message
            seen[problem.code] = seen.get(problem.code, 0) + 1
    assert {"S102", "S104", "S105", "S106", "S107", "S108", "S503", "S504", "S506", "S508"} <= set(seen)


@pytest.mark.parametrize(
    "value", [None, True, 3, "x", [], ["base.yaml"], {"a": 1}, "spec.yaml", "no/such.yaml", "\0.yaml"]
)
def test_no_base_breaks_the_expansion(value: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [problem.code[:3] for problem in refusal({**RICH, "extends": value})] in (["S10"], ["S50"])


@pytest.mark.parametrize(
    "setting", ["width=", "width=[", "width={a: 1}", "rate=x", "width=.nan", "parameters=3", "blocks=3"]
)
def test_no_setting_breaks_the_expansion(setting: str) -> None:
    assert refusal(RICH, setting)


def test_only_so_many_unknown_words_are_told() -> None:
    names = {f"name{number}x": {"layers": ["ReLU"]} for number in range(3000)}
    uses = [f"nome{number}x" for number in range(3000)]
    told = refusal({**RICH, "blocks": names, "layers": uses, "training": [f"$word{n}" for n in range(3000)]})
    assert sum(problem.code == "S503" for problem in told) <= LIMITS.problems
    assert sum("neither a layer nor a block" in problem.message for problem in told) <= LIMITS.problems
