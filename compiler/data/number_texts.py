"""Numbers that are written as texts, the different ones of a column read as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from specrun.compiler.data.batch import KEPT_VALUES, Cells
from specrun.compiler.data.table import Cell

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PLAIN = r"^[ \t]*[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?[ \t]*$"
"""Texts that are finite numbers to every reader; of others, each is judged by itself."""


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
        values, plain, marked = _read(self._texts, self._decimal)
        plain &= ~_among(self._texts, self._missing)
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


def _read(texts: Any, decimal: str) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
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


def _among(texts: Any, some: Collection[str]) -> NDArray[Any]:
    from pyarrow import array, compute

    return _mask(compute.is_in(texts, array(list(some), texts.type)))


def _mask(booleans: Any) -> NDArray[Any]:
    mask: NDArray[Any] = booleans.fill_null(False).to_numpy(zero_copy_only=False)
    return mask
