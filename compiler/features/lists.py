"""Cells that are lists: how they are read, and how they are made as long as each other."""

from __future__ import annotations

from specrun.compiler.data.lists import Lists
from specrun.compiler.expressions import (
    Expression,
    Function,
    Identifier,
    Item,
    Literal,
    Mapped,
    call,
    literals,
    method,
    name,
)
from specrun.compiler.features.kind import VALUES, Facts

_CELL = Identifier("cell")


def frame_of(facts: Facts) -> str:
    """What a column is read as before it is parsed: lists where the file has them, else texts that are split."""
    return "list" if facts.physical == "list" else "string"


def parse(lists: Lists, facts: Facts, *, may_miss: bool) -> Expression:
    """The cells of a column as lists; a missing one is empty, or holds one NaN where numbers are split."""
    if facts.physical == "list":
        known = method(VALUES, "fillna", Literal(""))  # pandas fills in no list, and a text is as empty
        return known if lists.of_numbers else _each(call("list", call("map", Function("str"), name("cell"))), known)
    texts = without_markers(facts, "nan" if lists.of_numbers else "") if may_miss else VALUES
    cell: Expression = name("cell")
    if lists.of_numbers and facts.decimal != ".":
        cell = method(cell, "replace", Literal(facts.decimal), Literal("."))
    return _each(method(cell, "split", *(() if lists.separator is None else (Literal(lists.separator),))), texts)


def without_markers(facts: Facts, stand_in: str) -> Expression:
    """The texts of a column, those that stand for a missing value replaced."""
    markers = tuple(marker for marker in facts.missing if marker != stand_in)
    if not markers:
        return VALUES
    old = Literal(markers[0]) if len(markers) == 1 else literals(markers)
    return method(VALUES, "replace", old, Literal(stand_in))


def cells(frame: str) -> Expression:
    """The cells of a column of a data frame."""
    return Item(name(frame), name("name"))


def padded(
    lists: Expression, length: int | None = None, cut: str | None = None, *, of_numbers: bool = False
) -> Expression:
    """The lists as the rows of an array, with empty texts or NaN behind those that are too short.

    They are as long as the longest where no `length` is given; what is longer than that is `cut` at its "start" or
    "end".
    """
    options: dict[str, Expression] = {"dtype": Function("float" if of_numbers else "object")}
    options["padding"] = Literal("post")
    if cut is not None:
        options["truncating"] = Literal({"end": "post", "start": "pre"}[cut])
    options["value"] = Function("numpy.nan") if of_numbers else Literal("")
    return call("keras.utils.pad_sequences", lists, *(() if length is None else (Literal(length),)), **options)


def _each(value: Expression, over: Expression) -> Expression:
    return Mapped(_CELL, value, over)
