"""No text of a spec becomes code: wherever one may stand, scripts differ from harmless ones in their strings alone.

`tests/hostile` has the texts, the specs that they stand in, and what holds a script against that of the same spec with
harmless texts. `make hostile` tries a million of them.
"""

from __future__ import annotations

import ast
import itertools
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from specrun.compiler.data import Column
from specrun.compiler.diagnostics import SpecError
from specrun.compiler.script import TARGETS
from specrun.compiler.script.literal import literal
from tests.hostile.__main__ import shown
from tests.hostile.compiling import plan_of
from tests.hostile.drawing import Draw
from tests.hostile.positions import filled, free, patterned
from tests.hostile.scenes import SCENES, Scene
from tests.hostile.templates import keep_templates
from tests.hostile.texts import PIECES, WHOLE, Texts
from tests.hostile.trial import Fault, Tally, trial
from tests.hostile.watching import Watch

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "scripts"
COUNT = 20_000
LEAST_OF_A_TARGET = 2_000
TEXTS = (*WHOLE, *PIECES, *(f"{text}x" for text in WHOLE), *(f"x{text}" for text in WHOLE))


def test_of_many_texts_none_becomes_code() -> None:
    """In processes of their own, where every audit event is seen."""
    command = [sys.executable, "-m", "tests.hostile", str(COUNT), "--seed", "20240"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 differences of the tree, 0 audit events, 0 other faults" in done.stdout
    held = {target: int(n.replace(",", "")) for target, n in re.findall(r"(\w+): .* hold ([\d,]+) texts", done.stdout)}
    assert held.keys() == set(TARGETS)
    assert min(held.values()) >= LEAST_OF_A_TARGET


# What is tried would be seen


def broken_literal(value: Any) -> str:
    return literal(value).replace("\\", "") if isinstance(value, str) else literal(value)


def reading_literal(value: Any) -> str:
    if "os" in str(value):
        Path(os.devnull).read_bytes()
    return literal(value)


@pytest.fixture(scope="module")
def watch() -> Watch:
    keep_templates()
    return Watch()


@pytest.mark.filterwarnings("ignore:invalid escape sequence")
@pytest.mark.parametrize(
    ("what", "broken", "seen"),
    [
        ("printer.literal", broken_literal, "SyntaxError"),
        ("printer.literal", lambda value: literal(value).replace("x", "z"), "Different"),
        ("printer.literal", reading_literal, "BeyondComputing"),
        ("environment.prose", str, "SyntaxError"),
        ("environment.markdown", str, "a note is another one"),
        ("origins._word", str, "Different"),
    ],
)
def test_a_text_that_gets_through_is_seen(
    monkeypatch: pytest.MonkeyPatch, watch: Watch, what: str, broken: Callable[[Any], str], seen: str
) -> None:
    monkeypatch.setattr(f"specrun.compiler.script.{what}", broken)
    trials = (trial(1, number, watch) for number in range(2 * len(SCENES)))
    assert any(seen in str(fault) for tried in trials for fault in tried.faults)


@pytest.mark.usefixtures("watch")
def test_a_layer_that_takes_the_name_of_another_variable_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specrun.compiler.lower.network.TAKEN", frozenset())
    graphs = range(list(SCENES).index("graph"), 40 * len(SCENES), len(SCENES))
    trials = (trial(1, number, targets=("keras",)) for number in graphs)
    assert any("Different: `" in str(fault) for tried in trials for fault in tried.faults)


@pytest.mark.usefixtures("watch")
def test_no_layer_takes_the_name_of_a_variable_that_a_script_has(monkeypatch: pytest.MonkeyPatch) -> None:
    met = {name for path in GOLDEN.glob("*/*.py") for name in names_in(ast.parse(path.read_text("utf-8")))}
    names = itertools.cycle(sorted(met))
    monkeypatch.setattr(Texts, "name", lambda _: next(names))
    reports = [str(fault) for number in range(3, len(met), len(SCENES)) for fault in trial(1, number).faults]
    assert list(SCENES)[3] == "graph"
    assert not reports, "let no layer have that name: see `TAKEN` in compiler/lower/network.py\n" + "\n".join(reports)


def test_no_fault_is_lost() -> None:
    many = [Fault("Different", f"--seed 1 --only {number}", "seen") for number in range(30)]
    lines = [*shown(Tally(faults=[*many, Fault("MemoryError", "--seed 1 --only 31", "seen too")]))]
    assert [line.partition(":")[0] for line in lines] == [*(fault.again for fault in many), "--seed 1 --only 31"]
    assert "seen too" in lines[-1]


def names_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield node.asname or node.name
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name


# Every place


CLOSED: Mapping[str, Callable[[str], dict[str, Any]]] = {
    **{
        f"callbacks.{callback}{place}": lambda text, callback=callback, named=bool(place): {  # type: ignore[misc]
            "training": {"callbacks": [{callback: {"monitor": text} if named else text}]}
        }
        for callback in ("EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau")
        for place in ("", ".monitor")
    },
    "layer_Shared": lambda text: {"layers": [{"Dense": 2}, {"Shared": text}]},
    "layer_Shared.layer": lambda text: {"layers": [{"Dense": 2}, {"Shared": {"layer": text}}]},
    "layer.inputs": lambda text: {"layers": [{"Dense": {"units": 2, "inputs": text}}]},
    "output.from": lambda text: {
        "target": None,
        "targets": {"one": {"column": "y", "type": "number", "from": text}, "two": {"column": "z", "type": "number"}},
    },
    "use.name": lambda text: used({"name": text}),
    "use.*:": lambda text: used({text: 1}),
    "blocks.*:": lambda text: {"blocks": {text: {"layers": [{"Dense": 2}]}}, "layers": [text]},
    "parameters.*:": lambda text: {"parameters": {text: 1}},
    "layer.name": lambda text: {"layers": [{"Dense": {"units": 2, "name": text}}]},
    "groups.*:": lambda text: {"groups": {text: ["a", "b"]}},
    "name": lambda text: {"name": text},
    "layer_EinsumDense.equation": lambda text: {"layers": [{"EinsumDense": {"equation": text, "output_shape": 2}}]},
    "layer_EinsumDense.bias_axes": lambda text: {
        "layers": [{"EinsumDense": {"equation": "ab,bc->ac", "output_shape": 2, "bias_axes": text}}]
    },
    "feature_image.rescale": lambda text: {"features": {"a": {"type": "image", "rescale": text}}},
    "extends": lambda text: {"extends": text},
}
"""Places where a text has to be one of a few, or be like a name: there, a hostile one is refused."""
PLAIN = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)


