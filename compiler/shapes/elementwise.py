"""Layers that leave the shape as it is and have no statistics."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from specrun.compiler.shapes.dtypes import cast, kept, refuse_whole_numbers
from specrun.compiler.shapes.result import Arguments, Inferred, Rule, axes_hint, axes_of, size, unfit
from specrun.compiler.shapes.space import space
from specrun.compiler.tensor import Tensor


def _elementwise(_: Arguments, tensor: Tensor) -> Inferred:
    """One value becomes one number, without weights."""
    return Inferred(Tensor(tensor.shape), 0, 0)


def _with_fractions(layer: str, arguments: Arguments, tensor: Tensor) -> Inferred:
    """The same for layers that TensorFlow does not compute on whole numbers."""
    refuse_whole_numbers(layer, tensor)
    return _elementwise(arguments, tensor)


def _noise(layer: str, strength: str, arguments: Arguments, tensor: Tensor) -> Inferred:
    """While training some values are dropped or moved, unless the strength is 0."""
    return _with_fractions(layer, arguments, tensor) if arguments[strength] else _kept(arguments, tensor)


def _spatial_dropout(layer: str, places: int, arguments: Arguments, tensor: Tensor) -> Inferred:
    """Whole channels are dropped."""
    space(layer, arguments, tensor, places)
    return _noise(layer, "rate", arguments, tensor)


def _activation(arguments: Arguments, tensor: Tensor) -> Inferred:
    """The function of each value; few of them are computed on whole numbers, and fewer give such."""
    if arguments["activation"] in _GIVING_WHOLE_NUMBERS:
        return _kept(arguments, tensor)
    computed = arguments["activation"] in _ON_WHOLE_NUMBERS
    return _elementwise(arguments, tensor) if computed else _with_fractions("Activation", arguments, tensor)


def _relu(arguments: Arguments, tensor: Tensor) -> Inferred:
    """`x` above zero; a slope beside other options is not computed on whole numbers."""
    if not arguments["negative_slope"]:
        return _kept(arguments, tensor)
    if arguments["threshold"] or arguments["max_value"] is not None:
        return _with_fractions("ReLU", arguments, tensor)
    return _elementwise(arguments, tensor)


def _identity(_: Arguments, tensor: Tensor) -> Inferred:
    """What goes in comes out."""
    return Inferred(cast(tensor), 0, 0)


def _kept(_: Arguments, tensor: Tensor) -> Inferred:
    """What goes in comes out, or 0; Keras calls it float32, even where it is whole numbers."""
    return Inferred(kept(tensor, tensor.shape), 0, 0)


def _softmax(arguments: Arguments, tensor: Tensor) -> Inferred:
    """The values along one axis, or several, become probabilities."""
    axes_of("Softmax", arguments["axis"], tensor.shape)
    return _with_fractions("Softmax", arguments, tensor)


def _prelu(arguments: Arguments, tensor: Tensor) -> Inferred:
    """One weight for each value of a row, or for all along the shared axes."""
    shape = tensor.shape
    shared = arguments["shared_axes"] or ()
    assert isinstance(shared, list | tuple)
    for axis in shared:
        if not 1 <= axis < len(shape):
            raise unfit("PReLU", f"shares axis {axis}", shape, axes_hint(len(shape)))
    refuse_whole_numbers("PReLU", tensor)
    own = (dimension for axis, dimension in enumerate(shape) if axis and axis not in shared)
    return Inferred(Tensor(shape), size(own), size(shape[1:]))


_ON_WHOLE_NUMBERS = ("exponential", "leaky_relu", "tanh")
_GIVING_WHOLE_NUMBERS = ("linear", "relu", "relu6")

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        **{layer: partial(_noise, layer, "rate") for layer in ("AlphaDropout", "Dropout", "GaussianDropout")},
        **{f"SpatialDropout{n}D": partial(_spatial_dropout, f"SpatialDropout{n}D", n) for n in (1, 2, 3)},
        "Activation": _activation,
        "ActivityRegularization": _kept,
        "ELU": partial(_with_fractions, "ELU"),
        "GaussianNoise": partial(_noise, "GaussianNoise", "stddev"),
        "Identity": _identity,
        "LeakyReLU": _elementwise,
        "Masking": _kept,
        "PReLU": _prelu,
        "ReLU": _relu,
        "Rescaling": _elementwise,
        "Softmax": _softmax,
    }
)
