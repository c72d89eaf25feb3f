"""Each case trains live and by its script: weights, history and the saved models' predictions are the same bytes."""

from __future__ import annotations

import contextlib
import io
import re
import runpy
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from specrun.compiler import catalogue
from specrun.compiler.compilation import Compilation, Source, compile_spec, load
from specrun.compiler.data import DATASETS
from specrun.compiler.features import KINDS
from specrun.compiler.language.dump import to_yaml
from specrun.compiler.language.options import options
from specrun.compiler.language.sections import WAYS, Keras, Training
from specrun.compiler.language.targets import Target
from specrun.compiler.lower.features import input_names
from specrun.compiler.plan import Node, Plan, Task
from specrun.compiler.plan_json import from_json, to_json
from specrun.compiler.script import write_script
from specrun.compiler.verify import verify
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.loading import load_network
from specrun.runtime.manifest import Kept, write_manifest
from specrun.runtime.profile import choose_training
from specrun.runtime.records import write_learnt
from tests.parity.linters import complaints
from tests.process import options_kept

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


@cache
def compiled(case: Path, workplace: Path, *settings: str) -> Compilation:
    source = Source(case.read_text("utf-8"), case.name, workplace, settings)
    return compile_spec(source, choose_training=choose_training, count_values=True)


def script_of(case: Path, workplace: Path, *settings: str) -> Path:
    """The script of a case, written where it is run: beside the scripts of the others."""
    folder = workplace / "scripts"
    folder.mkdir(exist_ok=True)
    script = folder / f"{case.stem}.py"
    compilation = compiled(case, workplace, *settings)
    script.write_text(write_script(compilation.plan, compilation.folder, folder), encoding="utf-8")
    return script


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_script_and_the_run_are_one_model(case: Path, workplace: Path, tmp_path: Path) -> None:
    assert_one_model(case, workplace, tmp_path)


def assert_one_model(case: Path, workplace: Path, tmp_path: Path, *settings: str) -> None:
    """Train a case with the settings, live and by its script, and compare the two."""
    assert_same_model(compiled(case, workplace, *settings), script_of(case, workplace, *settings), tmp_path)


def assert_same_model(compilation: Compilation, script: Path, folder: Path, *, is_drawn: bool = False) -> None:
    """Train a plan live, with what it saves in `folder`, and by its script, and compare the two.

    One that `is_drawn` may come to weights that are no numbers, and to warnings of Keras.
    """
    import keras

    from specrun.runtime.training import train

    verify(compilation.plan)
    trained = train(compilation.plan, compilation.folder, folder)
    trained.network.served().save(folder / "live.keras")
    keras.backend.clear_session(free_memory=False)
    names = executed(script, *([""] if is_drawn else []))

    assert arrays(names["model"]) == arrays(trained.network.model)
    finite = (bool(keras.ops.all(keras.ops.isfinite(weight))) for weight in trained.network.model.weights)
    assert is_drawn or all(finite)
    assert repr(names["model"].history.history) == repr(trained.history)
    rows = names.get("test", names["train"])
    live = keras.models.load_model(folder / "live.keras")
    saved = keras.models.load_model(script.parent / compilation.plan.file)
    with contextlib.chdir(script.parent):  # images are named from there
        raw = raw_of(compilation.plan, rows)
    assert predicted(live, raw) == predicted(saved, raw)
    write_learnt(trained, folder)
    write_manifest(folder)
    loaded = load_network(compilation.plan, Kept(folder))[0].served()
    assert predicted(loaded, raw) == predicted(live, raw)
    assert inferred(compilation.plan) == actual(names, compilation.plan)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_filled_in_spec_is_the_same_plan(case: Path, workplace: Path) -> None:
    first = compiled(case, workplace)
    source = Source(to_yaml(first.spec), case.name, workplace)
    again = compile_spec(source, choose_training=choose_training, count_values=True)
    assert again.plan == first.plan
    assert from_json(to_json(first.plan)) == first.plan


@pytest.mark.parametrize("name", ["callbacks", "parquet_auto"])
def test_a_run_of_the_spec_of_a_run_is_that_run(name: str, workplace: Path, tmp_path: Path) -> None:
    import numpy as np

    from specrun.runtime.run import run

    case = next(case for case in CASES if case.stem == name)
    first = run(compiled(case, workplace), tmp_path / "first")
    again = run(compile_spec(load(first.directory / "spec.yaml"), choose_training=choose_training), tmp_path / "again")

    weights, same = np.load(first.directory / "weights.npz"), np.load(again.directory / "weights.npz")
    assert [weights[name].tobytes() for name in weights] == [same[name].tobytes() for name in same]
    assert repr(first.history) == repr(again.history)
    scripts = [(done.directory / "script.py").read_text("utf-8").splitlines() for done in (first, again)]
    assert [a for a, b in zip(*scripts, strict=True) if a != b and "--data" not in a] == []


def executed(script: Path, *ignored: str) -> dict[str, Any]:
    """The variables that a script leaves; a warning is an error, but for those that begin as one of the `ignored`."""
    alone = mock.patch.object(sys, "argv", [script.name])
    quiet = contextlib.redirect_stdout(io.StringIO())
    with contextlib.chdir(script.parent), quiet, alone, options_kept(), warnings.catch_warnings():
        warnings.simplefilter("error")
        for beginning in ("__array__ implementation", *ignored):  # the first is Keras's own, of NumPy
            warnings.filterwarnings("ignore", f"(?s).*{re.escape(beginning)}")
        return runpy.run_path(script.name, run_name="__main__")


