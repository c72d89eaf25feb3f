"""Structures in Thrift's compact protocol, in which a Parquet file tells of itself.

A list of fields is read as the numbers and texts of those that are asked for; all others are passed over. Whatever the
bytes are, reading ends: each part takes a byte at least. Where they are no structure, IndexError is raised, or
RecursionError where they are too deep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

Reader: TypeAlias = Callable[[bytes, int, int], tuple[Any, int]]
"""Reads a value of a kind at a place; the value, and where it ends."""

_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP = 1, 2, 3, 7, 8, 9, 10, 11
STRUCT: Final = 12
"""The kind of what holds fields, as the whole does."""
_INTEGERS: Final = (4, 5, 6)


def number(data: bytes, at: int, kind: int) -> tuple[int, int]:
    """A whole number of 16, 32 or 64 bits."""
    if kind not in _INTEGERS:
        raise IndexError(kind)
    value, at = _varint(data, at)
    return (value >> 1) ^ -(value & 1), at


def text(data: bytes, at: int, kind: int) -> tuple[str, int]:
    """A text, whatever its bytes are."""
    if kind != _BINARY:
        raise IndexError(kind)
    length, at = _varint(data, at)
    if at + length > len(data):
        raise IndexError(length)
    return data[at : at + length].decode("utf-8", "replace"), at + length


def struct(wanted: Mapping[int, Reader]) -> Reader:
    """Reads those fields of a structure that are wanted, by their numbers."""

    def read(data: bytes, at: int, kind: int) -> tuple[dict[int, Any], int]:
        if kind != STRUCT:
            raise IndexError(kind)
        found: dict[int, Any] = {}
        field = 0
        while head := data[at]:
            at, kind = at + 1, head & 15
            if head >> 4:
                field += head >> 4
            else:
                field, at = number(data, at, _INTEGERS[0])
            if field in wanted:
                found[field], at = wanted[field](data, at, kind)
            elif kind not in (_TRUE, _FALSE):  # which have no bytes behind them
                at = _behind(data, at, kind)
        return found, at + 1

    return read


def each(reader: Reader, most: int) -> Reader:
    """Reads the items of a list that has at most so many."""

    def read(data: bytes, at: int, kind: int) -> tuple[list[Any], int]:
        if kind != _LIST:
            raise IndexError(kind)
        count, inner, at = _list(data, at)
        if count > most:
            raise IndexError(count)
        items = []
        for _ in range(count):
            item, at = reader(data, at, inner)
            items.append(item)
        return items, at

    return read


def _list(data: bytes, at: int) -> tuple[int, int, int]:
    """How many items a list has, of which kind, and where they begin."""
    count, kind, at = data[at] >> 4, data[at] & 15, at + 1
    if count == 15:
        count, at = _varint(data, at)
    return count, kind, at


def _behind(data: bytes, at: int, kind: int) -> int:
    """Where a value of a kind ends; within a list, a truth has a byte."""
    if kind in (_TRUE, _FALSE, _BYTE):
        return at + 1
    if kind in _INTEGERS:
        return _varint(data, at)[1]
    if kind == _DOUBLE:
        return at + 8
    if kind == _BINARY:
        length, at = _varint(data, at)
        return at + length
    if kind in (_LIST, _SET):
        count, inner, at = _list(data, at)
        return _all_behind(data, at, count, (inner,))
    if kind == _MAP:
        count, at = _varint(data, at)
        return _all_behind(data, at + 1, count, (data[at] >> 4, data[at] & 15)) if count else at
    if kind == STRUCT:
        return _NOTHING(data, at, kind)[1]
    raise IndexError(kind)


def _all_behind(data: bytes, at: int, count: int, kinds: tuple[int, ...]) -> int:
    for _ in range(count):
        for kind in kinds:
            if at >= len(data):
                raise IndexError(at)
            at = _behind(data, at, kind)
    return at


_NOTHING: Final = struct({})


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at
        if shift > 63:
            raise IndexError(shift)
