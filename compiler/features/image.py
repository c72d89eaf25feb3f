"""Images: read and resized, scaled, and changed at random while training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from specrun.compiler.data import Expected
from specrun.compiler.diagnostics import Span
from specrun.compiler.expressions import (
    Call,
    Expression,
    Group,
    Identifier,
    Item,
    Literal,
    Mapped,
    Operation,
    call,
    name,
)
from specrun.compiler.features.kind import Facts, Recipe
from specrun.compiler.language.fragments import FLAG, TEXT
from specrun.compiler.language.options import option, place
from specrun.compiler.language.sections import Keras
from specrun.compiler.opening import ADDRESS
from specrun.compiler.reader.nodes import Node
from specrun.compiler.tensor import Tensor

_SIDE = {"type": "integer", "minimum": 1, "maximum": 4096}


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image of shape `(batch, height, width, channels)`, read from the file that the column names.

    The raw input of the model are pixels from 0 to 255, already in this size.
    """

    kind: ClassVar[str] = "image"
    plural: ClassVar[str] = "IMAGES"
    trait: ClassVar[str] = ""
    missing: ClassVar[str] = "error"
    doc: ClassVar[str] = "An image: a column of paths to PNG, JPEG, GIF, BMP or WebP files, or a folder of them."

    size: tuple[int, int] = option(
        (64, 64),
        schema={"type": "array", "items": _SIDE, "minItems": 2, "maxItems": 2},
        doc="The height and the width that each image is brought to.",
    )
    grayscale: bool = option(False, schema=FLAG, doc="One channel of grey in place of three of red, green and blue.")
    rescale: str | float = option(
        "1/255",
        schema={
            "if": {"type": "string"},
            "then": {"pattern": "^[0-9]{1,15}(\\.[0-9]{1,15})?(/[1-9][0-9]{0,14})?$(?!\\n)"},
            "else": {"type": "number", "exclusiveMinimum": 0, "maximum": 1000},
        },
        doc="What the pixels, 0 to 255, are multiplied by; a fraction may be written as one.",
    )
    augment: tuple[Keras, ...] = option(
        (),
        schema={"type": "array", "items": {"$ref": "#/$defs/augmentations"}},
        doc="Keras layers that change the images at random, in training alone.",
    )
    folder: str | None = option(
        None, schema=TEXT, doc="The folder that the paths of the column are relative to; by default that of the data."
    )
    place: Node | None = place()

    def expected(self, column: str, span: Span) -> Expected:
        return Expected(column, "image", span, missing_allowed=False)

    def conflicts(self) -> Iterator[tuple[str, str, str]]:
        """The options that contradict each other: the option, what is wrong, and what to do."""
        above, _, below = str(self.rescale).partition("/")
        if isinstance(self.rescale, str) and not 0 < Fraction(above) / Fraction(below or 1) <= 1000:
            yield "rescale", f"`rescale` is {self.rescale}", "write a number above 0, such as `1/255`"
        if self.folder is not None and ADDRESS in self.folder:  # TensorFlow would fetch what is there
            yield "folder", "`folder` is an address", "download the images, and name the folder that they are in"

    def filled(self, facts: Facts) -> Image:  # noqa: ARG002 - every kind is asked in the same way
        """The feature itself: nothing of it is left to the data."""
        return self

    def recipe(self, facts: Facts) -> Recipe:  # noqa: ARG002
        """How a column is encoded."""
        shape = (*self.size, 1 if self.grayscale else 3)
        encoding = Call(call("keras.layers.Rescaling", self._scale()), (Item(name("inputs"), name("name")),))
        return Recipe(
            "float32", encoding, Tensor((None, *shape)), row=shape, raw=self._pixels(shape[2]), frame="string"
        )

    def _scale(self) -> Expression:
        if isinstance(self.rescale, str) and "/" in self.rescale:
            above, below = self.rescale.split("/")
            return Operation("/", Literal(float(above) if "." in above else int(above)), Literal(int(below)))
        return Literal(float(self.rescale))

    def _pixels(self, channels: int) -> Expression:
        """The images of a data frame, read from their files and brought to one size."""
        options = {"channels": Literal(channels), "expand_animations": Literal(False)}
        decoded = call("tensorflow.io.decode_image", call("tensorflow.io.read_file", name("path")), **options)
        resized = call("tensorflow.image.resize", decoded, Group(tuple(map(Literal, self.size))))
        each = Mapped(Identifier("path"), resized, Item(name("rows"), name("name")))
        return call("tensorflow.stack", each)
