"""Numbers of a series: what they were in the rows before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from specrun.compiler.features.number import Number
from specrun.compiler.language.fragments import COUNT
from specrun.compiler.language.options import option


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeseries(Number):
    """A number over a window of rows, of shape `(batch, window, 1)`, or `(batch, window, buckets + 1)`.

    With one of these, the rows of a spec are a series, and all of its features are taken over the same window.
    """

    kind: ClassVar[str] = "timeseries"
    plural: ClassVar[str] = "SERIES"
    doc: ClassVar[str] = (
        "A number over the rows before, in the order of time: what follows them is predicted. The saved model takes a"
        " whole window of each feature, the latest row last."
    )

    window: int = option(
        schema=COUNT,
        doc="How many rows a sample looks back on; every feature of the spec is taken over the same window.",
    )
