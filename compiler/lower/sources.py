"""What the network can take from the features: one by its name, a group, or all of them side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from specrun.compiler.expressions import (
    Call,
    Expression,
    Identifier,
    Item,
    Items,
    Literal,
    Mapped,
    Operation,
    call,
    literals,
    method,
    name,
)
from specrun.compiler.lower.names import free_name
from specrun.compiler.plan import FeatureGroup, Source
from specrun.compiler.shapes import shown
from specrun.compiler.tensor import Dimension, Shape, Tensor

FEATURES = "features"
"""All the features side by side, what the first layer takes; with `_` behind it where that is a column."""


class Unjoinable(Exception):
    """Features that cannot stand side by side: `first` and `other`, by their names and shapes."""

    def __init__(self, first: tuple[str, Shape], other: tuple[str, Shape]) -> None:
        super().__init__(first, other)
        self.first, self.other = first, other

    def __str__(self) -> str:
        (one, shape), (two, other) = self.first, self.other
        return f"`{one}` gives {shown(shape)} and `{two}` gives {shown(other)}"


@dataclass(frozen=True, slots=True)
class _Column:
    """An encoded column: its name in the spec and that of its input."""

    source: str
    name: str
    tensor: Tensor
    is_embedded: bool


class Sources:
    """The sources of a network by their names; made as the layers ask for them."""

    def __init__(self, groups: Iterable[FeatureGroup], named: Mapping[str, tuple[str, ...]]) -> None:
        self._groups, self._named = tuple(groups), dict(named)
        self._columns = {
            source: _Column(source, column, tensor, group.embedding is not None)
            for group in self._groups
            for source, column, tensor in zip(group.sources, group.columns, group.tensors, strict=True)
        }
        self._made: dict[str, Source] = {}
        self.everything = FEATURES
        while self.everything in self._columns or self.everything in self._named:
            self.everything += "_"

    def names(self) -> tuple[str, ...]:
        """All that can be asked for by name."""
        return (*self._columns, *self._named, self.everything)

    def input_names(self) -> frozenset[str]:
        """What the inputs of the network may be called."""
        columns = (column.name for column in self._columns.values())
        return frozenset([*columns, *map(self._free, (*self._named, self.everything))])

    def is_feature(self, asked: str) -> bool:
        """Whether that is the name of one feature, or of all of them where there is one."""
        return asked in self._columns or (asked == self.everything and len(self._columns) == 1)

    def feature(self, asked: str) -> str:
        """The feature of that name; the only one where all of them are asked for."""
        return asked if asked in self._columns else next(iter(self._columns))

    def taken(self) -> tuple[Source, ...]:
        """The sources that were asked for, in that order."""
        return tuple(self._made.values())

    def get(self, asked: str) -> Source | None:
        """The source of that name, or None. Raises Unjoinable."""
        if asked in self._columns:
            members: tuple[str, ...] = (asked,)
        elif asked in self._named:
            members = self._named[asked]
        elif asked == self.everything:
            members = tuple(self._columns)
        else:
            return None
        if asked not in self._made:
            self._made[asked] = self._make(asked, [self._columns[m] for m in members if m in self._columns])
        return self._made[asked]

    def _make(self, source: str, columns: list[_Column]) -> Source:
        dense = tuple(column for column in columns if not column.is_embedded)
        embedded = tuple(column.name for column in columns if column.is_embedded)
        value = self._value(dense) if dense else None
        part = columns[0].name if source in self._columns else self._free(source)
        return Source(source, part, tuple(c.name for c in dense), embedded, value, _side_by_side(columns))

    def _free(self, source: str) -> str:
        return free_name(source, {column.name for column in self._columns.values()})

    def _value(self, columns: tuple[_Column, ...]) -> Expression:
        names = tuple(column.name for column in columns)
        one = Item(name("encoded"), Literal(names[0]))
        value: Expression = one if len(names) == 1 else Call(call("keras.layers.Concatenate"), (self._list(names),))
        if all(column.tensor.dtype != "float32" and column.tensor.bound is None for column in columns):
            # To a network of whole numbers, dropout and most activations mean something else, or nothing.
            value = call("keras.ops.cast", value, Literal("float32"))
        return value

    def _list(self, names: tuple[str, ...]) -> Expression:
        """The encoded columns as a list: all of them, those of whole groups, or one by one."""
        if names == tuple(column for group in self._groups for column in group.columns):
            return call("list", method(name("encoded"), "values"))
        over: Expression | None = None
        rest = names
        for group in self._groups:
            if rest and rest[: len(group.columns)] == group.columns:
                over = name(group.variable) if over is None else Operation("+", over, name(group.variable))
                rest = rest[len(group.columns) :]
        if over is not None and not rest:
            return Mapped(Identifier("name"), Item(name("encoded"), name("name")), over)
        if len(names) <= 3:
            return Items(tuple(Item(name("encoded"), Literal(column)) for column in names))
        return Mapped(Identifier("name"), Item(name("encoded"), name("name")), literals(names))


def _side_by_side(columns: list[_Column]) -> Tensor:
    """What comes out when the columns are joined along their last axis."""
    first = columns[0]
    if len(columns) == 1:
        is_vector = first.tensor.bound is None and not first.tensor.is_float
        return Tensor(first.tensor.shape) if is_vector else first.tensor
    for other in columns:
        if other.tensor.shape[:-1] != first.tensor.shape[:-1] or other.tensor.bound is not None:
            pair = (first, other) if other is not first else (other, columns[1])
            raise Unjoinable(*((column.source, column.tensor.shape) for column in pair))
    widths = [column.tensor.shape[-1] for column in columns]
    return Tensor((*first.tensor.shape[:-1], _sum(widths)))


def _sum(widths: list[Dimension]) -> Dimension:
    known = [width for width in widths if width is not None]
    return sum(known) if len(known) == len(widths) else None
