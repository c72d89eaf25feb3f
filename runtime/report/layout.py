"""Where the boxes of a graph stand: in layers, each box under all that it takes (Sugiyama, Tagawa and Toda 1981)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH, HEIGHT = 168.0, 46.0
_GAP_X, _GAP_Y = 20.0, 30.0
_LINE = 18.0
"""What a line that goes past boxes takes of the width."""
_SWEEPS = 6

Point = tuple[float, float]
Graph = Mapping[str, Sequence[str]]
"""What each node takes, in topological order."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The upper left corner of each box, the points of each line, and the size of it all."""

    places: Mapping[str, Point]
    lines: tuple[tuple[Point, ...], ...]
    width: float
    height: float


def layout_of(graph: Graph) -> Layout:
    """The layout of a graph."""
    depths: dict[str, int] = {}
    for name, inputs in graph.items():
        depths[name] = 1 + max((depths[given] for given in inputs), default=-1)
    chains = [_chain(given, name, depths) for name, inputs in graph.items() for given in dict.fromkeys(inputs)]
    layers: list[list[str]] = [[] for _ in range(max(depths.values()) + 1)]
    for name, depth in depths.items():
        layers[depth].append(name)
    for chain in chains:
        for depth, bend in enumerate(chain[1:-1], start=depths[chain[0]] + 1):
            layers[depth].append(bend)
    centres = _centres(layers, chains, graph.keys())
    left = min(centres[name] - _width(name, graph) / 2 for name in centres)
    x = {name: centre - left for name, centre in centres.items()}
    y = {name: depth * (HEIGHT + _GAP_Y) for depth, layer in enumerate(layers) for name in layer}
    lines = tuple(tuple(_points(chain, x, y)) for chain in chains)
    width = max(x[name] + _width(name, graph) / 2 for name in x)
    return Layout({n: (x[n] - WIDTH / 2, y[n]) for n in graph}, lines, width, max(y.values()) + HEIGHT)


def _chain(given: str, name: str, depths: Mapping[str, int]) -> tuple[str, ...]:
    """A line from one node to another, with a bend in each layer between them."""
    return given, *(f"{given}\n{name}\n{depth}" for depth in range(depths[given] + 1, depths[name])), name


def _width(name: str, graph: Collection[str]) -> float:
    return WIDTH if name in graph else _LINE


def _centres(layers: list[list[str]], chains: Sequence[Sequence[str]], boxes: Collection[str]) -> dict[str, float]:
    """The middles of all that stands in the layers: near to what it is joined with above, and then below, in turns."""
    above: dict[str, list[str]] = {name: [] for layer in layers for name in layer}
    below: dict[str, list[str]] = {name: [] for layer in layers for name in layer}
    for chain in chains:
        for one, other in pairwise(chain):
            above[other].append(one)
            below[one].append(other)
    x = {name: 0.0 for layer in layers for name in layer}
    for layer in layers:
        _spread(layer, x, {}, boxes)
    for sweep in range(_SWEEPS):
        upwards = sweep % 2 == 1
        for layer in reversed(layers) if upwards else layers:
            _spread(layer, x, below if upwards else above, boxes)
    return x


def _spread(layer: list[str], x: dict[str, float], joined: Mapping[str, Sequence[str]], boxes: Collection[str]) -> None:
    """Move what stands in a layer towards what it is joined with, side by side."""
    wanted = {name: _mean([x[each] for each in joined.get(name, ())], x[name]) for name in layer}
    layer.sort(key=lambda name: wanted[name])
    for i, name in enumerate(layer):
        x[name] = wanted[name]
        if i:
            apart = (_width(layer[i - 1], boxes) + _width(name, boxes)) / 2 + _GAP_X
            x[name] = max(x[name], x[layer[i - 1]] + apart)
    shift = sum(wanted[name] - x[name] for name in layer) / len(layer)
    for name in layer:
        x[name] += shift


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _points(chain: Sequence[str], x: Mapping[str, float], y: Mapping[str, float]) -> list[Point]:
    """From the foot of the first, straight past the boxes between, to the head of the last."""
    points = [(x[chain[0]], y[chain[0]] + HEIGHT)]
    for bend in chain[1:-1]:
        points += [(x[bend], y[bend]), (x[bend], y[bend] + HEIGHT)]
    return [*points, (x[chain[-1]], y[chain[-1]])]
