"""The network as a drawing: boxes in layers, each under all that it takes, and lines between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from specrun.compiler.data import short
from specrun.compiler.plan import Network, Node, Plan
from specrun.compiler.script.printer import Printer
from specrun.compiler.shapes import shown as shape_of
from specrun.compiler.tensor import Tensor
from specrun.runtime.report.layout import Point, layout_of

MOST_NODES = 60
"""A network of more layers is a table alone."""
_LETTERS = 20


@dataclass(frozen=True, slots=True)
class Part:
    """A source or a layer: its name, class and options, what it takes, the shape that comes out, its parameters."""

    name: str
    layer: str
    options: str
    inputs: tuple[str, ...]
    shape: str
    parameters: int | None
    is_source: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A part with the place of its upper left corner, and its two lines."""

    part: Part
    x: float
    y: float
    title: str
    below: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The parts in the order in which rows go through them; boxes and lines where they are few enough to be drawn.

    A line goes from the foot of a box to the head of another, past the boxes between.
    """

    parts: tuple[Part, ...]
    parameters: int
    boxes: tuple[Box, ...]
    lines: tuple[tuple[Point, ...], ...]
    width: float
    height: float


def drawing_of(plan: Plan, model: Any) -> Drawing:
    """The network of a plan; the Keras model that was made of it tells how many parameters there are."""
    network = plan.network
    sources = tuple(
        Part(
            s.name,
            "features",
            f"{len(s.columns):,} column{'s' * (len(s.columns) > 1)}",
            (),
            _shape(s.tensor),
            None,
            True,
        )
        for s in network.sources
    )
    parts = (*sources, *(_part(node, network, model, i) for i, node in enumerate(network.nodes)))
    if len(parts) > MOST_NODES:
        return Drawing(parts, model.count_params(), (), (), 0, 0)
    layout = layout_of({part.name: part.inputs for part in parts})
    boxes = tuple(Box(p, *layout.places[p.name], short(p.name, _LETTERS), _below(p)) for p in parts)
    return Drawing(parts, model.count_params(), boxes, layout.lines, layout.width, layout.height)


def _part(node: Node, network: Network, model: Any, place: int) -> Part:
    options = Printer()(node.in_full).partition("(")[2].removesuffix(")")
    parameters = node.parameters if node.parameters is not None else _counted(node, network, model, place)
    layer = str(node.call.function).rpartition(".")[2]
    return Part(node.name, layer, options, node.inputs, _shape(node.tensor), parameters)


def _counted(node: Node, network: Network, model: Any, place: int) -> int | None:
    """The parameters of a layer of which only the data tell them; a layer that is used again has them once."""
    if node.layer != node.name:
        return 0
    try:
        layer = model.layers[place] if network.is_chain else model.get_layer(node.layer)
    except (IndexError, ValueError):
        return None
    return int(layer.count_params())


def _shape(tensor: Tensor | None) -> str:
    return "?" if tensor is None else shape_of(tensor.shape).strip("`")


def _below(part: Part) -> str:
    return short(f"{part.layer} {part.shape}" if part.layer != part.name else part.shape, _LETTERS + 6)
