"""Columns of numbers, of which a few stand for all: those of which there is something to say, and the extremes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from specrun.compiler.data.batch import KEPT_VALUES, Cells, ListedCells
from specrun.compiler.data.table import Cell

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIRST_LOOK = 64
_PLAIN = r"^[ \t]*[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?[ \t]*$"
"""Texts that are finite numbers to every reader; of others, each is judged by itself."""


class NumberCells(Cells):
    """Numbers, of which those that are missing, not finite or negative are counted, and only some of them named.

    `counts` has null for the missing ones, the infinities, the first few negative numbers, the smallest and the
    largest number, in the order of their rows within each of these. All the negative rows are counted as the smallest.
    """

    def __init__(self, array: Any) -> None:
        self._missing = missing_numbers(array)
        self._values = (array.fill_null(0) if array.null_count else array).to_numpy()

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


class NumberTexts(Cells):
    """Texts, of which those are named that are no plain numbers, and a few for each thing that is said of numbers.

    `codes` are places in `texts`, an Arrow array of the different ones in the order of their first rows. `counts` has,
    in this order, each text that is no plain number or one of `missing`; the first few that are negative or have a
    decimal comma, or both, the last of which counts for all that follow; and of all plain numbers, so that the range
    and the decimal mark are seen, the smallest, the largest and the first with a mark.
    """

    def __init__(self, codes: NDArray[Any], texts: Any, decimal: str, missing: Collection[str]) -> None:
        self._codes, self._texts, self._decimal, self._missing = codes, texts, decimal, missing

    @cached_property
    def counts(self) -> Mapping[Cell, int]:
        return dict(zip(self._places, self._kept.values(), strict=True))

    def first(self) -> Mapping[Cell, int]:
        return {cell: self.rows_of((cell,), 1)[0] for cell in self.counts}

    def rows_of(self, cells: Collection[Cell], most: int) -> Sequence[int]:
        import numpy

        places = [self._places[cell] for cell in cells]
        rows: list[int] = numpy.flatnonzero(numpy.isin(self._codes, places))[:most].tolist()
        return rows

    @cached_property
    def _places(self) -> dict[Cell, int]:
        """Where the named texts stand."""
        return dict(zip(self._texts.take(list(self._kept)).to_pylist(), self._kept, strict=True))

    @cached_property
    def _kept(self) -> dict[int, int]:
        """The places of the named texts, in order, and what each counts for."""
        import numpy

        counts = numpy.bincount(self._codes, minlength=len(self._texts))
        values, plain, marked = read_numbers(self._texts, self._decimal)
        plain &= ~is_among(self._texts, self._missing)
        kept = {place: int(counts[place]) for place in numpy.flatnonzero(~plain).tolist()}
        for is_comma in (False, True):
            for is_negative in (False, True):
                says = ((values < 0) == is_negative) & ((marked & (self._decimal == ",")) == is_comma) & plain
                places = numpy.flatnonzero(says)
                if len(places) and (is_comma or is_negative):
                    kept |= _counted(places, counts)
        numbers = numpy.flatnonzero(plain)
        if len(numbers):
            extremes = (values[numbers].argmin(), values[numbers].argmax(), marked[numbers].argmax())
            kept = dict.fromkeys(numbers[list(extremes)].tolist(), 0) | kept
        return dict(sorted(kept.items()))


def _counted(places: NDArray[Any], counts: NDArray[Any]) -> dict[int, int]:
    """The first few places, the last of which counts for all that follow, too."""
    first = places[:KEPT_VALUES].tolist()
    kept = {place: int(counts[place]) for place in first}
    kept[first[-1]] += int(counts[places[KEPT_VALUES:]].sum())
    return kept


def read_numbers(texts: Any, decimal: str) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The numbers that texts are, which of them are plain ones, and which have a decimal mark."""
    import numpy
    from pyarrow import ArrowInvalid, compute

    marked = _mask(compute.match_substring(texts, decimal))
    plain = numpy.ones(len(texts), bool)
    if decimal == ",":
        plain &= ~_mask(compute.match_substring(texts, "."))
        texts = compute.replace_substring(texts, ",", ".")
    try:
        values = texts.cast("float64").to_numpy(zero_copy_only=False)
        if not texts.null_count and numpy.isfinite(values).all():
            return values, plain, marked
    except ArrowInvalid:
        pass
    plain &= _mask(compute.match_substring_regex(texts, _PLAIN))
    values = numpy.zeros(len(texts))
    values[plain] = compute.utf8_trim(texts.filter(plain), " \t").cast("float64")
    return values, plain, marked


def missing_numbers(array: Any) -> NDArray[Any]:
    """Which numbers are null, or none."""
    from pyarrow import compute

    return _mask(compute.is_null(array, nan_is_null=True))


def is_among(texts: Any, some: Collection[Cell]) -> NDArray[Any]:
    """Which texts, some of which may be null, are among some cells."""
    from pyarrow import array, compute

    return _mask(
        compute.is_in(texts, array([cell for cell in some if cell is None or isinstance(cell, str)], texts.type))
    )


def _mask(booleans: Any) -> NDArray[Any]:
    mask: NDArray[Any] = booleans.fill_null(False).to_numpy(zero_copy_only=False)
    return mask


def _first_different(values: NDArray[Any], wanted: NDArray[Any]) -> list[Cell]:
    """The first different ones of the wanted values."""
    from pyarrow import array

    for rows in (_FIRST_LOOK, len(values)):
        found: list[Cell] = array(values[:rows][wanted[:rows]]).unique()[:KEPT_VALUES].to_pylist()
        if len(found) == KEPT_VALUES:
            break
    return found
