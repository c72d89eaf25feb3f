"""Each layer of the catalogue in a spec, with drawn options: the run and the script end with the same weights.

The layers are branches of a few networks, so that a dozen of them cost one training. What goes into a layer is made of
the features by a `Dense` and a `Reshape`. Of the networks, two of three are slow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import prod
from pathlib import Path
from random import Random
from typing import Any

import pytest

from specrun.compiler import catalogue
from specrun.compiler.compilation import Compilation, Source, compile_spec
from specrun.compiler.script import write_script
from specrun.compiler.shapes import Nested, ShapeMismatch, infer
from specrun.compiler.tensor import Tensor
from specrun.compiler.verify import verify
from tests.keras.drawing import Arguments, Draw, Inputs, drawn_arguments, holds
from tests.keras.test_shapes_keras import DRAWS
from tests.parity.test_parity import arrays, executed
from tests.sharing import shared_out

TOGETHER = 10
"""How many layers one network has beside those that lead to them and away from them."""
OF_WORDS = {"Embedding", "ReversibleEmbedding"}
"""Layers of whole numbers, which only features give: of a text, with a vocabulary of so many `WORDS`."""
WORDS = 12
LARGEST = 4000
"""Values that go into a layer at most."""

LAYERS = [name for name in catalogue.family("layers") if name not in catalogue.ONLY_NESTED]
BATCHES = [LAYERS[i : i + TOGETHER] for i in range(0, len(LAYERS), TOGETHER)]


def test_the_batches_are_the_whole_catalogue() -> None:
    listed = {name for batch in BATCHES for name in batch}
    assert {*listed, *catalogue.ONLY_NESTED} == set(catalogue.family("layers"))


@pytest.mark.parametrize(
    "number", shared_out(range(len(BATCHES)), 3), ids=lambda number: "-".join(BATCHES[number][::9])
)
def test_the_run_and_the_script_agree_for_each_layer(number: int, workplace: Path, tmp_path: Path) -> None:
    import keras

    from specrun.runtime.training import train

    compilation = compiled(BATCHES[number], workplace)
    verify(compilation.plan)
    made = {str(node.call.function).rpartition(".")[2] for node in compilation.plan.network.nodes}
    assert made >= set(BATCHES[number])
    trained = train(compilation.plan, compilation.folder, tmp_path)
    keras.backend.clear_session(free_memory=False)
    folder = workplace / "scripts"
    folder.mkdir(exist_ok=True)
    script = folder / f"layers_{number}.py"
    script.write_text(write_script(compilation.plan, compilation.folder, folder), encoding="utf-8")
    names = executed(script, "You are using a softmax", "Gradients do not exist", "Layer 'flatten")
    assert arrays(names["model"]) == arrays(trained.network.model)
    assert repr(names["model"].history.history) == repr(trained.history)


def compiled(batch: list[str], workplace: Path) -> Compilation:
    layers: list[Any] = []
    for name in batch:
        layers += branch(name)
    ends = [f"end_{name}" for name in batch]
    layers.append({"Concatenate": {"inputs": ends}} if len(ends) > 1 else {"Dense": {"units": 2, "inputs": ends}})
    spec = {
        "specrun": 1,
        "name": "layers",
        "data": {"path": "plain.csv", "split": {"test": 0.8}},
        "features": {
            "age": "number",
            "income": "number",
            **({"job": {"type": "text", "vocabulary": WORDS, "length": 5}} if OF_WORDS & set(batch) else {}),
        },
        "groups": {"numbers": ["age", "income"]},
        "target": "amount",
        "layers": layers,
        "training": {"epochs": 1, "batch_size": 6},
    }
    return compile_spec(Source(json.dumps(spec), "layers.yaml", workplace))


def branch(name: str) -> Iterator[Any]:
    """The layers of a branch: what leads to the layer, the layer itself, and what makes two numbers of it."""
    inputs, arguments = drawn(name)
    taken = ["job"] if inputs is None else [f"in_{name}_{i}" for i in range(len(inputs))]
    for entry, tensor in zip(taken, inputs or (), strict=False):
        row = [n or 0 for n in tensor.shape[1:]]
        yield {"Dense": {"units": prod(row), "inputs": "numbers"}}
        yield {"Reshape": {"target_shape": row, "name": entry}}
    yield {name: {**arguments, "inputs": taken, "name": f"the_{name}"}}
    yield "Flatten"
    yield {"Dense": {"units": 2, "name": f"end_{name}"}}


def drawn(name: str) -> tuple[Inputs | None, Arguments]:
    """What goes into a layer, and its arguments; None where whole numbers do, which only features give."""
    chance, entry, draw = Random(name), catalogue.family("layers")[name], DRAWS.get(name, Draw())
    for _ in range(2000):
        inputs = draw.inputs(chance)
        arguments = drawn_arguments(entry, draw, chance, inputs)
        if name in OF_WORDS:
            return None, plain({**arguments, "input_dim": WORDS})
        shapes = [tensor.shape[1:] for tensor in inputs]
        floats = all(tensor.dtype == "float32" for tensor in inputs)
        if not floats or any(None in shape or not shape or prod(n or 0 for n in shape) > LARGEST for shape in shapes):
            continue
        is_taken = not holds(draw.more_lenient, arguments, inputs)
        if is_taken and catalogue.conflict(entry, arguments) is None and fits(name, arguments, inputs):
            return inputs, plain(arguments)
    pytest.fail(f"no configuration of {name} was drawn")


def fits(name: str, arguments: Arguments, inputs: Inputs) -> bool:
    """Whether the layer takes what goes in, and gives floats."""
    try:
        inferred = infer(name, arguments, tuple(Tensor(tensor.shape) for tensor in inputs))
    except ShapeMismatch:
        return False
    return inferred is None or (inferred.output.is_float and 0 not in inferred.output.shape)


def plain(value: Any) -> Any:
    """Arguments as a spec writes them."""
    if isinstance(value, Nested):
        return {value.name: plain(dict(value.arguments))}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value
