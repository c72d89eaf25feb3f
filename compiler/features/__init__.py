"""The kinds of feature: a new kind is one file here and one line in `KINDS`."""

from __future__ import annotations

from typing import TypeAlias

from specrun.compiler.features.boolean import Boolean
from specrun.compiler.features.category import Category
from specrun.compiler.features.cross import Cross
from specrun.compiler.features.datetime import Datetime
from specrun.compiler.features.image import Image
from specrun.compiler.features.kind import Facts, Recipe
from specrun.compiler.features.number import Number
from specrun.compiler.features.sequence import Sequence
from specrun.compiler.features.set import Set
from specrun.compiler.features.text import Text
from specrun.compiler.features.timeseries import Timeseries
from specrun.compiler.features.vector import Vector

Feature: TypeAlias = (
    Number | Boolean | Category | Datetime | Image | Text | Sequence | Set | Vector | Cross | Timeseries
)

KINDS: dict[str, type[Feature]] = {
    section.kind: section
    for section in (Number, Boolean, Category, Datetime, Image, Text, Sequence, Set, Vector, Cross, Timeseries)
}

__all__ = [
    "KINDS",
    "Boolean",
    "Category",
    "Cross",
    "Datetime",
    "Facts",
    "Feature",
    "Image",
    "Number",
    "Recipe",
    "Sequence",
    "Set",
    "Text",
    "Timeseries",
    "Vector",
]
