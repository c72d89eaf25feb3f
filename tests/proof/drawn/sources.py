"""What specs are drawn of: data files with their dialects, and names that are like other things."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final, Literal

from tests.parity.workplace import lay_out, make_rows


@dataclass(frozen=True, slots=True)
class File:
    """The options that say how a file is written, its columns, and some of the texts that each of them has."""

    data: Mapping[str, Any]
    columns: tuple[str, ...]
    texts: Mapping[str, Sequence[Any]] = field(default_factory=dict)


_DIALECTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "plain.csv": {},
    "plain.tsv": {},
    "part-?.csv": {},
    "gaps.csv": {"missing": ["NA", "?"]},
    "blanks.csv": {"missing": ["NA", "?"], "strip": True},
    "commas.csv": {"missing": ["NA", "?"], "strip": True, "separator": ";"},
    "german.csv": {"separator": ";", "encoding": "latin-1"},
    "wide.csv": {"encoding": "utf-16"},
    "quotes.csv": {"quoting": False},
    "bare.csv": {"columns": None},
    "odd.csv": {},
    "layers.csv": {},
    "hostile.csv": {},
    "words.csv": {"missing": ["NA", "?"]},
    "words_german.csv": {"separator": ";", "decimal": ",", "missing": ["?"]},
    "nulls.parquet": {},
    "words.parquet": {},
    "nulls.jsonl": {},
    "loose.jsonl": {},
    "words.jsonl": {"missing": ["NA"]},
    "pictures.csv": {},
}
NAMES: Final = (
    *("model", "train", "test", "validation", "data", "rows", "inputs", "name", "features", "keras", "pd", "np", "tf"),
    *("layers", "ops", "class", "lambda", "None", "True", "self", "print", "x", "y", "_", "__init__", "1x", "a.b"),
    *("Dense", "dense", "dense_1", "Concatenate", "concatenate", "input", "output", "loss", "val_loss", "accuracy"),
    *("classes", "batches", "encode", "served", "raw", "columns", "epoch", "normalization", "functional", "sequential"),
)
"""Names that mean something to Python, to Keras or to a script."""
_ODD: Final = ('a "b"', "it's", "größe: 1", "\\n", "a/b", "a b", "#x", "{x}", "%s", "$$x", "📏", "x\ty", "", "- x", "*")
PATTERNS: Final = ("%Y-%m-%d", "%d.%m.%Y %H:%M", "%Y%m%d")


def lay_out_files(folder: Path) -> None:
    """Write all the files, those of the parity cases and one whose columns are called as other things are."""
    folder.mkdir(parents=True, exist_ok=True)
    lay_out(folder)
    frame = make_rows()
    names = [*NAMES, *(name for name in _ODD if name)]
    Random(0).shuffle(names)
    frame.set_axis(names[: len(frame.columns)], axis=1).to_csv(folder / "hostile.csv", index=False)


@cache
def files(folder: Path) -> Mapping[str, File]:
    """The files of a folder, by their names, and the data sets that ship with scikit-learn."""
    return {name: _file(folder, name, dict(dialect)) for name, dialect in _DIALECTS.items()} | {
        **{name: _data_set(name) for name in ("iris", "wine", "breast_cancer", "diabetes")},
        "images": File({"path": "images", "format": "image_folder"}, ("image", "label")),
    }


def _data_set(name: str) -> File:
    from sklearn import datasets

    found = getattr(datasets, f"load_{name}")()
    return File({"dataset": name}, (*map(str, found.feature_names), "target"))


def _file(folder: Path, name: str, dialect: dict[str, Any]) -> File:
    if "columns" in dialect:
        dialect["columns"] = list(make_rows().columns)
    rows = _rows(next(folder.glob(name)), dialect)
    columns = tuple(rows[0])
    texts = {column: _different(row.get(column) for row in rows) for column in columns}
    return File({"path": name, **dialect}, columns, texts)


def _rows(path: Path, dialect: Mapping[str, Any]) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        import pyarrow.parquet

        rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
        return rows
    text = path.read_text(dialect.get("encoding", "utf-8-sig"))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.split("\n") if line]
    separator = "\t" if path.suffix == ".tsv" else dialect.get("separator", ",")
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if dialect.get("quoting", True) else csv.QUOTE_NONE
    names: list[str] | None = dialect.get("columns")
    return list(csv.DictReader(io.StringIO(text, newline=""), names, delimiter=separator, quoting=quoting))


def _different(cells: Any) -> tuple[Any, ...]:
    """The different texts and numbers among some cells, at most ten."""
    texts = (cell.strip() if isinstance(cell, str) else cell for cell in cells if isinstance(cell, str | int))
    return tuple(dict.fromkeys(texts))[:10]
