"""How the layers are drawn that work on rows of any shape: dense ones, normalizations, other shapes."""

from collections.abc import Mapping
from random import Random
from typing import Any

from specrun.compiler import catalogue
from specrun.compiler.tensor import Shape
from tests.keras.drawing import FLOATS, SHAPES, Arguments, Draw, Inputs, rows

NO_UNKNOWN_LENGTHS = tuple(shape for shape in SHAPES if None not in shape)


def any_axis(chance: Random, inputs: Inputs) -> int:
    rank = len(inputs[0].shape)
    return chance.randint(-rank - 1, rank)


def one_or_two_axes(chance: Random, inputs: Inputs) -> object:
    rank = len(inputs[0].shape)
    if chance.random() < 0.5:
        return any_axis(chance, inputs)
    return chance.sample([axis for axis in range(-rank - 1, rank + 1) if axis], chance.randint(1, 2))


def target_shape(chance: Random, inputs: Inputs) -> list[int]:
    known = [length for length in inputs[0].shape if length is not None]
    drawn = [chance.choice([1, 2, 3, 4, 6, 12]), chance.choice([1, 2, 3])]
    target = known if known and chance.random() < 0.5 else drawn
    if chance.random() < 0.5:
        target[chance.randrange(len(target))] = -1
    chance.shuffle(target)
    return target


def touches_the_batch(arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    axis = arguments.get("axis", -1)
    rank = len(inputs[0].shape)
    return any(one % rank == 0 for one in (axis if isinstance(axis, list) else [axis]))


def names_several(arguments: Mapping[str, Any], _inputs: Inputs) -> bool:
    return isinstance(arguments.get("axis"), list) and len(arguments["axis"]) > 1


def has_whole_numbers(_arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    return not all(tensor.is_float for tensor in inputs)


STRICTER = {
    "rows would mix, and what comes out for one would hang on the others": touches_the_batch,
    "an axis that is named twice is a mistake": names_several,
}


def dims(chance: Random, inputs: Inputs) -> list[int]:
    axes = [*range(1, len(inputs[0].shape) + (chance.random() < 0.1))]
    chance.shuffle(axes)
    return axes or [1]


EQUATIONS = {
    "ab,bc->ac": ((6,), "c"),
    "abc,cd->abd": ((3, 4), "bd"),
    "abc,bcd->ad": ((3, 4), "d"),
    "abc,cde->abde": ((None, 5), "bde"),
    "abc,bce->abe": ((3, 4), "be"),
    "...b,bc->...c": ((None, 4), "c"),
    "...bc,cbd->...bd": ((2, 3, 4), "bd"),
    "ab...,bc->ac...": ((3, None, 2), "c"),
    "abc,bd->acd": ((3, 4), "cd"),
}
WRONG_EQUATIONS = ("ab,bc->ca", "ab,cb->ad", "ab,ba->b", "abc,cd->abdd", "...ab...,bc->...ac", "ab,bc->...ac")


def nothing(_chance: Random, _inputs: Inputs) -> None:
    """The argument is drawn together with others."""


def equation_and_shape(chance: Random, inputs: Inputs, arguments: Arguments) -> Arguments:
    """An equation that takes rows of the drawn shape, mostly, and an `output_shape` that goes with it."""
    row = inputs[0].shape[1:]
    fitting = [(equation, out) for equation, (shape, out) in EQUATIONS.items() if shape == row]
    equation, out = chance.choice(fitting if chance.random() < 0.9 else [(e, "cd") for e in WRONG_EQUATIONS])
    known = dict(zip(equation.split(",")[0].replace(".", "")[-len(row) :], row, strict=False))
    if not equation.startswith("..."):
        known = dict(zip(equation.split(",")[0].replace(".", "")[1:], row, strict=False))
    shape = [known.get(letter, chance.randint(1, 5)) if chance.random() < 0.9 else 3 for letter in out]
    given = {**arguments, "equation": equation, "output_shape": shape}
    if chance.random() < 0.5:
        given["bias_axes"] = "".join(chance.sample(out, chance.randint(1, len(out))))
    return given


def gives_what_is_not_known(arguments: Mapping[str, Any], inputs: Inputs) -> bool:
    return None in inputs[0].shape[1:] and None not in arguments["output_shape"]


EINSUM_SHAPES: tuple[Shape, ...] = tuple(dict.fromkeys(shape for shape, _ in EQUATIONS.values()))


DRAWS: Mapping[str, Draw] = {
    "GroupNormalization": Draw(
        inputs=lambda chance: rows(chance, NO_UNKNOWN_LENGTHS),
        arguments={"axis": any_axis, "groups": lambda chance, _: chance.choice([-1, 1, 2, 3, 4, 5])},
        stricter=STRICTER,
    ),
    "BatchNormalization": Draw(arguments={"axis": any_axis}, stricter=STRICTER),
    **{
        layer: Draw(arguments={"axis": one_or_two_axes}, stricter=STRICTER)
        for layer in ("LayerNormalization", "Softmax", "UnitNormalization")
    },
    "RMSNormalization": Draw(
        arguments={"axis": one_or_two_axes},
        stricter={**STRICTER, "Keras cuts the fractions off again": has_whole_numbers},
    ),
    "PReLU": Draw(arguments={"shared_axes": lambda chance, _: chance.sample(range(1, 4), chance.randint(1, 2))}),
    "Reshape": Draw(arguments={"target_shape": target_shape}),
    "Permute": Draw(arguments={"dims": dims}),
    "EinsumDense": Draw(
        inputs=lambda chance: rows(chance, EINSUM_SHAPES, FLOATS),
        arguments=dict.fromkeys(("equation", "output_shape", "bias_axes"), nothing),
        together=equation_and_shape,
        more_lenient={"the length may turn out to be the one that is given": gives_what_is_not_known},
    ),
    "Activation": Draw(
        arguments={"activation": lambda chance, _: chance.choice(list(catalogue.family("activations")))}
    ),
    "RepeatVector": Draw(arguments={"n": lambda chance, _: chance.randint(1, 6)}),
    **{
        layer: Draw(arguments={"rate": lambda chance, _: chance.choice([0.0, 0.2, 0.5])})
        for layer in ("AlphaDropout", "Dropout", "GaussianDropout")
    },
}
