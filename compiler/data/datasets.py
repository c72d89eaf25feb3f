"""The data sets that ship with scikit-learn, known by heart so that checking a spec does not need scikit-learn."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from specrun.compiler.data.table import Column, Row, Table
from specrun.compiler.diagnostics import Diagnostic, Span
from specrun.compiler.suggest import did_you_mean, listed


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set as `function(as_frame=True).frame` gives it.

    The last column is `target`; `classes` are its values in order, none where it is a number.
    """

    name: str
    function: str
    columns: tuple[Column, ...]
    rows: int
    classes: tuple[int, ...] = ()


def _dataset(name: str, rows: int, classes: int, inputs: tuple[str, ...]) -> Dataset:
    target = Column("target", "integer" if classes else "number")
    columns = (*(Column(column, "number") for column in inputs), target)
    return Dataset(name, f"sklearn.datasets.load_{name}", columns, rows, tuple(range(classes)))


_MEASURES = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)
_CELL_NUCLEI = (
    *(f"mean {measure}" for measure in _MEASURES),
    *(f"{measure} error" for measure in _MEASURES),
    *(f"worst {measure}" for measure in _MEASURES),
)
_WINE = (
    "alcohol",
    "malic_acid",
    "ash",
    "alcalinity_of_ash",
    "magnesium",
    "total_phenols",
    "flavanoids",
    "nonflavanoid_phenols",
    "proanthocyanins",
    "color_intensity",
    "hue",
    "od280/od315_of_diluted_wines",
    "proline",
)
_IRIS = tuple(f"{part} {side} (cm)" for part in ("sepal", "petal") for side in ("length", "width"))
_DIABETES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
_DIGITS = tuple(f"pixel_{row}_{column}" for row in range(8) for column in range(8))

DATASETS = {
    dataset.name: dataset
    for dataset in (
        _dataset("iris", 150, 3, _IRIS),
        _dataset("wine", 178, 3, _WINE),
        _dataset("breast_cancer", 569, 2, _CELL_NUCLEI),
        _dataset("diabetes", 442, 0, _DIABETES),
        _dataset("digits", 1797, 10, _DIGITS),
    )
}


class DatasetTable(Table):
    """A data set's columns; its values are trusted, so it yields no rows."""

    def __init__(self, dataset: Dataset) -> None:
        super().__init__(dataset.columns)
        self.dataset = dataset

    def about(self) -> int:
        """See Table."""
        return self.dataset.rows

    def rows(self, problems: list[Diagnostic] | None = None) -> Generator[Row, None, None]:  # noqa: ARG002 - as every table
        """No rows."""
        yield from ()


def open_dataset(name: str, span: Span) -> tuple[Table | None, tuple[Diagnostic, ...]]:
    """The table of a data set by its name."""
    if name in DATASETS:
        return DatasetTable(DATASETS[name]), ()
    hint = did_you_mean(name, DATASETS, f"the data sets are {listed(DATASETS)}")
    return None, (Diagnostic("D122", f"there is no data set `{name}`", span, hint),)
