"""The weights of layers: how many axes they have, and what of other families fits them for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from specrun.compiler.catalogue.conflicts import Arguments, Conflict, HasOptions
from specrun.compiler.catalogue.making import Bound, Bounds, available
from specrun.compiler.catalogue.values import choice, dimensions

_NEEDED: Final[Mapping[str, tuple[int, int]]] = {
    "Identity": (2, 2),
    "Orthogonal": (2, 99),
    "OrthogonalRegularizer": (2, 2),
}
"""How many axes weights must have at least and at most, for what does not fit all."""
_WORDS: Final = {
    **{f"{kind}wise": f"{kind}wise kernel" for kind in ("depth", "point")},
    "activity": "output",
    "recurrent": "recurrent kernel",
}
_MATRICES: Final = frozenset({"Dense", "GRU", "GRUCell", "LSTM", "LSTMCell", "SimpleRNN", "SimpleRNNCell"})
_KERNELS: Final = frozenset({"kernel", "recurrent", "depthwise", "pointwise"})


def rank_of(layer: str, weights: str) -> int:
    """How many axes the weights of a layer have; some arguments, and the rows of `PReLU`, can make it more."""
    if weights == "embeddings":
        return 2
    if weights not in _KERNELS:
        return 1
    if layer in _MATRICES:
        return 2
    return (dimensions(layer) or 1) + 2  # of attention, three: width, heads and width of a head


def of_weights(layer: str, arguments: Iterable[str]) -> Bounds:
    """What the initializers, regularizers and constraints of a layer take."""
    bounds: dict[str, Bound] = {}
    for argument in arguments:
        weights, _, kind = argument.rpartition("_")
        if kind in _KINDS:
            family, doc = _KINDS[kind]
            words = _WORDS.get(weights, weights.replace("_", " "))
            bounds[argument] = Bound(doc.format(words), choice(*fitting(family, rank_of(layer, weights))), family)
    return bounds


def fitting(family: str, rank: int) -> tuple[str, ...]:
    """The names of a family that fit weights of so many axes."""
    needed = {name: _NEEDED.get(name, (1, rank)) for name in available(family)}
    return tuple(name for name, (least, most) in needed.items() if least <= rank <= most)


def axes_of_constraints(layer: str) -> Conflict:
    """The axes along which a constraint takes norms are axes of the weights."""

    def conflict(arguments: Arguments) -> str | None:
        for argument, value in arguments.items():
            weights, _, kind = argument.rpartition("_")
            if kind != "constraint" or not isinstance(value, HasOptions):
                continue
            axis, rank = dict(value.options).get("axis", 0), _rank_in(layer, weights, arguments)
            for one in axis if isinstance(axis, list | tuple) else (axis,):
                if isinstance(one, int) and not -rank <= one < rank:
                    return f"`axis` of `{argument}` is {one}, and the {_WORDS.get(weights, weights)} has {_axes(rank)}"
        return None

    return conflict


def einsum_kernel(arguments: Arguments) -> str | None:
    """Few things can be made of the kernel of an `EinsumDense` that has one axis."""
    rank, initializer = _rank_in("EinsumDense", "kernel", arguments), arguments.get("kernel_initializer")
    name = getattr(initializer, "name", initializer)
    if name == "Orthogonal" and rank < 2:
        return f"`kernel_initializer` is `Orthogonal`, and the kernel has {_axes(rank)}"
    return None


def _rank_in(layer: str, weights: str, arguments: Arguments) -> int:
    equation, axis = arguments.get("equation"), arguments.get("axis")
    if isinstance(equation, str) and weights == "kernel":
        return len(equation.partition("->")[0].partition(",")[2])
    if layer in ("GRU", "GRUCell") and weights == "bias" and arguments.get("reset_after", True):
        return 2
    if isinstance(axis, list | tuple):  # of a normalization
        return len(axis)
    return rank_of(layer, weights)


def _axes(rank: int) -> str:
    return "one axis, 0" if rank == 1 else f"{rank} axes, 0 to {rank - 1}"


_KINDS: Final = {
    "initializer": ("initializers", "the {} before training"),
    "regularizer": ("regularizers", "penalty on the {}"),
    "constraint": ("constraints", "bounds of the {}"),
}

SUBSETS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "initializers_of_any_weights": ("initializers", fitting("initializers", 1)),
    "initializers_of_tensors": ("initializers", fitting("initializers", 3)),
    "regularizers_of_any_weights": ("regularizers", fitting("regularizers", 1)),
}
"""Parts of a family that arguments take, by a name of their own: the family, and the names in it."""
