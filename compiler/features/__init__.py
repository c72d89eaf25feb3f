"""The kinds of feature: a new kind is one file here and one line in `KINDS`."""

from __future__ import annotations

from typing import TypeAlias

from specrun.compiler.features.boolean import Boolean
from specrun.compiler.features.category import Category
from specrun.compiler.features.kind import Facts, Recipe
from specrun.compiler.features.number import Number

Feature: TypeAlias = Number | Boolean | Category

KINDS: dict[str, type[Number] | type[Boolean] | type[Category]] = {
    section.kind: section for section in (Number, Boolean, Category)
}

__all__ = ["KINDS", "Boolean", "Category", "Facts", "Feature", "Number", "Recipe"]
