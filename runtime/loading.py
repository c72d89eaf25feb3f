"""A run from its directory: the plan, what was learnt and the weights, all of them data and none of them objects.

Each file is held against the manifest, and its content against what it may be, before anything is made of it.
"""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, TypeVar

from specrun.compiler.diagnostics import SpecError
from specrun.compiler.expressions import statistics_of
from specrun.compiler.plan import Plan
from specrun.compiler.plan_json import FILE as PLAN
from specrun.compiler.plan_json import from_json
from specrun.compiler.strict_json import parse
from specrun.runtime.arrays import Wanted, read_arrays
from specrun.runtime.evaluate import Evaluator
from specrun.runtime.identity import FILE as RECORD
from specrun.runtime.identity import as_record
from specrun.runtime.manifest import FILE as MANIFEST
from specrun.runtime.manifest import Kept, damaged
from specrun.runtime.network import Network, build_network
from specrun.runtime.prediction import Predictor
from specrun.runtime.quiet import import_tensorflow
from specrun.runtime.results import FOLDS, judged
from specrun.runtime.run import Run

_FITTED, _WEIGHTS, _METRICS, _HISTORY = "fitted.json", "weights.npz", "metrics.json", "history.csv"
NEEDED = (MANIFEST, PLAN, _FITTED, _WEIGHTS, _METRICS, _HISTORY, RECORD)
"""What of a run directory it is loaded from."""
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Records:
    """What a run directory says: measures by the parts of the rows, `run.json`, and the measures of each epoch."""

    directory: Path
    metrics: Mapping[str, Mapping[str, Any]]
    record: Mapping[str, Any]
    history: Mapping[str, Sequence[float]]

    @property
    def judged(self) -> Mapping[str, float]:
        """The measures of the test rows, or of those that there are, by their names."""
        return judged(self.metrics)

    @property
    def baseline(self) -> Mapping[str, float]:
        """What the test rows score without a network."""
        found = self.metrics.get("test", {}).get("baseline", {})
        return found if isinstance(found, dict) else {}


def read_records(directory: Path) -> Records:
    """The records of a run. Raises SpecError where the directory holds none, or is damaged."""
    return records_of(Kept(directory))


def records_of(kept: Kept) -> Records:
    """The records of a run. Raises SpecError where one of them is damaged."""
    return Records(
        kept.directory,
        _made(kept, _METRICS, lambda content: _metrics(parse(content))),
        _made(kept, RECORD, as_record),
        _made(kept, _HISTORY, _history),
    )


def read_plan(kept: Kept) -> Plan:
    """The plan of a run. Raises SpecError where it is damaged."""
    return _made(kept, PLAN, from_json)


def read_learnt(kept: Kept, plan: Plan) -> dict[tuple[str, str], Any]:
    """What was learnt of each column, by its kind and the column: all that the plan takes. Raises SpecError."""
    return _made(kept, _FITTED, lambda content: _learnt(parse(content), plan))


def _made(kept: Kept, name: str, make: Callable[[bytes], Made]) -> Made:
    """What is made of a file of a run. Raises SpecError where it is not that of a run."""
    content = kept.content(name)
    try:
        return make(content)
    except ValueError as problem:
        raise damaged(kept.directory, name, problem) from None


def _metrics(found: Any) -> dict[str, dict[str, Any]]:
    """The measures by the parts of the rows: numbers, or those of a baseline or of folds by their names."""
    metrics = _objects(found, "the measures of the parts")
    for part, measures in metrics.items():
        for name, value in measures.items():
            known = value.items() if isinstance(value, dict) else [(name, value)]
            for inner, number in known:
                is_list = part == FOLDS and inner == "values" and isinstance(number, list)
                if not all(map(_is_number, number if is_list else [number])):
                    raise ValueError(f"`{inner}` of `{part}` is no number")
    return metrics


def _objects(found: Any, what: str) -> dict[str, dict[str, Any]]:
    if not isinstance(found, dict) or not all(isinstance(inner, dict) for inner in found.values()):
        raise ValueError(f"it has not {what}")
    return found