def used(use: dict[str, Any]) -> dict[str, Any]:
    return {"blocks": {"stem": {"layers": [{"Dense": {"units": 2, "name": "in"}}]}}, "layers": [{"stem": use}]}


def scene_with(part: dict[str, Any]) -> Scene:
    spec = {
        "data": {"path": "x.csv", "split": {"test": 0.2, "validation": 0.1}},
        "features": {"a": "number", "b": "number"},
        "target": "y",
        "layers": [{"Dense": 2}],
        **part,
    }
    columns = ("a", "b", "y", "z")
    return Scene({k: v for k, v in spec.items() if v is not None}, tuple(Column(column, "text") for column in columns))


def test_every_place_that_takes_a_text_is_tried() -> None:
    tried: set[str] = set()
    for number in range(8 * len(SCENES)):
        draw = Draw(Texts(Random(number)))
        make = list(SCENES.values())[number % len(SCENES)]
        make(draw, Random(number))
        tried |= filled(make(draw.again(), Random(number)).spec, draw.pairs)
    patterns = {place for place, pattern in patterned().items() if pattern != "^\\$[a-z]"}
    assert free() <= tried | set(CLOSED), "give the new place a text in tests/hostile/scenes.py"
    assert patterns <= tried | set(CLOSED), "give the new place hostile texts in CLOSED"
    assert set(CLOSED) <= free() | patterns


@pytest.mark.parametrize("place", CLOSED)
def test_where_a_text_has_to_be_one_of_a_few_a_hostile_one_is_refused(place: str) -> None:
    part = CLOSED[place]
    for text in TEXTS:
        if not PLAIN.fullmatch(text):
            with pytest.raises(SpecError):
                plan_of(scene_with(part(text)), "spec.yaml", {text})


def test_these_places_take_what_they_are_for() -> None:
    for place, text in (("layer.name", "one"), ("layer.inputs", "features"), ("name", "one"), ("groups.*:", "one")):
        assert plan_of(scene_with(CLOSED[place](text)), "spec.yaml").network.nodes
