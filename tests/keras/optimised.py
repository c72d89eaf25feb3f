"""The graphs of a step as TensorFlow optimises them, in Keras's loop and in ours: `python -m tests.keras.optimised`.

TensorFlow writes its graphs into files where the environment says so before it is imported.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from re import fullmatch, sub
from typing import Any, TypeAlias

WRITTEN = {"TF_CPP_VMODULE": "meta_optimizer=4", "TF_DUMP_GRAPH_FMT": "TXT"}
"""The environment for TensorFlow to write its graphs into the folder TF_DUMP_GRAPH_PREFIX."""

Graph: TypeAlias = "Counter[tuple[str, ...]]"
"""The operations of a graph: the name, the kind, its options and what goes in of each."""

_WITHOUT_VALUES = {"NoOp", "_Arg", "_Retval", "Const", "EnsureShape", "IteratorGetNext", "OptionalFromValue"}
"""What makes no values, or has another name in a function."""


def optimised(folder: Path) -> list[Graph]:
    """The graphs that take a batch, of those that are written in a folder."""
    from google.protobuf import text_format
    from tensorflow.core.framework.graph_pb2 import GraphDef

    graphs = []
    for file in sorted(folder.glob("after_MetaOptimizer_[0-9]*")):
        graph = text_format.Parse(file.read_text(), GraphDef())
        if any(node.name == "IteratorGetNext" for node in graph.node):
            graphs.append(_operations(graph))
    return graphs


def _operations(graph: Any) -> Graph:
    given = dict(_given(graph))
    found = [
        (_plain(node.name), node.op, _options(node), *(given.get(i, _plain(i)) for i in node.input if i[0] != "^"))
        for node in graph.node
        if node.op not in _WITHOUT_VALUES and not fullmatch(r"Identity(_\d+)?", node.name)
    ]
    used = {given.rpartition(":")[0] or given for _, _, _, *inputs in found for given in inputs}
    return Counter(one for one in found if one[1] != "ReadVariableOp" or one[0] in used)


def _given(graph: Any) -> Iterator[tuple[str, str]]:
    """What goes into a graph by its names, which are others in a function, and constants by their values."""
    for node in graph.node:
        if node.op == "_Arg":
            yield node.name, "argument"
        elif node.op == "Const":
            yield node.name, " ".join(str(node.attr["value"]).split())
        elif node.op == "IteratorGetNext":
            of_batch = range(len(node.attr["output_types"].list.type))
            yield from ((f"{node.name}:{i}" if i else node.name, f"batch {i}") for i in of_batch)
        elif node.op == "EnsureShape":
            yield node.name, f"batch {node.name.partition('_')[2] or 0}"


def _options(node: Any) -> str:
    options = {name: value for name, value in node.attr.items() if name[0] != "_" and name != "frame_name"}
    return str(sorted((name, " ".join(str(value).split())) for name, value in options.items()))


def _plain(name: str) -> str:
    """A name without the numbers that count through all the loops of a graph; a variable is read by one name."""
    return sub(r"/_\d+", "/_", sub(r"(/Cast)+/ReadVariableOp", "/ReadVariableOp", name))


def differences(folders: Iterable[Path]) -> Iterator[str]:
    """How the graphs of our loop, in the second folder, differ from those of Keras's, in the first."""
    keras, ours = map(optimised, folders)
    if not ours:
        yield "there is no graph of ours"
    for graph in ours:
        nearest = min(keras, key=lambda other: ((other - graph) + (graph - other)).total())
        yield from (f"keras {' '.join(one)[:500]}" for one in nearest - graph)
        yield from (f"ours  {' '.join(one)[:500]}" for one in graph - nearest)


def main() -> None:
    """Train the cases of some names, or all, in both ways, and print each name and how the graphs differ."""
    from tests.keras.test_engines import CASES, trained

    for name in sys.argv[1:] or CASES:
        with tempfile.TemporaryDirectory() as written:
            folders = [Path(written) / engine for engine in ("fit", "graph")]
            for folder in folders:
                os.environ["TF_DUMP_GRAPH_PREFIX"] = str(folder)
                folder.mkdir()
                trained(CASES[name], folder.name)
            print(name, *differences(folders), sep="\n  ")


if __name__ == "__main__":
    os.environ.update(WRITTEN)
    main()
