"""Columns that are looked at as a whole, by pyarrow and NumPy, which are imported where they are needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, time
from decimal import Decimal
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING, Any

from specrun.compiler.data.batch import (
    Cells,
    Damaged,
    ListedCells,
    as_number,
    as_text_or_list,
    without_booleans,
)
from specrun.compiler.data.number_cells import NumberCells, NumberTexts, is_among, missing_numbers, read_numbers
from specrun.compiler.data.table import Cell, Item

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
        if _is_number(self._array.type):
            return NumberCells(self._array)
        if _is_text(self._array.type):
            with _whole():
                return NumberTexts(*_different(self._array), decimal, missing)
        return self

    def only(self, cells: Collection[Cell]) -> Cells:
        import numpy

        if _is_number(self._array.type) and all(cell is None or isinstance(cell, str) for cell in cells):
            is_one = missing_numbers(self._array)
        elif _is_text(self._array.type):
            with _whole():
                codes, different = _different(self._array)
                is_one = is_among(different, cells)[codes]
        else:
            return self
        rows = numpy.flatnonzero(is_one)
        return SomeCells(rows, ArrowCells(self._array.take(rows)))

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


class SomeCells(Cells):
    """The cells of some rows, the numbers of which are `rows`; other rows have none of them."""

    def __init__(self, rows: NDArray[Any], cells: Cells) -> None:
        self._rows, self._cells = rows, cells

    @property
    def counts(self) -> Mapping[Cell, int]:
        return self._cells.counts

    def first(self) -> Mapping[Cell, int]:
        return {cell: int(self._rows[number]) for cell, number in self._cells.first().items()}

    def rows_of(self, cells: Collection[Cell], most: int) -> Sequence[int]:
        return [int(self._rows[number]) for number in self._cells.rows_of(cells, most)]


def numbers_of(array: Any, decimal: str, missing: Collection[str]) -> Sequence[float | None]:
    """The values of an array as numbers, null where one is missing; of texts, each different one is read once."""
    import numpy

    if _is_number(array.type):
        return array.cast("float64", safe=False).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]
    with _whole():
        if not _is_text(array.type):
            cells = as_cells(array.to_pylist())
            return [None if cell in missing else as_number(cell, decimal) for cell in cells]
        codes, texts = _different(array)
        values, is_plain, _ = read_numbers(texts, decimal)
        is_plain = is_plain & ~is_among(texts, missing)
        places = numpy.flatnonzero(~is_plain)
        others = as_cells(texts.take(places).to_pylist())
        read = [None if cell in missing else as_number(cell, decimal) for cell in others]
        values = numpy.array(values)
        values[places] = [numpy.nan if number is None else number for number in read]
        return values[codes]  # type: ignore[no-any-return]


def texts_of(array: Any) -> Sequence[str | list[Item] | None]:
    """The values of an array as texts, or lists; each different text is made once."""
    import numpy
    from pyarrow import ArrowNotImplementedError

    with _whole():
        try:
            codes, different = _different(array)
        except ArrowNotImplementedError:  # of lists, for one
            return [as_text_or_list(cell) for cell in as_cells(array.to_pylist())]
        texts = numpy.empty(len(different), object)
        texts[:] = [as_text_or_list(cell) for cell in as_cells(different.to_pylist())]
        return texts[codes]  # type: ignore[no-any-return]


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


def _is_number(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_integer(kind) or types.is_float32(kind) or types.is_float64(kind))


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    value = kind.value_type if types.is_dictionary(kind) else kind
    return bool(types.is_string(value) or types.is_large_string(value))


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
