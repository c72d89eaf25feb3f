"""Specs with texts in every place that takes one, many of them where there may be many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

from specrun.compiler.data import Column
from tests.hostile.drawing import Again, Draw

Drawn: TypeAlias = Draw | Again
Tree: TypeAlias = dict[str, Any]

RELU = {"units": 4, "activation": "relu"}


@dataclass(frozen=True, slots=True)
class Scene:
    """A spec, and the columns that its data are made out to have."""

    spec: Tree
    columns: tuple[Column, ...]


def plain(draw: Drawn, random: Random) -> Scene:
    """Columns of numbers, texts and booleans in a plain stack: what every kind of script can hold."""
    kinds: list[Any] = [
        *["number"] * 16,
        *[{"type": "number", "missing": "mean"}] * 8,
        *[{"type": "number", "normalize": "minmax", "missing": "mean"}] * 6,
        *["category"] * 26,
        *({"type": "boolean", "values": _several(draw.text, 2), "missing": missing} for missing in ("error", "true")),
    ]
    *columns, target = _several(draw.column, len(kinds) + 5)
    split, by = _parted(draw, random)
    data = {
        "path": draw.path(".csv"),
        "format": "csv",
        "decimal": ".",
        "separator": draw.text(1, same=",", apart='."\r\n'),
        "missing": [draw.text(same=("nan",)) for _ in range(16)],
        "strip": random.random() < 0.2,
        "split": split,
        **({"columns": [*columns, target, *by]} if random.random() < 0.3 else {}),
    }
    spec = {
        "data": data,
        "features": {**dict(zip(columns, kinds, strict=False)), "*": "number"},
        "target": {"column": target} if random.random() < 0.5 else target,
        "classes": _several(draw.text, random.choice((2, 20))),
        "layers": [{"Dense": RELU}, {"Dense": RELU}],
    }
    return _scene(draw, spec, *columns, target, *by)


def encodings(draw: Drawn, random: Random) -> Scene:
    """All the ways of categories, and crosses of them."""
    kinds: list[Any] = [
        *[{"type": "category", "encoding": "embedding", "dim": 4}] * 12,
        *[{"type": "category", "encoding": "hashing", "bins": 4}] * 12,
        *[{"type": "category", "unknown": "zeros", "missing": "unknown"}] * 12,
        *[{"type": "number", "buckets": [0, 1]}] * 12,
    ]
    *columns, target = _several(draw.column, len(kinds) + 1)
    crosses = {draw.column(): {"type": "cross", "of": columns[i : i + 2], "buckets": 8} for i in (0, 12, 23)}
    markers = [draw.text(same=("nan",)) for _ in range(16)]
    spec = {
        "data": {"path": draw.path(".csv"), "format": "csv", "missing": markers},
        "features": {**dict(zip(columns, kinds, strict=True)), **crosses},
        "target": target,
        "layers": random.choice(([], [{"Dense": RELU}])),
    }
    return _scene(draw, spec, *columns, target)


def lists(draw: Drawn, random: Random) -> Scene:  # noqa: ARG001 - as every scene
    """Lists in cells, dates in formats of their own, words."""
    vectors, sequences, sets, moments, words = (_several(draw.column, 8) for _ in range(5))
    target, names = draw.column(), _several(draw.name, 2)
    features: Tree = {column: {"type": "vector", "size": 3, "separator": draw.text(20)} for column in vectors}
    for column in sequences:
        features[column] = {"type": "sequence", "length": 4, "of": "number", "separator": draw.text(20)}
    features |= {column: {"type": "set", "separator": draw.text(20)} for column in sets}
    features |= {column: {"type": "datetime", "parts": ["month"], "format": draw.format()} for column in moments}
    features |= {
        column: {"type": "text", "output": "multi_hot", "vocabulary": 9, "missing": "empty"} for column in words
    }
    spec = {
        "data": {"path": draw.path(".csv"), "format": "csv", "missing": [draw.text(same=("nan",)) for _ in range(16)]},
        "features": features,
        "groups": {"flat": [*vectors, *sets, *moments, *words], "series": sequences},
        "target": {"column": target, "type": "labels", "separator": draw.text(10)},
        "classes": _several(draw.text, 20),
        "layers": [
            {"LSTM": {"units": 4, "inputs": "series", "name": names[0]}},
            {"Dense": {"units": 4, "inputs": "flat", "name": names[1]}},
            {"Concatenate": {"inputs": names}},
        ],
    }
    return _scene(draw, spec, *features, target)


def graph(draw: Drawn, random: Random) -> Scene:  # noqa: ARG001
    """Layers that take what they name, several outputs."""
    numbers, words, targets = (_several(draw.column, count) for count in (12, 12, 8))
    names, outputs = _several(draw.name, 8), _several(draw.output, 5)
    layers = [
        {"Dense": {"units": 4, "inputs": numbers[0], "name": names[0]}},
        {"Concatenate": {"inputs": ["wide", words[9]], "name": names[1]}},
        {"Dense": {"units": 4, "inputs": ["deep"], "name": names[2]}},
        {"Concatenate": {"inputs": [names[0], names[1], numbers[10]], "name": names[3]}},
        {"Dense": {"units": 4, "name": names[4]}},
        {"Shared": {"layer": names[2], "inputs": "deep", "name": names[5]}},
        {"Add": {"inputs": [names[4], names[5], names[2]], "name": names[6]}},
        {"Concatenate": {"inputs": [names[6], numbers[11]], "name": names[7]}},
    ]
    cells = {"type": "labels", "separator": draw.text(10), "classes": _several(draw.text, 12)}
    spec = {
        "data": {"path": draw.path(".jsonl"), "format": "jsonl", "missing": _several(draw.text, 4)},
        "features": {**dict.fromkeys(numbers, "number"), **dict.fromkeys(words, "category")},
        "groups": {"wide": [*numbers[1:4], *words[:4]], "deep": [*numbers[4:10], *words[4:]]},
        "layers": layers,
        "targets": {
            outputs[0]: {"column": targets[0], "classes": _several(draw.text, 12), "from": names[3]},
            outputs[1]: {"type": "number", "column": targets[1], "from": names[7]},
            outputs[2]: {"column": targets[2:6], "type": "labels", "weight": 0.5},
            outputs[3]: {"column": targets[6], **cells},
            outputs[4]: {"column": targets[7], "type": "ordinal", "classes": _several(draw.text, 12)},
        },
    }
    return _scene(draw, spec, *numbers, *words, *targets)


def several(draw: Drawn, random: Random) -> Scene:
    """Several numbers, or labels with a column each, from files that have types."""
    kinds = ("category", "number", {"type": "number", "missing": "median"}, "boolean", "number", "category")
    physical = ("text", "integer", "number", "boolean", "text", "number")
    columns, targets = _several(draw.column, 48), _several(draw.column, 16)
    is_numbers = random.random() < 0.5
    track = {"tensorboard": {"directory": draw.text()}, "mlflow": {"uri": draw.text(), "experiment": draw.text()}}
    spec = {
        "data": {"path": draw.path(".parquet"), "format": "parquet", "missing": _several(draw.text, 8)},
        "features": {column: kinds[i % 6] for i, column in enumerate(columns)},
        "target": targets if is_numbers else {"column": targets, "type": "labels"},
        "layers": [{"Dense": RELU}],
        "training": {"callbacks": random.choice(([], [{"EarlyStopping": {"monitor": "loss"}}])), "track": track},
    }
    typed = [Column(column, physical[i % 6]) for i, column in enumerate(columns)]
    typed += [Column(target, "number" if is_numbers else "boolean") for target in targets]
    return Scene({"description": draw.description(), **spec}, tuple(typed))


def series(draw: Drawn, random: Random) -> Scene:
    """Rows in the order of time, looked at through windows."""
    values, words, numbers = (_several(draw.column, 20) for _ in range(3))
    split: Tree = random.choice(({"shuffle": False}, {"time": draw.column()}))
    spec = {
        "data": {"path": draw.path(".csv"), "format": "csv", "split": split, "missing": _several(draw.text, 8)},
        "features": {
            **{column: {"type": "timeseries", "window": 4} for column in values},
            **dict.fromkeys(words, "category"),
            **{column: {"type": "number", "missing": "mean"} for column in numbers},
        },
        "target": {"column": values[0], "horizon": random.choice((1, 3))},
        "layers": [{"GRU": {"units": 4, "name": draw.name()}}],
    }
    return _scene(draw, spec, *values, *words, *numbers, *(name for name in split.values() if isinstance(name, str)))


def images(draw: Drawn, random: Random) -> Scene:
    """Images: of a folder for each class, or of paths in a column."""
    image = {"type": "image", "size": [8, 8], "augment": [{"RandomFlip": "horizontal"}]}
    spec = {
        "classes": _several(draw.text, 60),
        "layers": [{"Conv2D": {"filters": 2, "kernel_size": 3}}, "Flatten"],
    }
    if random.random() < 0.5:
        data = {"path": draw.path(""), "format": "image_folder"}
        return _scene(draw, {**spec, "data": data, "features": {"image": image}}, "image", "label")
    column, target = draw.column(), draw.column()
    data = {"path": draw.path(".csv"), "format": "csv"}
    spec |= {"data": data, "features": {column: {**image, "folder": draw.text()}}, "target": target}
    return _scene(draw, spec, column, target)


def short(draw: Drawn, random: Random) -> Scene:  # noqa: ARG001
    """Parameters and blocks, whose values become those of a spec."""
    columns = _several(draw.column, 30)
    first = draw.text()
    spec = {
        "parameters": {
            "path": {"type": "text", "default": draw.path(".csv"), "doc": draw.text()},
            "marker": draw.text(),
            "first": {"choices": [first, draw.text()], "default": first},
            "second": draw.text(),
            "taken": columns[0],
        },
        "blocks": {
            "stem": {
                "doc": draw.text(),
                "parameters": {"takes": {"type": "text", "doc": draw.text(), "default": columns[2]}},
                "layers": [{"Concatenate": {"inputs": ["input", "$takes", "$taken"]}}, {"Dense": 2}],
            }
        },
        "data": {"path": "$path", "format": "csv", "missing": ["$marker", draw.text()]},
        "features": dict.fromkeys(columns[:-1], "number"),
        "target": columns[-1],
        "classes": ["$first", "$second", *_several(draw.text, 30)],
        "layers": [
            {"stem": {"inputs": columns[1], "name": "one_of_two"}},
            {"stem": {"inputs": columns[3:-1], "name": "two_of_two", "takes": columns[1]}},
            {"Concatenate": {"inputs": ["one_of_two", "two_of_two"]}},
            {"stem": columns[0]},
        ],
    }
    return _scene(draw, spec, *columns)


SCENES: Mapping[str, Callable[[Drawn, Random], Scene]] = {
    make.__name__: make for make in (plain, encodings, lists, graph, several, series, images, short)
}


def _several(draw: Callable[[], str], count: int) -> list[str]:
    return [draw() for _ in range(count)]


def _scene(draw: Drawn, spec: Tree, *columns: str) -> Scene:
    """A scene with a description, whose columns are all texts to the file."""
    return Scene({"description": draw.description(), **spec}, tuple(Column(c, "text") for c in dict.fromkeys(columns)))


def _parted(draw: Drawn, random: Random) -> tuple[Tree, list[str]]:
    """How the rows are parted, and the columns that say so."""
    way = random.choice(("group", "time", "column", "", ""))
    shares: Tree = {} if way == "column" else {"test": 0.3, "validation": 0.1}
    if not way:
        return {**shares, **random.choice(({}, {"stratify": True}, {"shuffle": False}))}, []
    column = draw.column()
    return {**shares, way: column}, [column]
