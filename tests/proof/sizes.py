"""Sizes that no machine holds, each with what `specrun check` has to say of it: a code, or a plan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PLAN: Final = "plan"
"""Nothing is wrong with a spec that cannot be told before its data are counted, or that some machine holds."""
LARGEST: Final = 2**31 - 1
"""The largest number that most options take."""

ROWS: Final = "a,b,c,l,y\n" + "".join(f"{i},x{i % 3},z{i % 2},{i} {i},{i % 2}\n" for i in range(100))
"""The file `rows.csv`: a number, two categories, a list of two numbers, and the target."""
WIDE: Final = "wide.csv"
"""A file of `WIDE_COLUMNS` columns, in each of which every cell is another text."""
WIDE_COLUMNS: Final = 1000


@dataclass(frozen=True, slots=True)
class Size:
    """A spec as its parts, and what `says` a check of it: a code, or `PLAN`."""

    says: str
    spec: Mapping[str, Any]

    def text(self) -> str:
        """The spec as JSON, which is YAML, in lines that are not too long."""
        return json.dumps(self.spec, indent=0)


def lay_data(folder: Path) -> None:
    """Write the files that the specs name."""
    (folder / "rows.csv").write_text(ROWS, "utf-8")
    names = [f"c{i}" for i in range(WIDE_COLUMNS)]
    cells = (",".join([*(f"{name}_{row}" for name in names), str(row % 2)]) for row in range(100))
    (folder / WIDE).write_text("\n".join([",".join([*names, "y"]), *cells]) + "\n", "utf-8")


def _iris(says: str, **changes: object) -> Size:
    base = {
        "specrun": 1,
        "name": "size",
        "data": {"dataset": "iris"},
        "features": {"*": "number"},
        "target": "target",
        "classes": [0, 1, 2],
        "layers": [],
    }
    return Size(says, _without_null(base | changes))


def _layers(says: str, *layers: object) -> Size:
    return _iris(says, layers=list(layers))


def _rows(
    says: str, features: Mapping[str, object], *layers: object, file: str = "rows.csv", **changes: object
) -> Size:
    base = {
        "specrun": 1,
        "name": "size",
        "data": {"path": file},
        "features": features,
        "target": "y",
        "classes": [0, 1],
        "layers": list(layers),
    }
    return Size(says, _without_null(base | changes))


def _without_null(spec: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in spec.items() if value is not None}


def _tower(layers: int) -> list[object]:
    """Each layer joins the one before to itself, very often."""
    joined = ({"Concatenate": {"inputs": [f"x{i}"] * 1000, "name": f"x{i + 1}"}} for i in range(layers))
    return [{"Dense": {"units": 8, "name": "x0"}}, *joined]


_IMAGE: Final = {"Reshape": [2, 2, 1]}
_STEPS: Final = {"Reshape": [4, 1]}
_POOLED: Final = "GlobalMaxPooling2D"
_IN_BLOCKS: Final = {
    **{f"b{i}": {"layers": [{f"b{i + 1}": {"repeat": 100}}]} for i in range(15)},
    "b15": {"layers": [{"Dense": 8}]},
}

SIZES: Final[Mapping[str, Size]] = {
    # units, filters, and stacks whose product explodes
    "units beyond all bounds": _layers("S106", {"Dense": 10**12}),
    "units of 300 digits": _layers("S106", {"Dense": 10**299}),
    "the most units": _layers(PLAN, {"Dense": LARGEST}),
    "a million units twice": _layers(PLAN, {"Dense": 10**6}, {"Dense": 10**6}),
    "the most units twice": _layers("S303", {"Dense": LARGEST}, {"Dense": LARGEST}),
    "the most units fifty times": _layers("S303", *[{"Dense": LARGEST}] * 50),
    "filters, flattened": _layers(
        "S303", _IMAGE, {"Conv2D": {"filters": LARGEST, "kernel_size": 1}}, "Flatten", {"Dense": LARGEST}
    ),
    "a kernel": _layers("S303", _IMAGE, {"Conv2D": {"filters": 8, "kernel_size": LARGEST, "padding": "same"}}, _POOLED),
    "a transposed kernel": _layers(
        "S303", _IMAGE, {"Conv2DTranspose": {"filters": 8, "kernel_size": LARGEST, "strides": LARGEST}}, _POOLED
    ),
    "strides": _layers(PLAN, _IMAGE, {"Conv2D": {"filters": 8, "kernel_size": 1, "strides": LARGEST}}, _POOLED),
    "upsampling": _layers("S303", _IMAGE, {"UpSampling2D": LARGEST}, _POOLED),
    "upsampling, eight times": _layers("S303", _IMAGE, *[{"UpSampling2D": LARGEST}] * 8, _POOLED),
    "padding": _layers("S303", _IMAGE, {"ZeroPadding2D": LARGEST}, _POOLED),
    "repetition of a vector": _layers(
        "S303", {"RepeatVector": LARGEST}, "Flatten", {"RepeatVector": LARGEST}, "Flatten"
    ),
    "a shape of no end": _layers("S301", {"Reshape": [LARGEST] * 8}),
    "a shape of too many axes": _layers("S107", {"Reshape": [1] * 10_000}),
    "resizing": _layers("S303", _IMAGE, {"Resizing": {"height": LARGEST, "width": LARGEST}}, _POOLED),
    "heads": _layers("S303", _STEPS, {"MultiHeadAttention": {"num_heads": LARGEST, "key_dim": LARGEST}}, "Flatten"),
    "a recurrent state": _layers("S303", _STEPS, {"LSTM": LARGEST}),
    "a layer for each step": _layers(
        "S303", _STEPS, {"TimeDistributed": {"layer": {"Dense": LARGEST}}}, "Flatten", {"Dense": LARGEST}
    ),
    "an equation": _layers(
        "S303", {"EinsumDense": {"equation": "ab,bc->ac", "output_shape": [LARGEST]}}, {"Dense": 10**6}
    ),
    "a tower of joins": _iris("S303", layers=_tower(40)),
    "ten thousand joins": _iris(PLAN, layers=_tower(1)),
    # how many layers there are
    "a million times a layer": _layers("S106", {"Dense": {"units": 8, "repeat": 10**6}}),
    "ten thousand layers": _layers(PLAN, {"ReLU": {"repeat": 9_990}}),
    "a hundred thousand layers": _layers("S507", *[{"ReLU": {"repeat": 10_000}}] * 10),
    "a million times a block": _iris(
        "S106", blocks={"b": {"layers": [{"Dense": 8}]}}, layers=[{"b": {"repeat": 10**6}}]
    ),
    "a million times, in blocks": _iris(
        "S507",
        blocks={"b": {"layers": [{"Dense": {"units": 8, "repeat": 1000}}]}},
        layers=[{"b": {"repeat": 1000}}],
    ),
    "blocks in blocks in blocks": _iris("S507", blocks=_IN_BLOCKS, layers=[{"b0": {"repeat": 100}}]),
    # classes, targets and training
    "a hundred thousand classes": _iris("Y122", classes=list(range(10**5))),
    "a hundred thousand classes of texts": _iris("Y122", classes=[f"c{i}" for i in range(10**5)]),
    "weights of so many classes": _iris("Y122", training={"class_weights": [1] * 10**5}),
    "a thousand targets": _iris(
        PLAN,
        target=None,
        classes=None,
        targets={f"t{i}": {"column": "target", "type": "number"} for i in range(1000)},
    ),
    "a batch beyond all bounds": _iris("S106", training={"batch_size": 10**12}),
    "the largest batch": _iris(PLAN, training={"batch_size": LARGEST}),
    "the most epochs": _iris(PLAN, training={"epochs": LARGEST}),
    "folds": _iris("S106", data={"dataset": "iris", "split": {"folds": 10**9}}),
    "a seed": _iris("S106", training={"seed": 10**299}),
    "thresholds": _rows("S106", {"a": "number"}, training={"metrics": [{"AUC": {"num_thresholds": LARGEST}}]}),
    # features
    "an image": _rows("S106", {"b": {"type": "image", "size": [10**6, 10**6]}}),
    "a vector": _rows("D210", {"l": {"type": "vector", "size": 10**9}}),
    "a sequence": _rows(
        PLAN, {"l": {"type": "sequence", "length": 10**9}}, {"Embedding": {"output_dim": 8}}, "Flatten"
    ),
    "a longest sequence, embedded": _rows(
        "S303", {"l": {"type": "sequence", "length": LARGEST}}, {"Embedding": {"output_dim": 10**6}}, "Flatten"
    ),
    "a vocabulary of items": _rows(
        "S303",
        {"l": {"type": "sequence", "length": 3, "vocabulary": LARGEST}},
        {"Embedding": {"output_dim": LARGEST}},
        "Flatten",
    ),
    "a vocabulary of words": _rows(
        PLAN, {"b": {"type": "text", "vocabulary": 10**9}}, {"Embedding": {"output_dim": 8}}, "Flatten"
    ),
    "a bag of words": _rows(
        "S303", {"b": {"type": "text", "vocabulary": 10**9, "output": "multi_hot"}}, {"Dense": 100_000}
    ),
    "a length of texts": _rows(
        PLAN, {"b": {"type": "text", "length": 10**9}}, {"Embedding": {"output_dim": 8}}, "Flatten"
    ),
    "the dimension of an embedding": _rows(
        "S303", {"b": {"type": "category", "encoding": "embedding", "dim": LARGEST}}, {"Dense": 10**6}
    ),
    "bins": _rows(PLAN, {"b": {"type": "category", "encoding": "hashing", "bins": LARGEST}}),
    "bins before a layer": _rows(
        "S303", {"b": {"type": "category", "encoding": "hashing", "bins": LARGEST}}, {"Dense": 100_000}
    ),
    "a cross": _rows(
        "S303",
        {"b": "category", "c": "category", "bc": {"type": "cross", "of": ["b", "c"], "buckets": LARGEST}},
        {"Dense": 100_000},
    ),
    "buckets of a number": _rows("Y122", {"a": {"type": "number", "buckets": list(range(10**5))}}),
    "a thousand one-hot columns": _rows("D307", {"*": "category"}, file=WIDE),
    "a window": _rows("D230", {"a": {"type": "timeseries", "window": 10**9}}, target={"column": "a"}, classes=None),
    "a horizon": _rows(
        "D230",
        {"a": {"type": "timeseries", "window": 3}},
        target={"column": "a", "horizon": 10**9},
        classes=None,
    ),
}
"""By their names, specs that ask for more than there is."""

WORST: Final = (
    "a hundred thousand classes of texts",
    "weights of so many classes",
    "ten thousand layers",
    "a tower of joins",
    "a thousand one-hot columns",
)
"""Those that take most of the time and memory of a check."""
