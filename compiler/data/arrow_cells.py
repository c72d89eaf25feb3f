"""Columns that are looked at as a whole, by pyarrow and NumPy, which are imported where they are needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, time
from decimal import Decimal
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING, Any

from specrun.compiler.data.batch import KEPT_VALUES, Cells, Damaged, ListedCells, without_booleans
from specrun.compiler.data.number_texts import NumberTexts
from specrun.compiler.data.table import Cell, Item

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIRST_LOOK = 64


class ArrowCells(Cells):
    """The cells of an Arrow array, each different one of which is looked at once."""

    def __init__(self, array: Any) -> None:
        self._array = array

    @property
    def counts(self) -> Mapping[Cell, int]:
        return self._encoded.counts

    def first(self) -> Mapping[Cell, int]:
        return self._encoded.first()

    def rows_of(self, cells: Collection[Cell], most: int) -> Sequence[int]:
        return self._encoded.rows_of(cells, most)

    def as_numbers(self, decimal: str, missing: Collection[str]) -> Cells:
        from pyarrow import types

        kind = self._array.type
        if types.is_integer(kind) or types.is_float32(kind) or types.is_float64(kind):
            return NumberCells(self._array)
        value = kind.value_type if types.is_dictionary(kind) else kind
        if types.is_string(value) or types.is_large_string(value):
            with _whole():
                return NumberTexts(*_different(self._array), decimal, missing)
        return self

    @cached_property
    def _encoded(self) -> Cells:
        from pyarrow import ArrowNotImplementedError

        with _whole():
            try:
                codes, different = _different(self._array)
            except ArrowNotImplementedError:  # of lists, for one
                return ListedCells(without_booleans(as_cells(self._array.to_pylist())))
            return _merged(codes, without_booleans(as_cells(different.to_pylist())))


class EncodedCells(Cells):
    """Cells as `codes`, which are places in `cells`, where the different ones are in the order of their first rows."""

    def __init__(self, codes: NDArray[Any], cells: Sequence[Cell]) -> None:
        self._codes, self._cells = codes, cells

    @cached_property
    def counts(self) -> Mapping[Cell, int]:
        import numpy

        return dict(zip(self._cells, numpy.bincount(self._codes).tolist(), strict=True))

    def first(self) -> Mapping[Cell, int]:
        import numpy

        highest = numpy.maximum.accumulate(self._codes)
        return dict(zip(self._cells, highest.searchsorted(range(len(self._cells))).tolist(), strict=True))

    def rows_of(self, cells: Collection[Cell], most: int) -> Sequence[int]:
        import numpy

        wanted = numpy.array([cell in cells for cell in self._cells])
        rows: list[int] = numpy.flatnonzero(wanted[self._codes])[:most].tolist()
        return rows


class NumberCells(Cells):
    """Numbers, of which those that are missing, not finite or negative are counted, and only some of them named.

    `counts` has null for the missing ones, the infinities, the first few negative numbers, the smallest and the
    largest number, in the order of their rows within each of these. All the negative rows are counted as the smallest.
    """

    def __init__(self, array: Any) -> None:
        import numpy
        from pyarrow import types

        if array.null_count:
            self._missing = array.is_null().to_numpy(zero_copy_only=False)
            array = array.fill_null(0)
        else:
            self._missing = numpy.zeros(len(array), bool)
        self._values = array.to_numpy()
        if types.is_floating(array.type):
            self._missing = self._missing | numpy.isnan(self._values)

    @cached_property
    def counts(self) -> Mapping[Cell, int]:
        import numpy

        missing = int(numpy.count_nonzero(self._missing))
        counts: dict[Cell, int] = {None: missing} if missing else {}
        values = self._values[~self._missing] if missing else self._values
        if len(values) and not numpy.isfinite(values[[values.argmin(), values.argmax()]]).all():
            finite = numpy.isfinite(values)
            counts |= ListedCells(values[~finite].tolist()).counts
            values = values[finite]
        if len(values):
            smallest, largest = values[values.argmin()].item(), values[values.argmax()].item()
            if smallest < 0:
                negative = values < 0
                counts |= dict.fromkeys(_first_different(values, negative), 0)
                counts[smallest] = int(numpy.count_nonzero(negative))
            counts.setdefault(smallest, 0)
            counts.setdefault(largest, 0)
        return counts

    def first(self) -> Mapping[Cell, int]:
        return {cell: self.rows_of((cell,), 1)[0] for cell in self.counts}

    def rows_of(self, cells: Collection[Cell], most: int) -> Sequence[int]:
        import numpy

        numbers = [cell for cell in cells if cell is not None]
        found = numpy.isin(self._values, numpy.array(numbers, self._values.dtype)) & ~self._missing
        rows: list[int] = numpy.flatnonzero(found | self._missing if None in cells else found)[:most].tolist()
        return rows


def _first_different(values: NDArray[Any], wanted: NDArray[Any]) -> list[Cell]:
    """The first different ones of the wanted values."""
    from pyarrow import array

    for rows in (_FIRST_LOOK, len(values)):
        found: list[Cell] = array(values[:rows][wanted[:rows]]).unique()[:KEPT_VALUES].to_pylist()
        if len(found) == KEPT_VALUES:
            break
    return found


@contextmanager
def _whole() -> Iterator[None]:
    """Raises Damaged over texts that are none."""
    try:
        yield
    except faults() as problem:
        raise Damaged from problem


def _different(array: Any) -> tuple[NDArray[Any], Any]:
    """The different values of an array in the order of their first rows, and of each row the place among them."""
    from pyarrow import types

    if types.is_dictionary(array.type):  # whose entries may be more than those that are met, in any order
        encoded = array.indices.dictionary_encode(null_encoding="encode")
        return encoded.indices.to_numpy(), array.dictionary.take(encoded.dictionary)
    encoded = array.dictionary_encode(null_encoding="encode")
    return encoded.indices.to_numpy(), encoded.dictionary


def _merged(codes: NDArray[Any], cells: Sequence[Cell]) -> EncodedCells:
    """Codes that are the same where cells are the same to Python, such as NaN and null, or 0.0 and -0.0."""
    import numpy

    places = {cell: place for place, cell in enumerate(dict.fromkeys(cells))}
    if len(places) == len(cells):
        return EncodedCells(codes, cells)
    return EncodedCells(numpy.array([places[cell] for cell in cells])[codes], tuple(places))


def as_cells(values: list[Any]) -> list[Cell]:
    """Values of one column as cells."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds <= {str, int, bool}:
        return values
    return [_cell(value) for value in values]


def _cell(value: str | float | Decimal | date | time | list[Any] | None) -> Cell:
    if isinstance(value, list):
        return tuple(_item(item) for item in value)
    return _item(value)


def _item(value: str | float | Decimal | date | time | None) -> Item:
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return None if isinstance(value, float) and isnan(value) else value


def faults() -> tuple[type[Exception], ...]:
    """What pyarrow raises over a damaged file."""
    from pyarrow import ArrowException

    return (ArrowException, OSError, UnicodeDecodeError)