def arrays(model: Any) -> list[tuple[tuple[int, ...], str, bytes]]:
    """The shape, type and bytes of each weight of a model."""
    import numpy as np

    values = [np.asarray(variable) for variable in model.weights]
    return [(value.shape, value.dtype.name, value.tobytes()) for value in values]


def raw_of(plan: Plan, rows: Any) -> Any:
    """The raw values of rows of the data frame of a plan."""
    evaluator = Evaluator(Path())
    columns = [column for group in plan.features if group.input is not None for column in group.columns]
    evaluator.variables |= plan.constants | {"rows": rows, "inputs": columns}
    return evaluator(plan.raw)


def predicted(model: Any, raw: Any) -> bytes:
    """What a saved model makes of raw rows, as bytes; several outputs one behind the other."""
    import keras
    import numpy as np

    return b"".join(np.asarray(output).tobytes() for output in keras.tree.flatten(model(raw)))


def inferred(plan: Plan) -> dict[str, object]:
    """What the compiler says of each layer, but for what it does not know: shape, type, number of parameters."""
    known = (node for node in own_nodes(plan) if node.tensor is not None)
    return {node.name: (node.tensor.shape[1:], node.tensor.dtype, node.parameters) for node in known if node.tensor}


def actual(names: dict[str, Any], plan: Plan) -> dict[str, object]:
    """The same of the layers of Keras; a layer without a name has there the next number of its class."""
    import keras

    found: dict[str, object] = {}
    written = {node.layer for node in plan.network.nodes if any(k.name == "name" for k in node.call.keywords)}
    for kind, nodes in groupby(sorted(own_nodes(plan), key=kind_of), kind_of):
        members = list(nodes)
        made = [layer for layer in names["model"].layers if type(layer) is getattr(keras.layers, kind)]
        by_name = {layer.name: layer for layer in made}
        unnamed = [node for node in members if node.name not in written]
        numbered = sorted((layer for layer in made if layer.name not in written), key=lambda layer: number(layer.name))
        # Those that join and embed the features are made before.
        of_nodes = dict(zip([node.name for node in unnamed], numbered[len(numbered) - len(unnamed) :], strict=True))
        for node in members:
            layer = by_name[node.name] if node.name in written else of_nodes[node.name]
            if node.tensor is not None:
                found[node.name] = (
                    layer.output.shape[1:],
                    layer.output.dtype,
                    None if node.parameters is None else layer.count_params(),
                )
    return found


def own_nodes(plan: Plan) -> list[Node]:
    """The nodes whose layer is applied once: of another, Keras has no one output."""
    shared = {node.layer for node in plan.network.nodes if node.layer != node.name}
    return [node for node in plan.network.nodes if node.layer == node.name and node.name not in shared]


def kind_of(node: Node) -> str:
    return str(node.call.function).rpartition(".")[2]


def number(name: str) -> int:
    """The number that Keras puts behind a name of its own."""
    digits = re.search(r"_([0-9]+)$", name)
    return int(digits[1]) if digits else 0


def test_scripts_are_formatted_and_lint_clean_and_typed(workplace: Path) -> None:
    assert complaints((script_of(case, workplace) for case in CASES), workplace) == ""


def test_everything_that_a_spec_can_name_has_a_case(workplace: Path) -> None:
    specs = [compiled(case, workplace).spec for case in CASES]
    used = {found for spec in specs for found in named_in((spec.layers, spec.targets, spec.training))}
    for family in (family for family in catalogue.FAMILIES if family != "layers"):  # they have a test of their own
        entries = catalogue.family(family)
        assert {name for name in entries if (family, name) not in used} == set(), family
    assert {s.feature.kind for spec in specs for s in spec.features if s.feature} == set(KINDS)
    assert {head.task for case in CASES for head in compiled(case, workplace).plan.heads} == set(Task)
    assert {spec.data.dataset for spec in specs} >= set(DATASETS)
    assert {spec.data.split.way for spec in specs} == {*WAYS, "order", "random"}
    assert {spec.data.format for spec in specs} >= {"csv", "jsonl", "parquet"}


def named_in(value: object) -> Iterator[tuple[str, str]]:
    """The objects of Keras that stand somewhere in a section of a spec, with their families."""
    if isinstance(value, Keras):
        families = [family for family in catalogue.FAMILIES if catalogue.find(family, value.name)]
        yield from ((family, value.name) for family in families)
        yield from named_in([inner for _, inner in value.options])
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from named_in(inner)
    elif isinstance(value, Training | Target):
        yield from named_in([getattr(value, option.field) for option in options(type(value))])


def test_no_layer_is_called_as_a_column_is() -> None:
    from keras import layers, ops

    made = [layers.Concatenate, layers.StringLookup, layers.Normalization, layers.Discretization, layers.Hashing]
    names = [re.sub(r"(?<=[a-z])(?=[A-Z])", "_", layer.__name__).lower() for layer in made]
    names += [ops.cast.__name__, ops.clip.__name__, ops.where.__name__, ops.isnan.__name__, ops.greater.__name__]
    columns = [*names, "sequential", "functional", "get_item", "normalization_12"]
    assert not set(input_names(columns, columns).values()) & set(columns)