def _is_number(value: object) -> bool:
    return type(value) is float or (type(value) is int and abs(value) < 1 << 63)


def _history(content: bytes) -> dict[str, list[float]]:
    """The values of each measure, of a table with the epochs from 1 in its first column."""
    try:
        titles, *rows = list(csv.reader(content.decode("utf-8").splitlines(), strict=True))
    except csv.Error as problem:
        raise ValueError(str(problem)) from None
    if titles[:1] != ["epoch"] or len(set(titles)) != len(titles):
        raise ValueError("its first line does not name the measures")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(titles) or row[0] != str(number):
            raise ValueError(f"its line {number + 1} is not that of epoch {number}")
    return {title: [float(row[place]) for row in rows] for place, title in enumerate(titles) if place}


def _learnt(found: Any, plan: Plan) -> dict[tuple[str, str], Any]:
    columns = _objects(found.get("columns") if isinstance(found, dict) else None, "what was learnt of the columns")
    learnt = {(kind, column): value for column, kinds in columns.items() for kind, value in kinds.items()}
    for (kind, column), value in learnt.items():
        if not _is_learnt(value):
            raise ValueError(f"the {kind} of `{column}` is neither a number nor a list of numbers or texts")
    for group in plan.features:
        for column in group.columns:
            for statistic in statistics_of(*group.steps, group.encoding):
                if (statistic.kind, column) not in learnt:
                    raise ValueError(f"it lacks the {statistic.kind} of `{column}`")
    return learnt


def _is_learnt(value: object) -> bool:
    if isinstance(value, list):
        return all(map(_is_known, value)) or all(isinstance(item, str) for item in value)
    return _is_known(value)


def _is_known(value: object) -> bool:
    return type(value) is float and not math.isnan(value)


def load_run(directory: Path) -> Run:
    """A run as it was when it ended. Raises SpecError where the directory is none, or is damaged."""
    kept = Kept(directory)
    return run_of(kept, read_plan(kept))


def run_of(kept: Kept, plan: Plan) -> Run:
    """The run of a plan that was read. Raises SpecError where it is damaged."""
    records = records_of(kept)
    network, _ = load_network(plan, kept)
    model = network.served()
    history = {name: list(values) for name, values in records.history.items()}
    metrics = {part: dict(found) for part, found in records.metrics.items()}
    return Run(plan, kept.directory, model, history, metrics, dict(records.record.get("rows", {})), Predictor(model))


def load_network(plan: Plan, kept: Kept) -> tuple[Network, Evaluator]:
    """The network of a run with its weights, and the evaluator that made it. Raises SpecError as `load_run` does."""
    learnt = read_learnt(kept, plan)
    with kept.opened(_WEIGHTS) as file:
        import_tensorflow()
        import keras

        # Names of layers count on from earlier models, and one that is written may be among them.
        keras.backend.clear_session(free_memory=False)
        evaluator = Evaluator(kept.directory, readable=())
        evaluator.variables |= plan.constants
        evaluator.statistics |= learnt
        network = _built(plan, evaluator, kept)
        _assign(network.model, file)
    return network, evaluator


def _built(plan: Plan, evaluator: Evaluator, kept: Kept) -> Network:
    try:
        network = build_network(plan, evaluator)
        network.served()
    except SpecError:
        raise
    except Exception as problem:  # whatever Keras says to a plan that the compiler would not make
        if os.environ.get("SPECRUN_TRACEBACK"):
            raise
        raise damaged(kept.directory, PLAN, problem) from None
    return network


def _assign(model: Any, file: BufferedReader) -> None:
    """Give a model its weights, in the order in which it has them. Raises ValueError where these are others."""
    arrays = list(read_arrays(file, wanted(model)))
    for weight, array in zip(model.weights, arrays, strict=True):
        weight.assign(array)


def wanted(model: Any) -> list[Wanted]:
    """The arrays that a file of the weights of a model holds."""
    return [Wanted(f"{i}:{w.path}", tuple(w.shape), str(w.dtype)) for i, w in enumerate(model.weights)]
